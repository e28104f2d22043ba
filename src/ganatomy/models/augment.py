"""Differentiable augmentation: brightness, saturation, contrast and translation.

Source: Zhao et al., "Differentiable Augmentation for Data-Efficient GAN Training", arXiv 2006.10738. What
is drawn is kept apart from how it is applied, so that siblings can be judged under the same draws.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

LARGEST_SHIFT = 1 / 8


@dataclass(frozen=True)
class Augmentation:
    """Draws for a batch, each (n, 1, 1, 1) except the shift."""

    brightness: Tensor
    """Added to each pixel, in [-0.5, 0.5]."""
    saturation: Tensor
    """Factor of the distance to the pixel's grey, in [0, 2]."""
    contrast: Tensor
    """Factor of the distance to the image's mean, in [0.5, 1.5]."""
    shift: Tensor
    """(n, 2) translation (x, y) as a fraction of the side, in [-1/8, 1/8]; zeros move in."""


def draw_augmentation(n: int, rng: torch.Generator) -> Augmentation:
    """Return draws for `n` images from `rng`, on its device."""
    uniform = torch.rand((5, n), generator=rng, device=rng.device)
    brightness, saturation, contrast = uniform[:3, :, None, None, None]
    return Augmentation(
        brightness=brightness - 0.5,
        saturation=2 * saturation,
        contrast=contrast + 0.5,
        shift=(uniform[3:].T - 0.5) * 2 * LARGEST_SHIFT,
    )


def augment(images: Tensor, draws: Augmentation) -> Tensor:
    """Return `images` (n, 3, h, w) under `draws`; gradients pass through.

    Translations are by whole pixels.
    """
    x = images + draws.brightness
    grey = x.mean(1, keepdim=True)
    x = (x - grey) * draws.saturation + grey
    mean = x.mean((1, 2, 3), keepdim=True)
    x = (x - mean) * draws.contrast + mean
    return translate(x, (draws.shift * x.shape[-1]).round().long())


def translate(images: Tensor, pixels: Tensor) -> Tensor:
    """Return each image of `images` (n, c, h, w) moved by its `pixels` (n, 2) right and down, zeros moving in."""
    n, _, h, w = images.shape
    reach = int(max(h, w) * LARGEST_SHIFT) + 1
    padded = F.pad(images, (reach, reach, reach, reach))
    rows = torch.arange(h, device=images.device)[None] + reach - pixels[:, 1:]
    columns = torch.arange(w, device=images.device)[None] + reach - pixels[:, :1]
    sample = torch.arange(n, device=images.device)[:, None, None]
    moved = padded.permute(0, 2, 3, 1)[sample, rows[:, :, None], columns[:, None, :]]
    return moved.permute(0, 3, 1, 2)
