"""The discriminator of Progressive GAN: its layers, its fade, and the deviation of its minibatches."""

import math
from dataclasses import replace

import pytest
import torch
from tests.reference.minibatch import deviation
from torch import nn
from torch.nn import functional as F

from ganatomy.models.networks.progan import ProGanShape, initialise_normal
from ganatomy.models.networks.progan_discriminator import (
    DEVIATION_EPS,
    ProGanDiscriminator,
    ScaledConv,
    minibatch_deviation,
)

SMALL = ProGanShape(16, (6, 6, 4, 4, 3, 3), z_dim=5)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def small(fade: float = 1.0, seed: int = 0) -> ProGanDiscriminator:
    discriminator = ProGanDiscriminator(replace(SMALL, fade=fade))
    initialise_normal(discriminator, rng(seed))
    return discriminator


def images(n: int = 4, size: int = 16) -> torch.Tensor:
    return torch.rand((n, 3, size, size), generator=rng(1)) * 2 - 1


@pytest.mark.parametrize(("n", "group"), [(8, 4), (4, 4), (6, 6), (2, 2), (1, 1)])
def test_the_deviation_is_that_of_a_slow_reference(n: int, group: int) -> None:
    x = torch.randn((n, 3, 2, 2), generator=rng())
    found = minibatch_deviation(x)
    assert found.shape == (n, 1, 2, 2)
    expected = torch.tensor(deviation(x, group, DEVIATION_EPS))
    torch.testing.assert_close(found, expected.view(n, 1, 1, 1).expand(n, 1, 2, 2))


def test_the_deviation_of_a_group_of_two_values_is_half_their_distance() -> None:
    x = torch.tensor([0.0, 6.0]).view(2, 1, 1, 1)
    assert minibatch_deviation(x).flatten().tolist() == pytest.approx([3.0, 3.0])


def test_samples_that_are_all_alike_deviate_by_nothing_and_the_gradient_is_a_number() -> None:
    x = torch.ones(4, 2, 3, 3, requires_grad=True)
    found = minibatch_deviation(x)
    assert found.flatten().tolist() == pytest.approx([math.sqrt(DEVIATION_EPS)] * 36)
    (gradient,) = torch.autograd.grad(found.sum(), x)
    assert torch.equal(gradient, torch.zeros_like(x))


@pytest.mark.parametrize(("kernel", "is_last", "expected"), [(3, False, 2.0), (1, False, 2.0), (4, True, 1.0)])
def test_weights_are_scaled_to_keep_the_mean_square(kernel: int, is_last: bool, expected: float) -> None:
    """Equalised learning rate: weights of N(0, 1) times gain / sqrt(inputs)  (section 4.1, after He et al.)."""
    layer = ScaledConv(64, 512, kernel, is_last=is_last)
    initialise_normal(layer, rng())
    assert layer.conv.weight.std().item() == pytest.approx(1, abs=0.01)
    assert layer.wscale.scale == pytest.approx(math.sqrt(expected / (64 * kernel**2)))
    x = torch.randn((400, 64, kernel, kernel), generator=rng(1))
    with torch.no_grad():
        given = layer.wscale(layer.conv(x))
    assert given.square().mean().item() == pytest.approx(expected, rel=0.05)


def test_a_rectified_layer_and_a_last_one_are_what_can_be_worked_out() -> None:
    for is_last, expected in ((False, [-0.2 * (2 * math.sqrt(2) - 1), math.sqrt(2) + 1]), (True, [-1.0, 2.0])):
        layer = ScaledConv(1, 1, 1, is_last=is_last)
        nn.init.ones_(layer.conv.weight)
        nn.init.ones_(layer.wscale.b)
        assert layer(torch.tensor([-2.0, 1.0]).view(2, 1, 1, 1)).flatten().tolist() == pytest.approx(expected)


def test_parts_mirror_the_generator() -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in small().state_dict().items() if "conv" in name}
    assert shapes == {
        "from_rgb_16x16.conv.weight": (3, 3, 1, 1),
        "block_16x16.0.conv.weight": (3, 3, 3, 3),
        "block_16x16.1.conv.weight": (4, 3, 3, 3),
        "block_8x8.0.conv.weight": (4, 4, 3, 3),
        "block_8x8.1.conv.weight": (6, 4, 3, 3),
        "head.conv1.conv.weight": (6, 7, 3, 3),
        "head.conv1.wscale.b": (6,),
        "head.conv2.conv.weight": (6, 6, 4, 4),
        "head.conv2.wscale.b": (6,),
        "head.logit.conv.weight": (1, 6, 1, 1),
    } | {name: shape for name, shape in shapes.items() if name.endswith("wscale.b")}
    assert set(small(0.5).state_dict()) - set(small().state_dict()) == {
        "from_rgb_8x8.conv.weight",
        "from_rgb_8x8.wscale.b",
    }


def test_before_a_resolution_fades_in_the_logits_are_those_of_the_images_at_half_the_size() -> None:
    grown = small(fade=0.0)
    smaller = ProGanDiscriminator(ProGanShape(8, SMALL.channels[:4], z_dim=5))
    smaller.load_state_dict({name: grown.state_dict()[name] for name in smaller.state_dict()})
    x = images()
    expected = smaller.judge(smaller.features(F.avg_pool2d(x, 2)))
    assert torch.equal(grown.judge(grown.features(x)), expected)


def test_a_fade_mixes_features_by_its_share() -> None:
    x, fading = images(), small(0.25)
    way = fading.block_16x16(fading.from_rgb_16x16(x))
    mixed = 0.25 * way + 0.75 * fading.from_rgb_8x8(F.avg_pool2d(x, 2))
    torch.testing.assert_close(fading.judge([x]), fading.head(fading.block_8x8(mixed)))


def test_after_the_fade_only_the_new_way_counts() -> None:
    full = small()
    x = images()
    expected = full.head(full.block_8x8(full.block_16x16(full.from_rgb_16x16(x))))
    assert torch.equal(full.judge([x]), expected)
    nearly = small(1 - 1e-7)
    nearly.load_state_dict(full.state_dict(), strict=False)
    torch.testing.assert_close(nearly.judge([x]), expected)


def test_images_of_another_size_are_brought_to_its_own() -> None:
    discriminator, x = small(), images(size=32)
    (seen,) = discriminator.features(x)
    torch.testing.assert_close(seen, F.avg_pool2d(x, 2))
    own = images()
    assert discriminator.features(own)[0] is own
    (repeated,) = discriminator.features(images(size=8))
    assert torch.equal(repeated, images(size=8).repeat_interleave(2, 2).repeat_interleave(2, 3))


def test_samples_of_a_batch_change_each_others_logits() -> None:
    discriminator, x = small(), images()
    assert discriminator.couples_samples
    alone, together = discriminator.judge([x[:1]]), discriminator.judge([x])[:1]
    assert not torch.equal(alone, together)
