"""A generator is its layers one after another, by name."""

import torch
from torch import nn

from ganatomy.models.networks.layered import LayeredGenerator


class Sums(LayeredGenerator):
    """Adds 1, doubles, and squares at the end, which is registered first."""

    def __init__(self):
        super().__init__()
        self.output = _Function(lambda x: x**2)
        self.layer1 = _Function(lambda x: x + 1)
        self.layer2 = _Function(lambda x: 2 * x)


class _Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


def test_layers_run_in_turn_and_the_output_last():
    assert Sums()(torch.tensor([[1.0], [2.0]])).tolist() == [[16.0], [36.0]]


def test_the_output_is_no_layer_to_dissect():
    assert Sums().layer_names == ["layer1", "layer2"]


class Shifted(Sums):
    """Adds the latents once more where `layer2` doubled."""

    def __init__(self):
        super().__init__()
        self.layer2 = _Both(lambda r, z: 2 * r + z)


class _Both(_Function):
    takes_latents = True

    def forward(self, r, z):
        return self.function(r, z)


def test_a_part_that_takes_the_latents_is_given_them():
    assert Shifted()(torch.tensor([[1.0], [2.0]])).tolist() == [[25.0], [64.0]]  # (2 (z + 1) + z)^2
