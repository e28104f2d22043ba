"""A network split at a layer is the network, and its halves run as often as they are called."""

import pytest
import torch
from tests.hooks.nets import Counted, Net, Skipping
from torch import nn

from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.hooks import edit, record, split
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape

NETWORKS = {
    "dcgan": lambda: Generator(GeneratorShape(16, (6, 4), z_dim=5)),
    "resnet": lambda: ResnetGenerator(ResnetShape(8, (6, 4), z_dim=5)),
    "progan": lambda: ProGanGenerator(ProGanShape(8, (6, 5, 4, 3), z_dim=5)),
    "points": lambda: PointGenerator(PointShape(width=8, z_dim=5)),
}


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
