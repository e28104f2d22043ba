"""Regions of an image: which pixels, and which cells of a featuremap they meet.

Source: the released code of GAN Dissection (Bau et al., arXiv 1811.10597), which brings a mask to the cells by the
highest value in each: a cell is edited where any part of it is painted.
"""

import math
from typing import Literal

import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.errors import ConfigError

Pooling = Literal["max", "mean"]
"""A cell takes the highest value of the pixels in it, or their mean."""

SLACK = 1e-6
"""Part of a pixel below which a corner lies on the pixel's border: fractions are rounded."""


def rectangle(corners: tuple[float, float, float, float], size: int) -> Tensor:
    """Return the region (size, size) bool of the pixels that a rectangle meets, one or more.

    >>> rectangle((0.5, 0.5, 0.501, 0.501), 4).nonzero().tolist()
    [[2, 2]]

    Args:
        corners: x0, y0, x1, y1 in fractions of the image, x0 < x1 and y0 < y1.
        size: pixels a side.

    Raises:
        ConfigError: the corners are no rectangle within the image, or there is no pixel.
    """
    x0, y0, x1, y1 = corners if len(corners) == 4 else [math.nan] * 4
    if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
        raise ConfigError(
            f"corners are {corners}; give x0, y0, x1, y1 in fractions of the image with x0 < x1 and y0 < y1, such as "
            "(0, 0, 0.5, 1) for its left half"
        )
    if size < 1:
        raise ConfigError(f"size is {size}; give 1 or more pixels a side")
    region = torch.zeros(size, size, dtype=torch.bool)
    region[_met(y0, y1, size), _met(x0, x1, size)] = True
    return region


def require_region(region: object) -> None:
    """Raise ConfigError unless `region` is (height, width), or (n, height, width), in 0 to 1 and somewhere above 0."""
    if not isinstance(region, Tensor):
        raise ConfigError(f"region is a {type(region).__name__}; give a tensor (height, width) with values in 0 to 1")
    if region.ndim not in (2, 3) or not region.numel():
        raise ConfigError(
            f"region has shape {tuple(region.shape)}; give (height, width), or (n, height, width) for n samples, each "
            "1 or more"
        )
    if not ((region >= 0) & (region <= 1)).all():  # which NaN is not, either
        low, high = region.min().item(), region.max().item()
        raise ConfigError(f"region has values from {low} to {high}; give 0 to 1")
    if not region.any():
        raise ConfigError("region is 0 everywhere and would change nothing; mark a pixel or more, or leave it out")


def cells_of(region: Tensor, featuremaps: Tensor, pooling: Pooling = "max") -> Tensor:
    """Return a region at the cells of featuremaps (n, u, h, w): (h, w), or (n, h, w) where each sample has its own.

    Pixels on the border of two cells, where the image is no multiple of the map, belong to both.

    Args:
        region: (H, W) or (n, H, W) in [0, 1], in image coordinates or in cells.
        featuremaps: whose cells they are to be.
        pooling: what becomes of the values of the pixels that meet a cell.
    """
    pool = F.adaptive_max_pool2d if pooling == "max" else F.adaptive_avg_pool2d
    height, width = featuremaps.shape[2:]
    pooled: Tensor = pool(region.view(1, -1, *region.shape[-2:]).to(featuremaps), (height, width))
    return pooled.view(*region.shape[:-2], height, width)


def _met(low: float, high: float, size: int) -> slice:
    """Return the pixels that an interval of fractions meets."""
    first = min(math.floor(low * size + SLACK), size - 1)
    return slice(first, max(math.ceil(high * size - SLACK), first + 1))
