import pytest
import torch

from ganatomy.models.networks.mlp import PointDiscriminator, PointGenerator, PointShape
from ganatomy.models.protocol import sample_latents


def count(module: torch.nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def test_points_in_and_logits_out() -> None:
    generator, discriminator = PointGenerator(PointShape()), PointDiscriminator()
    points = generator(torch.rand(5, 2))
    assert points.shape == (5, 2)
    assert discriminator.judge(discriminator.features(points)).shape == (5, 1)


def test_released_sizes() -> None:
    hidden = 512 * 512 + 512
    assert count(PointGenerator(PointShape())) == (2 * 512 + 512) + 2 * hidden + (512 * 2 + 2) == 527_874
    # BatchNorm's gain and shift take the place of the second layer's bias
    batch_normed = (2 * 512 + 512) + (512 * 512 + 2 * 512) + hidden + (512 + 1)
    assert count(PointDiscriminator()) == batch_normed == 527_873
    assert count(PointDiscriminator(batch_norm=False)) == batch_normed - 512


def test_batch_norm_is_lasagnes() -> None:
    norms = [part for part in PointDiscriminator().modules() if isinstance(part, torch.nn.BatchNorm1d)]
    assert [norm.eps for norm in norms] == [1e-4]


def test_only_batch_norm_couples_samples() -> None:
    points = torch.randn(6, 2)
    for batch_norm in (True, False):
        discriminator = PointDiscriminator(width=16, batch_norm=batch_norm)
        together = discriminator.judge([points])[:3]
        alone = discriminator.judge([points[:3]])
        assert torch.allclose(together, alone, atol=1e-6) != batch_norm
        assert discriminator.couples_samples == batch_norm


def test_latents_are_uniform_in_the_square_as_released() -> None:
    z = sample_latents(PointGenerator(PointShape(width=4)), 4000, torch.Generator().manual_seed(0))
    assert z.shape == (4000, 2)
    assert z.abs().max() <= 1
    assert z.std().item() == pytest.approx(3**-0.5, rel=0.02)


def test_layers_are_those_the_points_pass_through() -> None:
    generator = PointGenerator(PointShape(width=4, z_dim=3))
    r = z = torch.randn(2, 3)
    for name in generator.layer_names:
        r = generator.get_submodule(name)(r)
    assert torch.equal(generator.output(r), generator(z))
