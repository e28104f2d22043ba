import torch

from ganatomy.models.mlp import PointDiscriminator, PointGenerator


def test_points_in_and_logits_out() -> None:
    generator, discriminator = PointGenerator(), PointDiscriminator()
    points = generator(torch.rand(5, 2))
    assert points.shape == (5, 2)
    assert discriminator.judge(discriminator.features(points)).shape == (5, 1)


def test_released_sizes() -> None:
    def count(module: torch.nn.Module) -> int:
        return sum(p.numel() for p in module.parameters())

    hidden = 512 * 512 + 512
    assert count(PointGenerator()) == (2 * 512 + 512) + 2 * hidden + (512 * 2 + 2)
    # BatchNorm's gain and shift take the place of the second layer's bias
    assert count(PointDiscriminator()) == (2 * 512 + 512) + (512 * 512 + 2 * 512) + hidden + (512 + 1)


def test_only_batch_norm_couples_samples() -> None:
    points = torch.randn(6, 2)
    for batch_norm in (True, False):
        discriminator = PointDiscriminator(width=16, batch_norm=batch_norm)
        together = discriminator.judge([points])[:3]
        alone = discriminator.judge([points[:3]])
        assert torch.allclose(together, alone, atol=1e-6) != batch_norm
        assert discriminator.couples_samples == batch_norm
