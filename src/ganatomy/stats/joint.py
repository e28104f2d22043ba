"""The joint histogram of units, concepts and activation levels: dissection in one table of counts."""

import torch
from torch import Tensor


class JointHistogram:
    """Counts, for each unit, how many pixels show each concept at each activation level.

    Every 2 x 2 table of "unit above threshold" against "pixel shows concept" is a cumulative sum of it,
    so one pass over the images gives the agreement at all thresholds. Counts are exact: any split of the
    pixels and any order of merges give the same table.

    Args:
        units: number of units.
        concepts: number of concepts.
        levels: number of levels, one more than there are thresholds.
        device: where the counts are kept.
    """

    def __init__(self, units: int, concepts: int, levels: int, device: torch.device | str = "cpu") -> None:
        self.counts = torch.zeros(units, concepts, levels, dtype=torch.int64, device=device)
        """(u, k, levels) int64."""

    def add(self, levels: Tensor, concepts: Tensor, first_unit: int = 0) -> None:
        """Count pixels for a block of consecutive units.

        Args:
            levels: (b, pixels) integer, each in 0 ... levels - 1.
            concepts: (pixels,) integer, each in 0 ... concepts - 1.
            first_unit: the unit of the first row of `levels`.
        """
        shape = self.counts.shape[1:]
        rows = levels + concepts.to(levels.dtype) * shape[1]
        for unit, row in enumerate(rows, start=first_unit):
            self.counts[unit] += torch.bincount(row, minlength=shape.numel()).view(shape)

    def merge(self, other: "JointHistogram") -> None:
        """Add the counts of `other`, which has the same shape."""
        self.counts += other.counts

    def state(self) -> dict[str, Tensor]:
        """Return the counts, ready to be saved."""
        return {"counts": self.counts}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "JointHistogram":
        """Return the histogram that `state()` was taken from."""
        units, concepts, levels = state["counts"].shape
        histogram = cls(units, concepts, levels, state["counts"].device)
        histogram.counts += state["counts"]
        return histogram
