"""Where a pixel of the mask grid reads a featuremap: bilinear upsampling as one pair of cells per row and column.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1. The counting kernel, the plain torch version and
the cards all read the same pairs and multiply in the same order, so that they give the same float32 numbers.
"""

from dataclasses import dataclass

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor


@dataclass(frozen=True)
class Upsampling:
    """What is read between the cells and beyond the outermost ones: as it should be, or as published code does it."""

    misaligned: bool = False
    """Positions computed with aligned corners but read without, as torch 1.3 and later do with the call of the authors'
    code of 2018. Masks shift by nearly half a cell near borders."""
    zeros: bool = False
    """Zeros stand around the featuremap, as in the authors' code of 2020; otherwise the outermost cells go on."""


CLAMPED = Upsampling()
"""Half-pixel centres and clamped borders, as `F.interpolate` has them."""


@dataclass(frozen=True)
class Axis:
    """For each pixel along one side: value = (1 - weight) * cell[low] + weight * cell[high]."""

    low: NDArray[np.int64]
    """(pixels,) the cell before it."""
    high: NDArray[np.int64]
    """(pixels,) the cell after it; the same one at a border."""
    weight: NDArray[np.float32]
    """(pixels,) in [0, 1]."""


@dataclass(frozen=True)
class Sampling:
    """Both sides of a grid."""

    rows: Axis
    columns: Axis


def axis(cells: int, pixels: int, how: Upsampling = CLAMPED) -> Axis:
    """Return where each pixel reads; with zeros around it, of a featuremap that `surrounded` has added a ring to.

    Args:
        cells: length of the featuremap's side, without the ring.
        pixels: length of the grid's side.
        how: what is read between the cells and beyond them.
    """
    position = (np.arange(pixels) + 0.5) * cells / pixels - 0.5
    if how.misaligned:
        position = position * cells / max(1, cells - 1) - 0.5
    elif cells == 1:
        position = np.zeros(pixels)  # the one cell is read everywhere, also where zeros stand around it
    if how.zeros:
        position, cells = position + 1, cells + 2
    position = position.clip(0, cells - 1)
    low = np.floor(position).astype(np.int64)
    return Axis(low, np.minimum(low + 1, cells - 1), (position - low).astype(np.float32))


def sampling(cells: tuple[int, int], grid: tuple[int, int], how: Upsampling = CLAMPED) -> Sampling:
    """Return where a grid of (rows, columns) reads featuremaps of (h, w) cells; see `axis`."""
    return Sampling(axis(cells[0], grid[0], how), axis(cells[1], grid[1], how))


def surrounded(featuremaps: Tensor, how: Upsampling) -> Tensor:
    """Return featuremaps (n, u, h, w) as `axis` reads them: with a ring of zeros, (n, u, h + 2, w + 2), or as given."""
    return F.pad(featuremaps, (1, 1, 1, 1)) if how.zeros else featuremaps


def upsample(featuremaps: Tensor, grid: tuple[int, int], how: Upsampling = CLAMPED) -> Tensor:
    """Return r^: the featuremaps at the mask grid, (n, u, *grid) float32.

    Args:
        featuremaps: (n, u, h, w) float32.
        grid: rows and columns of the mask grid.
        how: what is read between the cells and beyond them.
    """
    height, width = featuremaps.shape[2:]
    where = sampling((height, width), grid, how)
    maps, device = surrounded(featuremaps, how), featuremaps.device
    low, high, weight = _tensors(where.rows, device)
    above = maps[:, :, low]
    rows = above + (maps[:, :, high] - above) * weight[:, None]
    low, high, weight = _tensors(where.columns, device)
    left = rows[..., low]
    return left + (rows[..., high] - left) * weight


def upsample_at(featuremaps: Tensor, grid: tuple[int, int], pixels: Tensor, how: Upsampling = CLAMPED) -> Tensor:
    """Return r^ at some pixels only, the same numbers as `upsample` gives there.

    Args:
        featuremaps: (n, u, h, w) float32.
        grid: rows and columns of the mask grid.
        pixels: (n, p) int64, flat positions on the grid, for each image its own.
        how: what is read between the cells and beyond them.

    Returns:
        (n, u, p) float32.
    """
    height, width = featuremaps.shape[2:]
    where = sampling((height, width), grid, how)
    top, bottom, down = (part[pixels // grid[1]] for part in _tensors(where.rows, featuremaps.device))
    left, right, along = (part[pixels % grid[1]] for part in _tensors(where.columns, featuremaps.device))
    maps = surrounded(featuremaps, how)
    n, u, _, width = maps.shape
    flat = maps.flatten(2)

    def read(row: Tensor, column: Tensor) -> Tensor:
        return flat.gather(2, (row * width + column)[:, None].expand(n, u, -1))

    def between(column: Tensor) -> Tensor:
        above = read(top, column)
        return above + (read(bottom, column) - above) * down[:, None]

    before = between(left)
    return before + (between(right) - before) * along[:, None]


def _tensors(side: Axis, device: torch.device) -> tuple[Tensor, Tensor, Tensor]:
    return tuple(torch.from_numpy(part).to(device) for part in (side.low, side.high, side.weight))  # type: ignore[return-value]
