"""The thresholds of each unit, and the levels that its upsampled activations are sorted into.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1, and the authors' code.
"""

import numpy as np
import torch
from torch import Tensor

from ganatomy.dissect.counting.grid import CLAMPED, Upsampling, upsample, upsample_at
from ganatomy.errors import DataError

FRACTIONS = torch.logspace(0, -3, 100, dtype=torch.float64)
"""(100,) top fractions of a unit's activations, from all of them to a thousandth: one threshold each."""

PILOT_VALUES = 1 << 17
"""Activations per unit that the thresholds are measured on; the top thousandth is then 131 of them."""

UNIT_BLOCK = 16
"""Units handled at a time: few enough for the caches, whatever the layer's width."""


class PilotValues:
    """Upsampled activations at random positions of the pilot images, from which thresholds are measured.

    Differs: the authors estimate quantiles with a sketch of all activations; here they are order statistics of
    at most `PILOT_VALUES` of them. Memory: 4 bytes a value and unit, whatever the size of the layer.

    Args:
        num_images: images of the pilot.
        grid: rows and columns of the mask grid; None takes the cells of the featuremaps as they are.
        rng: draws the positions.
        how: what upsampling reads between the cells and beyond them.
    """

    def __init__(
        self, num_images: int, grid: tuple[int, int] | None, rng: torch.Generator, how: Upsampling = CLAMPED
    ) -> None:
        self._grid, self._rng, self._how = grid, rng, CLAMPED if grid is None else how
        self._per_image = max(1, PILOT_VALUES // num_images)
        self._parts: list[Tensor] = []

    def add(self, featuremaps: Tensor) -> None:
        """Take in (n, u, h, w) float32 featuremaps."""
        height, width = self._grid or featuremaps.shape[2:]
        size = height * width
        drawn = [torch.randperm(size, generator=self._rng)[: self._per_image] for _ in featuremaps]
        pixels = torch.stack(drawn).to(featuremaps.device)
        values = upsample_at(featuremaps, (height, width), pixels, self._how)
        self._parts.append(values.transpose(0, 1).flatten(1))

    def edges(self, fractions: Tensor = FRACTIONS) -> Tensor:
        """Return the thresholds of each unit: the values that its top fractions of pixels exceed.

        Args:
            fractions: (j,) float64 in 0 to 1, descending.

        Returns:
            (u, j) float32, ascending: the last is exceeded by the smallest fraction of the unit's pixels.

        Raises:
            DataError: a unit's activation is NaN or infinite.
        """
        values = torch.cat(self._parts, 1)
        self._parts = [values]
        finite = values.isfinite().all(1)
        if not finite.all():
            raise DataError(
                f"unit {int(finite.logical_not().nonzero()[0])} has activations that are NaN or infinite; the weights "
                "have diverged: give other ones, such as --weights best"
            )
        ranks = ((1 - fractions) * (values.shape[1] - 1)).long().numpy()
        rows = (np.sort(row)[ranks] for row in values.cpu().numpy())  # numpy sorts numbers several times faster
        return torch.from_numpy(np.stack(list(rows))).to(values.device)


def levels_of(featuremaps: Tensor, grid: tuple[int, int], edges: Tensor, how: Upsampling = CLAMPED) -> Tensor:
    """Return the level of every upsampled activation: how many of its unit's thresholds it exceeds.

    A unit exceeds threshold j, r^ > t_j, where its level is above j.

    Args:
        featuremaps: (n, b, h, w) float32, a block of units.
        grid: rows and columns of the mask grid.
        edges: (b, j) float32, ascending.
        how: what upsampling reads between the cells and beyond them.

    Returns:
        (b, n, pixels) int32 in 0 ... j.
    """
    pixels = upsample(featuremaps, grid, how).flatten(2).transpose(0, 1)
    by_unit = pixels.flatten(1).contiguous()
    return torch.searchsorted(edges.contiguous(), by_unit, out_int32=True).view(pixels.shape)
