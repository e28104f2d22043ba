"""Square parts of pairs of images and masks, at the size of a batch."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganatomy.data.images import to_float
from ganatomy.data.masks import MaskedImages, Pair, nearest

SMALLEST_CROP = 0.6
"""Least side of a random crop, as a share of the image's shorter side."""


def random_crops(
    pairs: MaskedImages, n: int, image_size: int, rng: torch.Generator, flip: bool = True
) -> tuple[Tensor, Tensor]:
    """Return `n` pairs drawn at random, of each a random square.

    Args:
        pairs: where to draw from.
        n: how many.
        image_size: pixels a side.
        rng: draws pairs, squares and mirrorings.
        flip: mirror each pair left to right with probability 1/2.

    Returns:
        images (n, 3, s, s) float32 in [-1, 1] and masks (n, s, s) int64, `VOID` where no concept is named.
    """
    chosen = torch.randint(len(pairs), (n,), generator=rng).tolist()
    draws = torch.rand((n, 4), generator=rng, dtype=torch.float64).tolist()
    parts: list[Pair] = []
    for index, (scale, x, y, coin) in zip(chosen, draws, strict=True):
        height, width = pairs.masks[index].shape
        side = min(height, width) * (SMALLEST_CROP + (1 - SMALLEST_CROP) * scale)
        part = _square(pairs, index, x * (width - side), y * (height - side), side, image_size)
        parts.append((part[0][:, ::-1], part[1][:, ::-1]) if flip and coin < 0.5 else part)
    return _batch(parts)


def central_squares(pairs: MaskedImages, image_size: int) -> tuple[Tensor, Tensor]:
    """Return the central square of every pair, which is what a generator trained on the images sees.

    Args:
        pairs: images and masks.
        image_size: pixels a side.

    Returns:
        as `random_crops`.
    """
    parts: list[Pair] = []
    for index, mask in enumerate(pairs.masks):
        height, width = mask.shape
        side = min(height, width)
        parts.append(_square(pairs, index, (width - side) / 2, (height - side) / 2, side, image_size))
    return _batch(parts)


def _square(pairs: MaskedImages, index: int, left: float, top: float, side: float, image_size: int) -> Pair:
    height, width = pairs.masks[index].shape
    box = (left, top, min(left + side, width), min(top + side, height))  # rounding may lead a little beyond
    size = (image_size, image_size)
    image = Image.fromarray(pairs.images[index]).resize(size, Image.Resampling.LANCZOS, box=box)
    return np.asarray(image), nearest(pairs.masks[index], box, size)


def _batch(parts: list[Pair]) -> tuple[Tensor, Tensor]:
    images, masks = zip(*parts, strict=True)
    return to_float(np.stack(images)), torch.from_numpy(np.stack(masks)).long()
