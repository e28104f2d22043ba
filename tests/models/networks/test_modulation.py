"""Latents scale and shift the channels of every layer that takes them."""

import pytest
import torch
from torch import nn

from ganatomy.models.networks.modulation import LatentLayer, SelfModulation


def doubling() -> SelfModulation:
    """x (1 + z1) + 10 z2 in its first channel, x (1 + 2 z1) + 1 in its second."""
    modulation = SelfModulation(2, 2)
    modulation.load_state_dict(
        {
            "weight": torch.tensor([[1.0, 0.0], [2.0, 0.0], [0.0, 10.0], [0.0, 0.0]]),
            "bias": torch.tensor([0.0, 0.0, 0.0, 1.0]),
        }
    )
    return modulation


def test_each_channel_is_scaled_and_shifted_by_the_latents_of_its_sample() -> None:
    x = torch.full((2, 2, 1, 3), 5.0)
    z = torch.tensor([[0.0, 0.0], [1.0, 3.0]])
    modulated = doubling()(x, z)
    assert modulated.shape == x.shape
    assert modulated[:, :, 0, 0].tolist() == [[5, 6], [5 * 2 + 30, 5 * 3 + 1]]
    assert modulated.eq(modulated[:, :, :, :1]).all(), "the same at every cell"
    assert x.eq(5).all(), "its input is left as it was"


def test_without_weights_it_is_the_identity() -> None:
    modulation = SelfModulation(4, 3)
    nn.init.zeros_(modulation.weight)
    nn.init.zeros_(modulation.bias)
    x = torch.randn(2, 3, 5, 5)
    assert torch.equal(modulation(x, torch.randn(2, 4)), x)


def test_a_layer_hands_the_latents_to_the_parts_that_take_them() -> None:
    layer = LatentLayer(nn.Identity(), doubling(), nn.ReLU())
    images = layer(torch.full((1, 2, 1, 1), -1.0), torch.tensor([[-2.0, 0.0]]))
    assert images.flatten().tolist() == [1, 4]  # -1 * (1 - 2), and -1 * (1 - 4) + 1
    assert [name for name, _ in layer.parts_in_order] == ["0", "1", "2"]


@pytest.mark.parametrize("part", [SelfModulation(2, 2), LatentLayer(nn.Identity())])
def test_both_say_that_they_take_latents(part: nn.Module) -> None:
    assert part.takes_latents is True
