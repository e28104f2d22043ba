"""The joint histogram of units, labels and activation levels: dissection in one table of counts."""

from collections.abc import Iterable, Sequence

import torch
from torch import Tensor


class JointHistogram:
    """Counts, for each unit, how many pixels have each label at each activation level.

    Every 2 x 2 table of "unit above threshold" against "pixel has the label" is a cumulative sum of it, so one pass
    over the images gives the agreement at all thresholds. Counts are exact: any split of the pixels and any order of
    merges give the same tables. Rows are kept for labels that occur, however many there could be.

    Args:
        units: u.
        groups: g, sets of images whose activations are counted whatever the labels; an image may be in several.
        levels: one more than there are thresholds.
        device: where the counts are kept.
    """

    def __init__(self, units: int, groups: int, levels: int, device: torch.device | str = "cpu") -> None:
        self.labels: list[int] = []
        """The label of each row, in the order in which they were first seen."""
        self.counts = torch.zeros(units, 0, levels, dtype=torch.int64, device=device)
        """(u, rows, levels) int64; rows beyond `labels` are spare."""
        self.active = torch.zeros(units, groups, levels, dtype=torch.int64, device=device)
        """(u, g, levels) int64."""

    def rows_of(self, labels: Iterable[int]) -> Tensor:
        """Return the (m,) int64 rows of labels, new ones for those not seen before."""
        place = {label: row for row, label in enumerate(self.labels)}
        wanted = list(labels)
        for label in wanted:
            if label not in place:
                place[label] = len(self.labels)
                self.labels.append(label)
        units, rows, levels = self.counts.shape
        if len(self.labels) > rows:
            spare = max(len(self.labels), rows + rows // 2) - rows
            self.counts = torch.cat([self.counts, self.counts.new_zeros(units, spare, levels)], 1)
        return torch.tensor([place[label] for label in wanted], dtype=torch.int64)

    def add(self, levels: Tensor, rows: Tensor, groups: Tensor, first_unit: int = 0) -> None:
        """Count a batch of images for a block of consecutive units, the plain way.

        Args:
            levels: (b, n, pixels) integer, each in 0 ... levels - 1.
            rows: (n, channels, pixels) int64, the row of each pixel's label in each channel; negative for none.
            groups: (n, g) bool.
            first_unit: the unit of the first row of `levels`.
        """
        units = slice(first_unit, first_unit + len(levels))
        size = self.counts.shape[2]
        for unit, of_unit in enumerate(levels.long(), start=first_unit):
            cells = rows * size + of_unit[:, None]
            table = self.counts[unit]
            table += torch.bincount(cells[rows >= 0], minlength=table.numel()).view(table.shape)
        by_image = torch.nn.functional.one_hot(levels.long(), size).sum(2)
        self.active[units] += torch.einsum("bnl,ng->bgl", by_image.double(), groups.double()).round().long()

    def merge(self, other: "JointHistogram") -> None:
        """Add the counts of `other`, of as many units, groups and levels."""
        rows = self.rows_of(other.labels).to(self.counts.device)
        self.counts[:, rows] += other.counts[:, : len(other.labels)].to(self.counts.device)
        self.active += other.active.to(self.active.device)

    def table(self, labels: Sequence[int], units: slice = slice(None)) -> Tensor:
        """Return the (u, m, levels) int64 counts of labels and some units, 0 for labels never seen."""
        return self._columns(self.counts[units], labels)

    def above(self, thresholds: Sequence[int], labels: Sequence[int]) -> tuple[Tensor, Tensor]:
        """Return the counts of the levels above one threshold a unit, (u, m) of labels and (u, g) of groups.

        Args:
            thresholds: (u,) the level of each unit that does not count any more.
            labels: (m,) labels, 0 for those never seen.
        """
        over = [slice(level + 1, None) for level in thresholds]
        counts = torch.stack([unit[:, part].sum(1) for unit, part in zip(self.counts, over, strict=True)])
        active = torch.stack([unit[:, part].sum(1) for unit, part in zip(self.active, over, strict=True)])
        return self._columns(counts, labels), active

    def shown(self, labels: Sequence[int]) -> Tensor:
        """Return (m,) int64 how many pixels have each label."""
        return self._columns(self.counts[:1].sum(2), labels)[0]

    def _columns(self, counts: Tensor, labels: Sequence[int]) -> Tensor:
        """Return (u, m, ...) from counts (u, rows, ...): the rows of labels, 0 for those never seen."""
        place = {label: row for row, label in enumerate(self.labels)}
        columns = counts.new_zeros(len(counts), len(labels), *counts.shape[2:])
        seen = [column for column, label in enumerate(labels) if label in place]
        columns[:, seen] = counts[:, [place[labels[column]] for column in seen]]
        return columns

    def state(self) -> dict[str, Tensor]:
        """Return the counts, ready to be saved."""
        return {
            "labels": torch.tensor(self.labels, dtype=torch.int64),
            "counts": self.counts[:, : len(self.labels)],
            "active": self.active,
        }

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "JointHistogram":
        """Return the histogram that `state()` was taken from."""
        units, groups, levels = state["active"].shape
        histogram = cls(units, groups, levels, state["active"].device)
        histogram.labels = [int(label) for label in state["labels"]]
        histogram.counts, histogram.active = state["counts"].clone(), state["active"].clone()
        return histogram
