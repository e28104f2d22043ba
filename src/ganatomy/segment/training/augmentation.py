"""Images and masks bent alike, and images damaged as a young generator's are: blurred, noisy, off in colour."""

import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, grid_sample, interpolate

DAMAGED = 0.3
"""Share of the images that are bent, and share that are damaged."""


def augment(images: Tensor, masks: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return images and masks, some of them bent, and some of the images damaged.

    Args:
        images: (n, 3, s, s) float32 in [-1, 1].
        masks: (n, s, s) int64.
        rng: draws which and how.
    """
    bent, bent_masks = bend(images, masks, rng)
    chosen = torch.rand(len(images), generator=rng) < DAMAGED
    images = torch.where(chosen[:, None, None, None], bent, images)
    masks = torch.where(chosen[:, None, None], bent_masks, masks)
    chosen = torch.rand(len(images), generator=rng) < DAMAGED
    return torch.where(chosen[:, None, None, None], damage(images, rng), images), masks


def bend(images: Tensor, masks: Tensor, rng: torch.Generator) -> tuple[Tensor, Tensor]:
    """Return images and masks zoomed, shifted, mirrored and bent alike.

    Args:
        images: (n, 3, s, s) float32 in [-1, 1].
        masks: (n, s, s) int64; each pixel takes the nearest, also beyond the border.
        rng: draws how.
    """
    n, _, size, _ = images.shape
    axis = torch.linspace(-1 + 1 / size, 1 - 1 / size, size)
    y, x = torch.meshgrid(axis, axis, indexing="ij")
    grid = torch.stack([x, y])[None] * _uniform(rng, n, 0.75, 1.0)
    grid = grid + _uniform(rng, n, -0.15, 0.15, channels=2)
    grid = grid + _uniform(rng, n, 0, 0.05) * _smooth_noise(rng, n, 2, 5, size)
    mirror = torch.where(torch.rand(n, generator=rng) < 0.5, -1.0, 1.0)
    grid = torch.stack([grid[:, 0] * mirror[:, None, None], grid[:, 1]], dim=3)
    bent = grid_sample(images, grid, padding_mode="border", align_corners=False)
    bent_masks = grid_sample(masks[:, None].float(), grid, mode="nearest", padding_mode="border", align_corners=False)
    return bent, bent_masks[:, 0].long()


def damage(images: Tensor, rng: torch.Generator) -> Tensor:
    """Return the images blurred or sharpened, recoloured and soiled as a young generator does.

    Args:
        images: (n, 3, s, s) float32 in [-1, 1].
        rng: draws how.
    """
    n, _, size, _ = images.shape
    blurred = avg_pool2d(images, 3, stride=1, padding=1, count_include_pad=False)
    images = images + _uniform(rng, n, -0.4, 1) * (blurred - images)
    grey = images.mean(1, keepdim=True)
    images = grey + _uniform(rng, n, 0.5, 1.5) * (images - grey)
    images = images * _uniform(rng, n, 0.7, 1.3) * _uniform(rng, n, 0.85, 1.15, channels=3)
    images = images + _uniform(rng, n, -0.2, 0.2) + _uniform(rng, n, -0.1, 0.1, channels=3)
    for cells, strength in ((8, 0.1), (size // 4, 0.1), (size // 2, 0.1), (size, 0.1)):
        images = images + _uniform(rng, n, 0, strength) * _smooth_noise(rng, n, 3, cells, size)
    return images.clamp(-1, 1)


def _uniform(rng: torch.Generator, n: int, low: float, high: float, channels: int = 1) -> Tensor:
    """Return (n, channels, 1, 1) uniform numbers."""
    return low + (high - low) * torch.rand(n, channels, 1, 1, generator=rng)


def _smooth_noise(rng: torch.Generator, n: int, channels: int, cells: int, size: int) -> Tensor:
    """Return normal noise on `cells` x `cells`, resized smoothly to (n, channels, size, size)."""
    coarse = torch.randn(n, channels, cells, cells, generator=rng)
    return interpolate(coarse, (size, size), mode="bicubic", align_corners=False)
