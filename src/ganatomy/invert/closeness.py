"""How close images are to photos: pixel by pixel, and as they look."""

from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.metrics.perceptual import Features, Perceptual


@dataclass(frozen=True, eq=False)
class Target:
    """Photos, and how they look."""

    photos: Tensor
    """(n, 3, s, s) in [-1, 1]."""
    features: Features | None
    """None where looks are left out."""

    def take(self, places: Tensor) -> "Target":
        """Return the photos at some places (m,), which may be taken several times."""
        features = None if self.features is None else tuple(scale[places] for scale in self.features)
        return Target(self.photos[places], features)


@dataclass(frozen=True)
class Errors:
    """How far images are from their photos, (n,) float64 each."""

    rmse: Tensor
    """Root of the mean squared difference of colours, which are in [0, 1]."""
    perceptual: Tensor | None
    """See `ganatomy.metrics.perceptual`; None where looks are left out."""

    def row(self, place: int) -> tuple[float, float | None]:
        """Return both errors of one image."""
        return float(self.rmse[place]), None if self.perceptual is None else float(self.perceptual[place])


@dataclass(frozen=True, eq=False)
class Closeness:
    """What is brought down: |x - photo| of colours in [0, 1], averaged, plus the weighted perceptual distance."""

    perceptual: Perceptual | None
    """None leaves out how images look."""
    weight: float = 1.0

    def target(self, photos: Tensor) -> Target:
        """Return photos (n, 3, s, s) in [-1, 1], looked at once."""
        with torch.no_grad():
            return Target(photos, None if self.perceptual is None else self.perceptual.features(photos))

    def loss(self, images: Tensor, target: Target) -> Tensor:
        """Return how far images (n, 3, s, s) are from their photos, (n,)."""
        pixels = (images - target.photos).abs().mean((1, 2, 3)) / 2
        if self.perceptual is None or target.features is None:
            return pixels
        return pixels + self.weight * self.perceptual.distance(self.perceptual.features(images), target.features)

    @torch.no_grad()
    def errors(self, images: Tensor, target: Target) -> Errors:
        """Return the errors of images (n, 3, s, s) in [-1, 1]."""
        rmse = (images - target.photos).double().square().mean((1, 2, 3)).sqrt() / 2
        if self.perceptual is None or target.features is None:
            return Errors(rmse, None)
        return Errors(rmse, self.perceptual.distance(self.perceptual.features(images), target.features).double())
