"""A network that a replay would not do justice to is told before anything is kept, and runs whole."""

import pytest
import torch
from tests.hooks.generators import Skips
from tests.hooks.nets import PlusOne, Skipping
from torch import nn

from ganatomy.hooks import split
from ganatomy.hooks.replay import KEPT, RUN, SHAPED, Calls
from ganatomy.hooks.trial import try_out


class Around(nn.Module):
    """2 (x + 1), plus what `way` makes of the first part's output and the layer's."""

    def __init__(self, way):
        super().__init__()
        self.first, self.layer, self.way = PlusOne(), PlusOne(), way
        self.register_buffer("runs", torch.zeros(()))

    def forward(self, x):
        first = self.first(x)
        return self.way(self, first, self.layer(first))


def noisy(_network, first, r):
    return first + r + torch.rand_like(r)


def counting(network, first, r):
    network.runs += 1
    return first + r


def by_batch(_network, first, r):
    return r - first.mean()


def deciding(_network, first, r):
    return r + first if r.sum() > 0 else r


def in_place(_network, first, r):
    return r.add_(first * 1e-9)


def on_the_processor(_network, first, r):
    return r + first.new_zeros(len(first), device="cpu")


def by_number(network, first, r):
    return network.layer(r) if len(first) > 2 else r


def without(_network, first, r):
    return r + len(first)


@pytest.mark.parametrize(
    ("way", "why"),
    [(noisy, "it gives something else each time it runs"), (counting, "its buffers change as it runs")],
)
def test_networks_that_cannot_be_replayed_run_whole_and_say_why(way, why):
    network, x = Around(way), torch.tensor([1.0, 2.0, 3.0, 4.0])
    lower, upper = split(network, "layer")
    assert (upper.how, upper.why) == ("whole", "no samples have been kept")
    r, kept = lower.keep(x)
    assert (upper.how, upper.why) == ("whole", why)
    assert network.runs == 0
    assert r.tolist() == [3, 4, 5, 6]
    assert kept.crossing is None
    calls = network.first.calls
    upper(r, kept)
    assert network.first.calls == calls + 1


def test_a_trial_leaves_no_trace():
    network = Skips().train()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    torch.manual_seed(0)
    z, state = torch.randn(4, 8), torch.get_rng_state()
    trial = try_out(Calls(network, "middle"), [z])
    assert trial.why == "its buffers change as it runs"  # statistics of batches
    assert all(torch.equal(tensor, before[name]) for name, tensor in network.state_dict().items())
    try_out(Calls(Around(noisy), "layer"), [z])
    assert torch.equal(torch.get_rng_state(), state)


def test_statistics_over_samples_above_the_layer_are_those_of_the_samples_given():
    x = torch.tensor([1.0, 2.0, 6.0])
    network = Around(by_batch)
    lower, upper = split(network, "layer")
    r, kept = lower.keep(x)
    some = torch.tensor([0, 1])
    assert upper(r[some], kept[some]).tolist() == network(x[some]).tolist() == [0.5, 1.5]


def test_samples_that_depend_on_those_beside_them_are_not_kept():
    class Centred(nn.Module):
        def forward(self, x):
            return x - x.mean()

    network = Skipping()
    network.inner = Centred()
    trial = try_out(Calls(network, "last"), [torch.tensor([1.0, 2.0, 6.0])])
    assert trial.why == "what it gives for a sample depends on the samples beside it"


@pytest.mark.parametrize(
    ("way", "plans"),
    [
        (without, [SHAPED, SHAPED]),
        (by_number, [SHAPED, SHAPED]),
        (in_place, [KEPT, SHAPED]),
        (deciding, [KEPT, SHAPED]),
        (on_the_processor, [KEPT, SHAPED]),
    ],
)
def test_what_may_be_needed_is_kept_even_if_it_makes_no_difference(way, plans):
    trial = try_out(Calls(Around(way), "layer"), [torch.tensor([1.0, 2.0, 3.0])])
    assert trial.why == ""
    assert [step.plan for step in trial.steps] == plans


