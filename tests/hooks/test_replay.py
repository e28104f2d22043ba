"""A network that is no chain goes on from a layer by what was kept; nothing below the layer is computed again."""

import pytest
import torch
from tests.hooks.generators import Skips, Style
from tests.hooks.nets import Net, Paired, PlusOne, Skipping, Summing, hooks_left
from torch import nn

from ganatomy.errors import LayerError, LayerNotRun
from ganatomy.hooks import Kept, edit, record, split
from ganatomy.hooks.replay import intercepted

SOME = torch.tensor([4, 1])

SKIPS = [name for name, _ in Skips().named_modules() if name]
STYLE = [
    *(
        name
        for name, _ in Style().named_modules()
        if name not in ("", "synthesis.constant") and name[-2:] not in ("b8", "16", "32")
    ),
    *(f"synthesis.b{size}[{part}]" for size in (8, 16, 32) for part in (0, 1)),
]


def made(kind):
    torch.manual_seed(0)
    return kind().eval(), torch.randn(5, 8)


@pytest.mark.parametrize(
    ("kind", "layer"), [*((Skips, layer) for layer in SKIPS), *((Style, layer) for layer in STYLE)]
)
@torch.no_grad()
def test_what_is_kept_gives_the_whole_at_every_layer(kind, layer):
    network, z = made(kind)
    images = network(z)
    with record(network, [layer]) as recorded:
        network(z)
    lower, upper = split(network, layer)
    r, kept = lower.keep(z)
    assert (upper.how, upper.why) == ("replayed", "")
    assert torch.equal(r, recorded[layer])
    assert torch.equal(upper(r, kept), images)
    assert torch.equal(upper(r, kept), images)  # what is kept is not worn by the first run
    torch.testing.assert_close(upper(r[SOME], kept[SOME]), images[SOME], rtol=1e-5, atol=1e-6)
    assert hooks_left(network) == 0


@pytest.mark.parametrize(
    ("kind", "layer", "shapes"),
    [
        (Skips, "enter", []),
        (Skips, "middle", [(4, 16, 16), (8, 8, 8)]),
        (Skips, "up2", [(4, 16, 16), (8, 8, 8), (16, 4, 4)]),  # it begins in place, and so runs its first part again
        (Style, "mapping", []),
        (Style, "synthesis", []),
        (Style, "synthesis.b16.conv1", [(6, 8), (6, 8, 8), (3, 8, 8)]),
        (Style, "synthesis.b32[1]", []),
    ],
)
@torch.no_grad()
def test_only_what_is_needed_is_kept(kind, layer, shapes):
    network, z = made(kind)
    _, kept = split(network, layer)[0].keep(z)
    assert [tuple(tensor.shape) for tensor in kept.crossing] == [(5, *shape) for shape in shapes]


@pytest.mark.parametrize(
    ("kind", "layer", "below"),
    [
        (Skips, "middle", ["stem", "enter", "down1.1", "down1.2", "down2.1"]),
        (Style, "synthesis.b32.conv0", ["mapping.layers.0", "synthesis.b8.conv0", "synthesis.b16.torgb"]),
    ],
)
@torch.no_grad()
def test_what_lies_below_is_computed_once(kind, layer, below):
    network, z = made(kind)
    lower, upper = split(network, layer)
    r, kept = lower.keep(z)
    ran = []
    for name in below:
        network.get_submodule(name).register_forward_hook(lambda *_, name=name: ran.append(name))
    for _ in range(3):
        upper(r, kept)
    assert ran == []
    lower.keep(z)
    assert ran == below


