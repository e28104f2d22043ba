"""Which parts run before a layer, and what is called after it."""

import pytest
import torch
from torch import nn

from ganatomy.errors import LayerNotFound, LayerNotRun
from ganatomy.intervene.repair.chains import calls_after, leading_to, parts_of
from ganatomy.models.networks.dcgan import Generator, GeneratorShape


def generator(**more):
    return Generator(GeneratorShape(32, (8, 6, 4), z_dim=4, **more)).eval()


def kinds(parts):
    return [type(part).__name__ for part in parts]


def test_parts_are_those_that_run_one_after_another():
    assert [name for name, _ in parts_of(generator())] == ["layer1", "layer2", "layer3", "output"]
    layer = generator(latent_layers="every").layer2
    assert kinds(part for _, part in parts_of(layer)) == ["UpsampledConv", "BatchNorm2d", "SelfModulation", "ReLU"]
    assert parts_of(nn.Conv2d(1, 1, 1)) == parts_of(nn.ModuleList([nn.ReLU()])) == []


def test_what_leads_to_a_layer_comes_last_first_and_ends_where_no_chain_is_known():
    net = generator()
    assert leading_to(net, "layer2") == [net.layer2, net.layer1]
    assert leading_to(net, "layer2.1") == [net.layer2[1], net.layer2[0], net.layer1]
    holder = nn.ModuleDict({"main": nn.Sequential(nn.Linear(2, 3), nn.ReLU())})
    assert kinds(leading_to(holder, "main.1")) == ["ReLU", "Linear"]
    with pytest.raises(LayerNotFound, match="no layer 'layer7'"):
        leading_to(net, "layer7")


def test_calls_after_a_layer_are_those_of_parts_without_parts():
    net = generator()
    calls = calls_after(net, "layer3", torch.zeros(1, 4))
    assert kinds(call.part for call in calls) == ["Sequential", "UpsampledConv", "Tanh"]
    assert calls[1].input is calls[0].output
    assert not any(part._forward_hooks for part in net.modules())


def test_a_layer_that_does_not_run_is_told():
    net = nn.Sequential(nn.Linear(2, 3))
    net.register_module("idle", nn.ReLU())
    net.forward = lambda z: net[0](z)
    with pytest.raises(LayerNotRun, match="layer 'idle' did not run"):
        calls_after(net, "idle", torch.zeros(1, 2))
