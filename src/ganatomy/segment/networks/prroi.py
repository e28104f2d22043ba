"""Precise RoI pooling (arXiv 1807.11590) of a whole featuremap, as two matrix products.

The map is read as a continuous function: bilinear between the cells, cell (i, j) at the point (i, j), zero one
cell outside. Each bin holds the mean of this function over its part of the map, which starts at the point (0, 0)
and ends at (h, w). Bilinear interpolation is a product of hat functions, so the integral comes apart into rows and
columns: out = A_h x A_w^T with A[i, j] = 1/L * integral of max(0, 1 - |t - j|) for t in [i L, (i + 1) L] and
L = length / bins.

This is not adaptive average pooling: the first cell counts by half, and rows sum to less than 1.
"""

import torch
from torch import Tensor


def pool_whole_map(x: Tensor, bins: int) -> Tensor:
    """Return the mean of each of `bins` by `bins` equal parts of a map, differentiable in `x`.

    Args:
        x: (n, c, h, w) float.
        bins: along each side.

    Returns:
        (n, c, bins, bins) of the type of `x`.
    """
    rows, columns = (pooling_matrix(length, bins).to(x) for length in x.shape[2:])
    return rows @ x @ columns.T


def pooling_matrix(length: int, bins: int) -> Tensor:
    """Return the weight of each cell in each bin along one side, (bins, length) float64 in [0, 1].

    Args:
        length: number of cells.
        bins: number of bins.
    """
    edges = torch.arange(bins + 1, dtype=torch.float64)[:, None] * (length / bins)
    area = _hat_integral(edges - torch.arange(length, dtype=torch.float64))
    return (area[1:] - area[:-1]) * (bins / length)


def _hat_integral(t: Tensor) -> Tensor:
    """Return the integral of max(0, 1 - |s|) for s from minus infinity to `t`."""
    t = t.clamp(-1, 1)
    return 0.5 + t - t * t.abs() / 2
