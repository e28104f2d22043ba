"""Upsampling of featuremaps to the mask grid, and the levels that their activations are sorted into.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1, and the authors' code.
"""

import torch
import torch.nn.functional as F
from torch import Tensor

FRACTIONS = torch.logspace(0, -3, 100, dtype=torch.float64)
"""(100,) top fractions of a unit's activations, from all of them to a thousandth: one threshold each."""

PILOT_VALUES = 1 << 17
"""Activations per unit that the thresholds are measured on; the top thousandth is then 131 of them."""

UNIT_BLOCK = 16
"""Units upsampled at a time: few enough for the caches, whatever the layer's width."""


def upsample(featuremaps: Tensor, grid: tuple[int, int]) -> Tensor:
    """Return r^: the featuremaps at the mask grid, bilinear, half-pixel centres, borders clamped.

    Args:
        featuremaps: (n, u, h, w) float32.
        grid: rows and columns of the mask grid.
    """
    return F.interpolate(featuremaps, size=grid, mode="bilinear", align_corners=False)


def measure_edges(featuremaps: Tensor, grid: tuple[int, int], rng: torch.Generator) -> Tensor:
    """Return the thresholds of each unit: the values that its top `FRACTIONS` of pixels exceed.

    Differs: the authors estimate these quantiles with a sketch; here they are order statistics of a pilot, of
    at most `PILOT_VALUES` upsampled activations at random positions.

    Args:
        featuremaps: (n, u, h, w) float32, of the pilot images.
        grid: rows and columns of the mask grid.
        rng: draws the positions.

    Returns:
        (u, 100) float32, ascending: the last is exceeded by a thousandth of the unit's pixels.
    """
    n, size = len(featuremaps), grid[0] * grid[1]
    per_image = min(size, max(1, PILOT_VALUES // n))
    positions = torch.stack([torch.randperm(size, generator=rng)[:per_image] for _ in range(n)])
    chosen = positions.to(featuremaps.device)[:, None]
    ranks = ((1 - FRACTIONS) * (n * per_image - 1)).long().to(featuremaps.device)
    edges = []
    for block in torch.split(featuremaps, UNIT_BLOCK, dim=1):
        pixels = upsample(block, grid).flatten(2).gather(2, chosen.expand(-1, block.shape[1], -1))
        edges.append(pixels.transpose(0, 1).flatten(1).sort(dim=1).values[:, ranks])
    return torch.cat(edges)


def levels_of(featuremaps: Tensor, grid: tuple[int, int], edges: Tensor) -> Tensor:
    """Return the level of every upsampled activation: how many of its unit's thresholds it exceeds.

    A unit exceeds threshold j, r^ > t_j, where its level is above j.

    Args:
        featuremaps: (n, b, h, w) float32, a block of units.
        grid: rows and columns of the mask grid.
        edges: (b, 100) float32, ascending.

    Returns:
        (b, n, pixels) int32 in 0 ... 100.
    """
    pixels = upsample(featuremaps, grid).flatten(2).transpose(0, 1)
    by_unit = pixels.flatten(1)
    return torch.searchsorted(edges, by_unit, out_int32=True).view(pixels.shape)
