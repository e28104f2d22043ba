"""A network split at a layer is the network, and its halves run as often as they are called."""

import pytest
import torch
from tests.hooks.nets import Counted, Net, PlusOne, Skipping
from torch import nn

from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.hooks import edit, record, split
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape

NETWORKS = {
    "dcgan": lambda: Generator(GeneratorShape(16, (6, 4), z_dim=5)),
    "latents": lambda: Generator(GeneratorShape(32, (6, 4, 3), z_dim=5, latent_layers="every")),
    "resnet": lambda: ResnetGenerator(ResnetShape(8, (6, 4), z_dim=5)),
    "progan": lambda: ProGanGenerator(ProGanShape(8, (6, 5, 4, 3), z_dim=5)),
    "simple": lambda: ProGan128Generator(ProGan128Shape("simple", 8, (6, 5, 4, 3), z_dim=5)),
    "pixelwisenorm": lambda: ProGan128Generator(ProGan128Shape("pixelwisenorm", 8, (6, 5, 4, 3), z_dim=5)),
    "points": lambda: PointGenerator(PointShape(width=8, z_dim=5)),
}


class Wrapped(nn.Module):
    """An activation in place after a layer, in a network that does not say its parts."""

    def __init__(self):
        super().__init__()
        self.add_module("0", nn.Identity())

    def forward(self, x):
        return nn.functional.leaky_relu(self.get_submodule("0")(x), 0.5, inplace=True)


@pytest.mark.parametrize("kind", NETWORKS)
@torch.no_grad()
def test_both_halves_are_the_whole_at_every_layer(kind):
    network = NETWORKS[kind]().eval()
    z = torch.randn(3, 5)
    images = network(z)
    layers = [name for name, _ in network.named_modules() if name]
    for layer in layers:
        lower, upper = split(network, layer)
        try:
            r = lower(z)
        except LayerError:
            continue
        with record(network, [layer]) as recorded:
            network(z)
        assert torch.equal(r, recorded[layer])
        assert torch.equal(upper(r, z), images)
        assert not (lower.training)
        assert not (upper.training)


@pytest.mark.parametrize("network", [nn.Sequential(nn.Identity(), nn.LeakyReLU(0.5, inplace=True)), Wrapped()])
def test_what_the_upper_half_is_given_stays_where_it_works_in_place(network):
    lower, upper = split(network, "0")
    x = torch.tensor([-4.0])
    r = lower(x.clone()).requires_grad_()
    assert (upper(r, x.clone()).item(), upper(r, x.clone()).item(), r.item()) == (-2, -2, -4)


def test_no_part_of_a_chain_runs_twice():
    net = Counted(4)
    lower, upper = split(net, "1")
    r = lower(torch.ones(1))
    assert [layer.calls for layer in net] == [1, 1, 0, 0]
    assert (upper(r).item(), upper(r).item()) == (5, 5)
    assert [layer.calls for layer in net] == [1, 1, 2, 2]


def test_a_chain_in_a_chain_is_split_within():
    net = nn.Sequential(Counted(1), Counted(3), Counted(1))
    lower, upper = split(net, "1.0")
    assert upper(lower(torch.ones(1))).item() == 6
    assert [layer.calls for part in net for layer in part] == [1] * 5
    assert [name for name, _ in upper.named_modules() if name] == ["1", "1.1", "1.2", "2", "2.0"]


def test_halves_can_be_split_and_edited_by_the_same_names():
    net = Counted(4)
    _, upper = split(net, "0")
    middle, _ = split(upper, "2")
    assert middle(torch.ones(1)).item() == 3
    for edited in (upper, net):
        with edit(edited, {"2": torch.zeros_like}):
            assert upper(torch.ones(1)).item() == 1


def test_after_the_last_layer_nothing_is_left():
    lower, upper = split(Counted(2), "1")
    r = lower(torch.ones(1))
    assert upper(r) is r


def test_gradients_by_the_layer_are_those_of_the_whole():
    network = NETWORKS["dcgan"]().eval().requires_grad_(False)
    z = torch.randn(2, 5)
    with record(network, ["layer1"], differentiable=True) as recorded:
        images = network(z)
    (expected,) = torch.autograd.grad(images.square().sum(), recorded["layer1"])
    lower, upper = split(network, "layer1")
    r = lower(z).requires_grad_()
    assert torch.equal(torch.autograd.grad(upper(r).square().sum(), r)[0], expected)


class Adding(nn.Sequential):
    """Adds the latents to what its parts, which take none, make of its input; counts its calls."""

    takes_latents = True

    def __init__(self):
        super().__init__(PlusOne())
        self.calls = 0

    def forward(self, r, z):
        self.calls += 1
        return super().forward(r) + z


class Latents(nn.Module):
    """((z + 1) + 1 + z) + 1 + z."""

    def __init__(self):
        super().__init__()
        self.parts_in_order = [("0", PlusOne()), ("1", Adding()), ("2", Adding())]
        for name, part in self.parts_in_order:
            self.add_module(name, part)

    def forward(self, z):
        first, second, third = (part for _, part in self.parts_in_order)
        return third(second(first(z), z), z)


