"""The multilayer perceptrons of the two-dimensional experiments (E-GAN, section IV-B, as released).

WGAN-GP's own toy nets (arXiv 1704.00028) have these layers without BatchNorm.
"""

from dataclasses import dataclass
from typing import Literal

from torch import Tensor, nn

from ganatomy.models.networks.layered import LayeredGenerator


@dataclass(frozen=True)
class PointShape:
    """The architecture of a generator of points."""

    width: int = 512
    """Units of each of the three layers."""
    z_dim: int = 2
    """Length of a latent vector."""
    latent: Literal["normal", "uniform"] = "uniform"
    """Distribution of the latent's entries: N(0, 1), or U(-1, 1) as released."""


class PointGenerator(LayeredGenerator):
    """Latents (n, z_dim) to points (n, 2); layers `layer1`, `layer2`, `layer3`, `output`."""

    kind = "points"

    def __init__(self, shape: PointShape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.latent = shape.z_dim, shape.latent
        self.layer1 = nn.Sequential(nn.Linear(shape.z_dim, shape.width), nn.ReLU())
        self.layer2 = nn.Sequential(nn.Linear(shape.width, shape.width), nn.ReLU())
        self.layer3 = nn.Sequential(nn.Linear(shape.width, shape.width), nn.ReLU())
        self.output = nn.Linear(shape.width, 2)


class PointDiscriminator(nn.Module):
    """Points (n, 2) to one logit each, (n, 1); BatchNorm in the second layer, as released."""

    def __init__(self, width: int = 512, batch_norm: bool = True):
        super().__init__()
        self.couples_samples = batch_norm
        norm: list[nn.Module] = [nn.BatchNorm1d(width, eps=1e-4, track_running_stats=False)] if batch_norm else []
        self.body = nn.Sequential(
            nn.Linear(2, width),
            nn.ReLU(),
            nn.Linear(width, width, bias=not batch_norm),
            *norm,
            nn.ReLU(),
            nn.Linear(width, width),
            nn.ReLU(),
            nn.Linear(width, 1),
        )

    def features(self, points: Tensor) -> list[Tensor]:
        """Return what the trained part sees: the points themselves."""
        return [points]

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, 1) of `features`."""
        logits: Tensor = self.body(features[0])
        return logits
