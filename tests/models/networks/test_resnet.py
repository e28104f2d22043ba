"""Residual networks: sizes, costs, blocks by arithmetic, and no sample that depends on another."""

import pytest
import torch
from torch import nn
from torch.nn import functional as F
from torch.utils.flop_counter import FlopCounterMode

from ganatomy.errors import ConfigError
from ganatomy.models.networks.resnet import (
    RESNET_DISCRIMINATORS,
    RESNET_GENERATORS,
    FlatBlock,
    GrowingBlock,
    PooledConv,
    ResnetDiscriminator,
    ResnetGenerator,
    ResnetShape,
    ShrinkingBlock,
    initialise_orthogonally,
)

SIZES = [32, 64, 128]


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("size", "parameters", "mega_macs"), [(32, 1_475_075, 107), (64, 1_491_251, 150), (128, 1_495_163, 194)]
)
def test_generators_have_their_size_and_cost(size: int, parameters: int, mega_macs: int) -> None:
    with torch.device("meta"):
        generator = ResnetGenerator(RESNET_GENERATORS[size])
    assert count(generator) == parameters
    with FlopCounterMode(display=False) as counter:
        images = generator(torch.empty(1, 128, device="meta"))
    assert images.shape == (1, 3, size, size)
    assert round(counter.get_total_flops() / 2e6) == mega_macs


@pytest.mark.parametrize(
    ("size", "parameters", "mega_macs"), [(32, 1_814_273, 74), (64, 1_815_425, 94), (128, 1_815_489, 116)]
)
def test_discriminators_have_their_size_and_cost(size: int, parameters: int, mega_macs: int) -> None:
    discriminator = ResnetDiscriminator(RESNET_DISCRIMINATORS[size], rng()).eval()
    assert count(discriminator) == parameters
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        logits = discriminator.judge(discriminator.features(torch.zeros(1, 3, size, size)))
    assert logits.shape == (1, 1)
    assert round(counter.get_total_flops() / 2e6) == mega_macs


def test_layers_are_named_from_the_coarsest_on_and_double() -> None:
    generator = ResnetGenerator(ResnetShape(32, (8, 6, 4, 2), z_dim=3)).eval()
    z = torch.randn(1, 3, generator=rng())
    r, sides = z, []
    for name in generator.layer_names:
        r = generator.get_submodule(name)(r)
        sides.append(r.shape[2])
    assert generator.layer_names == ["layer1", "layer2", "layer3", "layer4"]
    assert sides == [4, 8, 16, 32]
    assert torch.equal(generator.output(r), generator(z))
    assert generator(z).abs().max() <= 1


def test_one_strided_convolution_equals_convolving_then_pooling() -> None:
    torch.manual_seed(0)
    ours = PooledConv(5, 4)
    x = torch.randn(2, 5, 6, 8)
    theirs = F.avg_pool2d(F.conv2d(x, ours.weight, ours.bias, padding=1), 2)
    # 1e-5: single precision, sums in another order
    torch.testing.assert_close(ours(x), theirs, rtol=1e-5, atol=1e-5)


def set_to_identity(convolution: nn.Conv2d) -> None:
    """Make the output channels copies of the input channel, and nothing else."""
    nn.init.zeros_(convolution.weight)
    middle = convolution.kernel_size[0] // 2
    with torch.no_grad():
        convolution.weight[..., middle, middle] = 1
    if convolution.bias is not None:
        nn.init.zeros_(convolution.bias)


def identities(block: nn.Module) -> nn.Module:
    for part in block.modules():
        if isinstance(part, nn.Conv2d):
            set_to_identity(part)
    return block.eval()


X = torch.tensor([[[[1.0, -2.0], [3.0, -4.0]]]])
"""One sample of one channel of 2x2 cells."""


def test_a_growing_block_adds_what_it_rectifies_to_a_larger_copy() -> None:
    block = identities(GrowingBlock(1, 1))
    wide = X.repeat_interleave(2, 2).repeat_interleave(2, 3)
    # 1e-4: BatchNorm's eps
    torch.testing.assert_close(block(X), wide + wide.relu(), rtol=1e-4, atol=1e-4)


def test_a_shrinking_block_adds_the_mean_of_what_it_rectifies_to_the_mean() -> None:
    block = identities(ShrinkingBlock(1, 1))
    # rectified: (1 + 3) / 4; as it is: (1 - 2 + 3 - 4) / 4
    assert block(X).item() == pytest.approx(1 - 0.5)


def test_the_first_block_reads_dark_pixels_too() -> None:
    block = identities(ShrinkingBlock(1, 1, reads_images=True))
    block.residual[1].bias.data.fill_(10)  # type: ignore[index,union-attr,operator]
    # above the second rectifier: (11 + 8 + 13 + 6) / 4
    assert block(X).item() == pytest.approx(9.5 - 0.5)


def test_a_flat_block_adds_what_it_rectifies() -> None:
    torch.testing.assert_close(identities(FlatBlock(1))(X), X + X.relu())


def test_logits_are_of_the_sum_over_cells() -> None:
    discriminator = ResnetDiscriminator((2, 3), rng()).eval()
    images = torch.randn(2, 3, 16, 16, generator=rng())
    cells = discriminator.body(images)
    assert cells.shape == (2, 3, 4, 4)
    assert cells.min() >= 0
    expected = discriminator.output(16 * cells.mean((2, 3)))
    torch.testing.assert_close(discriminator.judge(discriminator.features(images)), expected)


def test_no_sample_depends_on_another() -> None:
    discriminator = ResnetDiscriminator((4, 8), rng()).eval()
    assert discriminator.couples_samples is False
    images = torch.randn(6, 3, 16, 16, generator=rng())
    torch.testing.assert_close(discriminator.judge([images])[:3], discriminator.judge([images[:3]]))


def test_every_weight_of_the_discriminator_has_spectral_norm_one() -> None:
    discriminator = ResnetDiscriminator((8, 16), rng()).eval()
    layers = [part for part in discriminator.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    assert len(layers) == 2 * 3 + 2 + 1
    for layer in layers:
        norm = torch.linalg.matrix_norm(layer.weight.detach().flatten(1), 2).item()
        assert norm == pytest.approx(1, abs=1e-3), "of fifteen steps of power iteration"


def test_first_weights_are_orthogonal_and_follow_the_stream() -> None:
    def drawn(seed: int) -> ResnetGenerator:
        generator = ResnetGenerator(ResnetShape(8, (4, 2), z_dim=6))
        initialise_orthogonally(generator, rng(seed))
        return generator

    one, again, other = (drawn(seed).layer1[0].weight for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)
    # more rows than columns, so the columns are orthonormal
    torch.testing.assert_close(one.T @ one, torch.eye(6), rtol=0, atol=1e-5)
    assert all(p.eq(0).all() for name, p in drawn(0).named_parameters() if name.endswith("bias"))


def test_a_shape_that_gives_another_size_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"^2 layers of a resnet give 8 px, not 64; give one more or one fewer"):
        ResnetShape(64, (8, 4))
