"""How often each unit and each concept occur at each position: what chance alone would let coincide."""

import torch
from torch import Tensor


class PositionCounts:
    """Counts, per row (a unit or a concept), the images in which it is present at each pixel.

    Args:
        rows: number of units or concepts.
        pixels: number of positions.
        device: where the counts are kept.
    """

    def __init__(self, rows: int, pixels: int, device: torch.device | str = "cpu") -> None:
        self.counts = torch.zeros(rows, pixels, dtype=torch.int64, device=device)
        """(rows, pixels) int64."""

    def add(self, present: Tensor, first_row: int = 0) -> None:
        """Count a batch for a block of consecutive rows.

        Args:
            present: (b, n, pixels) bool.
            first_row: the row of `present[0]`.
        """
        self.counts[first_row : first_row + len(present)] += present.sum(1)

    def merge(self, other: "PositionCounts") -> None:
        """Add the counts of `other`, which has the same shape."""
        self.counts += other.counts

    def state(self) -> dict[str, Tensor]:
        """Return the counts, ready to be saved."""
        return {"counts": self.counts}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "PositionCounts":
        """Return the statistic that `state()` was taken from."""
        rows, pixels = state["counts"].shape
        positions = cls(rows, pixels, state["counts"].device)
        positions.counts += state["counts"]
        return positions