def test_parts_that_take_latents_are_divided_too_and_none_runs_twice():
    net, z = Latents(), torch.full((1,), 10.0)
    lower, upper = split(net, "1")
    r = lower(z)
    assert r.item() == 22
    first, second, third = (part for _, part in net.parts_in_order)
    assert (first.calls, second.calls, third.calls) == (1, 1, 0)
    assert (upper(r, z).item(), upper(r, torch.zeros(1)).item()) == (33, 23)
    assert (first.calls, second.calls, third.calls) == (1, 1, 2)


def test_halves_with_latents_can_be_split_again():
    network = NETWORKS["latents"]().eval()
    z = torch.randn(3, 5)
    lower, upper = split(network, "layer1")
    middle, last = split(upper, "layer2.1")
    start, end = split(lower, "layer1.0")
    with torch.no_grad():
        r = end(start(z), z)
        assert torch.equal(last(middle(r, z), z), network(z))


@pytest.mark.parametrize("layer", ["layer1", "layer2.0", "layer2"])
def test_latents_are_asked_for_where_a_part_after_the_layer_takes_them(layer):
    lower, upper = split(NETWORKS["latents"]().eval(), layer)
    takers = "'layer3'" if layer == "layer2" else "'layer2', 'layer3'"
    with pytest.raises(LayerError) as caught:
        upper(lower(torch.randn(3, 5)))
    assert str(caught.value) == f"latents go into {takers} too; give them: upper(r, z)"


def test_no_latents_are_asked_for_after_the_last_part_that_takes_them():
    network = NETWORKS["latents"]().eval()
    z = torch.randn(3, 5)
    lower, upper = split(network, "layer3")
    assert torch.equal(upper(lower(z)), network(z))


def test_hooks_see_and_change_layers_that_take_latents_in_both_halves():
    network = NETWORKS["latents"]().eval()
    z = torch.randn(3, 5)
    with record(network, ["layer3"]) as recorded:
        network(z)
    assert recorded["layer3"].shape == (3, 3, 16, 16)
    lower, upper = split(network, "layer2")
    with record(network, ["layer3"]) as in_upper, edit(network, {"output.0": torch.zeros_like}):
        images = upper(lower(z), z)
    assert torch.equal(in_upper["layer3"], recorded["layer3"])
    assert images.eq(0).all()


@pytest.mark.parametrize("layer", ["1.layer1", "1.layer2", "1.layer3.0", "0", "1"])
def test_a_generator_within_a_chain_keeps_its_own_latents(layer):
    network = nn.Sequential(nn.Tanh(), NETWORKS["latents"]()).eval()
    z = torch.randn(3, 5)
    lower, upper = split(network, layer)
    assert torch.equal(upper(lower(z), z), network(z))


def test_a_chain_that_starts_with_a_generator_is_divided_within_it():
    network = nn.Sequential(NETWORKS["latents"](), nn.Tanh()).eval()
    z = torch.randn(3, 5)
    lower, upper = split(network, "0.layer2")
    assert "0.layer3" not in dict(lower.named_modules())
    assert torch.equal(upper(lower(z), z), network(z))
    with pytest.raises(LayerError, match=r"latents go into '0' too; give them: upper\(r, z\)"):
        upper(lower(z))


def test_a_network_that_goes_around_the_layer_runs_whole_with_its_output_replaced():
    net, x = Skipping(), torch.ones(1)
    lower, upper = split(net, "inner")
    r = lower(x)
    assert (r.item(), net.last.calls) == (2, 0)
    assert upper(r, x).item() == net(x).item() == 13  # 10 x + (x + 1) + 1
    assert upper(torch.full((1,), 5.0), x).item() == 16


def test_the_inputs_of_what_goes_around_are_asked_for():
    _, upper = split(Skipping(), "inner")
    with pytest.raises(LayerError, match=r"Skipping may go around layer 'inner'; give its inputs too: upper\(r, z\)"):
        upper(torch.ones(1))


def test_a_class_of_ones_own_says_its_parts_by_a_list_alone():
    class Misleading(Net):
        parts_in_order = nn.Identity()

    _, upper = split(Misleading(), "layer1")
    assert upper(torch.tensor([[-4.0]]), torch.ones(1, 1)).item() == 0


def test_a_compiled_network_is_split_as_it_was():
    net = Counted(3)
    compiled = torch.compile(net, backend="eager")
    compiled(torch.ones(1))
    lower, upper = split(compiled, "0")
    assert upper(lower(torch.ones(1))).item() == 4


def test_splitting_leaves_modes_as_they_are():
    net = Counted(3)
    net[1].eval()
    split(net, "1")
    assert [part.training for part in net] == [True, False, True]


def test_an_unknown_layer_is_named():
    with pytest.raises(LayerNotFound, match="no layer 'layer9' in Net; did you mean"):
        split(Net(), "layer9")


def test_a_chain_keeps_its_latents_and_nothing_else():
    network, z = NETWORKS["latents"]().eval(), torch.randn(3, 5)
    lower, upper = split(network, "layer1")
    assert (upper.how, upper.why, upper.runs_again) == ("divided", "", False)
    r, kept = lower.keep(z)
    assert kept.crossing == ()
    assert torch.equal(upper(r, kept), network(z))
    some = torch.tensor([2, 0])
    torch.testing.assert_close(upper(r[some], kept[some]), network(z)[some])
