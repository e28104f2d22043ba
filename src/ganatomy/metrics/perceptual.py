"""How far two images look apart: the distance of their features at several scales of EfficientNet-Lite0.

Source: Zhang et al., "The Unreasonable Effectiveness of Deep Features as a Perceptual Metric" (LPIPS), CVPR 2018, arXiv
1801.03924, equation 1: features of every cell are brought to length 1, and squared differences averaged over the cells.

Differs: no weights were fitted to judgements of people, so that all channels count alike, and scales are averaged.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.models.networks.efficientnet import WEIGHTS_SHA256, load_efficientnet_lite0

LARGEST = 256
"""Pixels a side above which images are made smaller first."""
SMALLEST = 32
"""Pixels a side below which they are made larger: at the coarsest scale one cell is left."""

Features = tuple[Tensor, ...]
"""Of each scale (n, c, h, w), every cell of length 1."""


@dataclass(frozen=True, eq=False)
class Perceptual:
    """A network whose features tell how far images look apart; gradients reach the images."""

    network: nn.Module
    """Images (n, 3, h, w) in [-1, 1] to a list of features (n, c, h, w)."""
    name: str
    fingerprint: str
    """The first 16 hexadecimal digits of the SHA-256 of the weights."""

    def features(self, images: Tensor) -> Features:
        """Return the features of images (n, 3, h, w) in [-1, 1] at every scale."""
        return tuple(F.normalize(scale, dim=1) for scale in self.network(_sized(images)))

    def distance(self, features: Features, others: Features) -> Tensor:
        """Return how far images look apart, (n,) in [0, 4]: 0 for the same image, 2 for features at right angles."""
        scales = [(a - b).square().sum(1).mean((1, 2)) for a, b in zip(features, others, strict=True)]
        return torch.stack(scales).mean(0)


def load_perceptual(device: torch.device | str = "cpu") -> Perceptual:
    """Return the distance in the features of `efficientnet`, at strides 4, 8, 16 and 32.

    Args:
        device: where it runs.

    Raises:
        MissingExtra: the package that holds the weights is not installed.
        CheckpointError: the file is not the published one.
    """
    return Perceptual(load_efficientnet_lite0().to(device), "efficientnet", WEIGHTS_SHA256[:16])


def _sized(images: Tensor) -> Tensor:
    """Return images of `SMALLEST` to `LARGEST` pixels a side, smoothed first where they become smaller."""
    side = min(max(images.shape[2], SMALLEST), LARGEST)
    if side == images.shape[2]:
        return images
    return F.interpolate(images, (side, side), mode="bilinear", antialias=True)