def test_what_has_no_samples_is_computed_again():
    class Shift(nn.Module):
        def forward(self):
            return torch.ones(1) * 5

    class Shifted(Skipping):
        def __init__(self):
            super().__init__()
            self.shift = Shift()

        def forward(self, x):
            return self.shift() + super().forward(x)

    trial = try_out(Calls(Shifted(), "last"), [torch.tensor([1.0, 2.0])])
    assert [step.plan for step in trial.steps] == [RUN, SHAPED, SHAPED]


def test_parts_that_give_more_than_tensors_are_computed_again_or_their_own_parts_replayed():
    class Counting(PlusOne):
        def forward(self, x):
            return super().forward(x), len(x)

    class Block(nn.Module):
        def __init__(self):
            super().__init__()
            self.inside = PlusOne()

        def forward(self, x):
            return {"maps": self.inside(x), "number": 7}

    class Mixed(nn.Module):
        def __init__(self):
            super().__init__()
            self.counting, self.block, self.layer = Counting(), Block(), PlusOne()

        def forward(self, x):
            maps, number = self.counting(x)
            given = self.block(maps)
            return self.layer(given["maps"]) * number + given["number"] + given["maps"]

    network, x = Mixed(), torch.tensor([1.0, 2.0])
    lower, upper = split(network, "layer")
    r, kept = lower.keep(x)
    assert [step.plan for step in upper.known.trial.steps] == [RUN, KEPT, SHAPED]
    calls = network.block.inside.calls
    assert upper(r, kept).tolist() == network(x).tolist() == [18, 21]  # 2 (x + 3) + 7 + (x + 2)
    assert network.block.inside.calls == calls + 1


def test_parts_chosen_by_the_number_of_samples_are_not_replayed():
    class Chosen(Skipping):
        def forward(self, x):
            return super().forward(self.last(x) if len(x) > 2 else x)

    trial = try_out(Calls(Chosen(), "inner"), [torch.tensor([1.0, 2.0, 6.0])])
    assert trial.why == "which of its parts run depends on the samples"


def test_a_sample_alone_is_enough():
    lower, upper = split(Skipping(), "inner")
    r, kept = lower.keep(torch.ones(1))
    assert (upper.how, upper(r, kept).tolist()) == ("replayed", [13])


def test_inputs_without_samples_and_fixed_numbers_of_samples():
    class Fixed(Skipping):
        def forward(self, x):
            return super().forward(x.view(5, 1))

    x = torch.arange(5.0)
    lower, upper = split(Fixed(), "inner")
    r, kept = lower.keep(x)
    assert upper.why.startswith("it does not run on two samples: shape '[5, 1]' is invalid for input of size 2")
    assert torch.equal(upper(r, kept), Fixed()(x))
    lower, upper = split(Skipping(), "inner")
    lower.keep(torch.tensor(1.0))
    assert upper.why == "it is given no tensor with samples"


def test_an_output_that_shares_its_memory_with_what_was_given_changes_with_it():
    class Aliasing(nn.Module):
        def __init__(self):
            super().__init__()
            self.one, self.same, self.last = PlusOne(), nn.Identity(), PlusOne()

        def forward(self, x):
            one = self.one(x)
            same = self.same(one)
            one.mul_(10)
            return self.last(one) + same

    network, x = Aliasing(), torch.tensor([1.0, 2.0])
    lower, upper = split(network, "last")
    r, kept = lower.keep(x)
    assert upper.how == "replayed"
    assert upper(r, kept).tolist() == network(x).tolist() == [41, 61]


class Remembering(nn.Module):
    """A first part that hands something on unseen."""

    def __init__(self, remembered):
        super().__init__()
        self.first, self.layer, self.remembered = PlusOne(), PlusOne(), {}
        self.first.register_forward_hook(lambda _, inputs, __: self.remembered.update(first=remembered(inputs[0])))

    def forward(self, x):
        return self.layer(self.first(x)) + self.remembered["first"]


@pytest.mark.parametrize("remembered", [torch.clone, lambda x: x.sum()])
def test_parts_that_remember_their_samples_are_not_replayed(remembered):
    network, x = Remembering(remembered), torch.tensor([1.0, 2.0])
    lower, upper = split(network, "layer")
    r, kept = lower.keep(x)
    assert upper.why == "replaying its parts does not give what it gives"
    assert torch.equal(upper(r, kept), network(x))