def test_later_layers_are_edited_and_recorded_in_a_replay():
    network, z = made(Style)
    lower, upper = split(network, "synthesis.b8.conv0")
    with torch.no_grad():
        r, kept = lower.keep(z)
        later = {"synthesis.b16.conv1": lambda r: r * 2, "synthesis.b32": lambda _: None}
        later.pop("synthesis.b32")
        with edit(network, later):
            expected = network(z)
        with edit(network, later), record(network, ["synthesis.b32.conv1", "synthesis"]) as recorded:
            images = upper(r, kept)
    assert torch.equal(images, expected)
    assert torch.equal(recorded["synthesis"], expected)
    assert recorded["synthesis.b32.conv1"].shape == (5, 6, 32, 32)


def test_a_layer_below_cannot_be_edited_in_a_replay():
    network, z = made(Style)
    lower, upper = split(network, "synthesis.b16.conv0")
    r, kept = lower.keep(z)
    with (
        pytest.raises(LayerNotRun, match=r"'synthesis\.b8\.conv1' did not run"),
        edit(network, {"synthesis.b8.conv1": torch.zeros_like}),
    ):
        upper(r, kept)


@pytest.mark.parametrize(("kind", "layer"), [(Skips, "down2.1"), (Style, "synthesis.b16.conv0")])
def test_gradients_by_the_layer_are_those_of_the_whole(kind, layer):
    network, z = made(kind)
    network.requires_grad_(False)
    with record(network, [layer], differentiable=True) as recorded:
        images = network(z)
    (expected,) = torch.autograd.grad(images.square().sum(), recorded[layer])
    lower, upper = split(network, layer)
    r, kept = lower.keep(z)
    r.requires_grad_()
    torch.testing.assert_close(torch.autograd.grad(upper(r, kept).square().sum(), r)[0], expected)


def test_what_goes_around_the_layer_is_the_sample_s_own():
    network, x = Skipping(), torch.tensor([1.0, 2.0, 3.0])
    lower, upper = split(network, "last")
    r, kept = lower.keep(x)
    assert upper(r, kept).tolist() == [13, 24, 35]  # 10 x + (x + 1) + 1
    assert upper(torch.zeros(2), kept[torch.tensor([2, 0])]).tolist() == [30, 10]


def test_named_inputs_and_several_of_them():
    x = torch.tensor([1.0, 2.0, 3.0])
    lower, upper = split(Summing(), "add")
    r, kept = lower.keep(x)
    assert upper.how == "replayed"
    assert upper(r + 1, kept).tolist() == [112, 223, 334]


class Twice(nn.Module):
    """(((x + 1) + 1) + 1) + 1, the first and the third by one part, whose output is changed in place."""

    def __init__(self):
        super().__init__()
        self.one, self.other = PlusOne(), PlusOne()

    def forward(self, x):
        return self.other(self.one(self.other(self.one(x).mul_(10))))


def test_a_layer_that_runs_twice_is_what_it_is_the_first_time():
    network, x = Twice(), torch.tensor([1.0, 2.0])
    lower, upper = split(network, "one")
    r, kept = lower.keep(x)
    assert r.tolist() == [2, 3]
    assert upper.runs_again
    assert upper(r, kept).tolist() == network(x).tolist() == [23, 33]
    assert upper(r, x).tolist() == [23, 33]
    lower, upper = split(network, "other")
    r, kept = lower.keep(x)
    calls = network.one.calls
    assert upper(r, kept).tolist() == [23, 33]
    assert network.one.calls == calls + 1


class Loop(nn.Module):
    """The block as often as `rounds`."""

    def __init__(self):
        super().__init__()
        self.rounds, self.block = 3, nn.Sequential(PlusOne(), PlusOne())

    def forward(self, x):
        for _ in range(self.rounds):
            x = self.block(x)
        return x


def test_a_layer_in_a_loop_goes_on_from_its_first_round():
    network, x = Loop(), torch.zeros(4)
    lower, upper = split(network, "block.0")
    r, kept = lower.keep(x)
    assert (upper.how, upper.runs_again) == ("replayed", True)
    assert upper(r, kept).tolist() == [6] * 4
    assert upper(r + 10, kept).tolist() == [16] * 4


class Branching(nn.Module):
    """x + 1, and once more 1 if that is positive on average, decided between layers."""

    def __init__(self, before):
        super().__init__()
        self.before, self.first, self.second, self.last = before, PlusOne(), PlusOne(), PlusOne()

    def forward(self, x):
        x = self.first(x)
        if x.mean() > 0 and self.before:
            x = self.second(x)
        y = self.last(x)
        return self.second(y) + x if y.mean() > 0 and not self.before else y + x


def test_parts_chosen_by_the_samples_after_the_layer_run_as_they_should():
    network = Branching(before=False)
    lower, upper = split(network, "last")
    r, kept = lower.keep(torch.tensor([1.0, 2.0, 3.0]))
    assert upper.how == "replayed"
    assert upper(r, kept).tolist() == [6, 8, 10]
    assert upper(-r, kept).tolist() == [-1, -1, -1]


def test_parts_chosen_by_the_samples_before_the_layer_are_not_replayed():
    network = Branching(before=True)
    lower, upper = split(network, "last")
    kept = lower.keep(torch.tensor([1.0, 2.0, 3.0]))[1]
    assert upper.how == "replayed"
    x = torch.tensor([-5.0, -6.0, -7.0])
    r, other = lower.keep(x)
    assert other.crossing is None
    assert (upper.how, upper.why) == ("whole", "which of its parts run depends on the samples")
    assert torch.equal(upper(r, other), network(x))
    joined = Kept.cat([kept, other])
    assert joined.crossing is None
    assert len(joined) == 6


def test_one_that_changes_its_parts_later_runs_whole():
    network = Loop()
    network.extra, network.wants = PlusOne(), False
    plain = network.forward
    network.forward = lambda x: plain(network.extra(x) if network.wants else x)
    x = torch.zeros(2)
    lower, upper = split(network, "block.0")
    r, kept = lower.keep(x)
    network.wants = True
    assert upper(r, kept).tolist() == [6, 6]
    assert network.extra.calls == 1
    assert (upper.how, upper.why) == ("whole", "which of its parts run depends on the samples")


def test_a_layer_of_several_tensors_crosses_with_them():
    network, x = Paired(), torch.zeros(3, 1)
    network.pair.requires_grad_(False)
    lower, upper = split(network, "pair[0]")
    r, kept = lower.keep(x)
    assert torch.equal(upper(r, kept), network(x))
    assert torch.equal(upper(r + 5, kept), r + 5)


def test_a_layer_that_does_not_run_or_gives_no_tensor_is_named():
    with pytest.raises(LayerNotRun, match="layer 'spare' did not run"):
        split(Net(), "spare")[0].keep(torch.ones(2, 1))
    with pytest.raises(LayerError, match="layer 'pair' returns a tuple of 2"):
        split(Paired(), "pair")[0].keep(torch.ones(2, 1))


def test_mistakes_above_are_those_of_the_whole():
    network, z = made(Skips)
    lower, upper = split(network, "middle")
    _, kept = lower.keep(z)
    with pytest.raises(LayerError, match=r"returned shape \(5, 3, 4, 4\) for a featuremap of shape \(5, 16, 4, 4\)"):
        upper(torch.zeros(5, 3, 4, 4), kept)


def test_interception_ends_whatever_happens():
    network = Skipping()
    with intercepted([network.inner], lambda _module, _call, given: given[0] * 5):
        assert network(torch.ones(1)).item() == 16
        with intercepted([network.inner], lambda _module, call, _given: call() + 1):
            assert network(torch.ones(1)).item() == 17
        assert network(torch.ones(1)).item() == 16

    def fail(_module, _call, _given):
        raise ValueError

    with pytest.raises(ValueError), intercepted([network.inner], fail):  # noqa: PT011
        network(torch.ones(1))
    assert network(torch.ones(1)).item() == 13
    assert network.inner.calls == 1
