"""The fused tally: upsample, sort into levels and count, without ever storing the upsampled map.

One loop over units, each by one thread. A column of pixels at a time is interpolated, sorted and counted while it is
in the first cache: columns, because the cells beside one are the same for all of its pixels, so that nothing has to
be looked up to interpolate. No step branches on a pixel's value, which is what processors guess wrongly.
"""

from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ganatomy.dissect.counting.grid import Sampling

BUCKETS = 4096
"""Equal steps between a unit's lowest and highest threshold: few hold more than one threshold."""

NARROWEST = np.float32(1e-30)
"""Least span of a unit's thresholds: those of a unit that never changes are all one."""

# Numbers that index arrays are unsigned below: numba tests signed ones for being counted from the end.


@numba.njit(cache=True)
def _stretch(maps: Any, i: int, u: int, rows: Any, lowest: Any, lines: Any, first: Any, last: Any) -> None:
    """Interpolate each column of cells to the grid's rows, and note from where to where it exceeds `lowest`."""
    low, high, weight = rows
    for c in range(len(lines)):
        first[c], last[c] = len(low), 0
        for y in range(len(low)):
            above = maps[i, u, low[y], c]
            lines[c, y] = above + (maps[i, u, high[y], c] - above) * weight[y]
            if lines[c, y] > lowest:
                first[c] = min(first[c], y)
                last[c] = y + 1


@numba.njit(cache=True)
def _sort(lines: Any, sides: Any, part: Any, u: int, search: Any, value: Any, bucket: Any, level: Any) -> None:
    """Interpolate the pixels of a part of a column, and tell how many thresholds of the unit each one exceeds."""
    left, right, weight = sides
    edges, starts, scales, steps = search
    lowest, scale = edges[u, 0], scales[u]
    begin, end = part
    for y in range(begin, end):
        value[y] = lines[left, y] + (lines[right, y] - lines[left, y]) * weight
    for y in range(begin, end):
        position = (value[y] - lowest) * scale
        bucket[y] = np.int32(min(max(position, np.float32(0)), np.float32(BUCKETS - 1)))
    for y in range(begin, end):
        j = np.uint32(starts[u, np.uint32(bucket[y])])
        level[y] = j + np.uint32(edges[u, j] < value[y])
    for _ in range(1, steps[u]):
        for y in range(begin, end):
            level[y] += np.uint32(edges[u, level[y]] < value[y])


@numba.njit(cache=True)
def _add(labels: Any, i: int, x: int, part: Any, level: Any, by_label: Any) -> None:
    """Count the pixels of a part of a column, in every channel."""
    begin, end = part
    for channel in range(labels.shape[1]):
        for y in range(begin, end):
            by_label[labels[i, channel, x, y] + level[y]] += np.int32(1)


@numba.njit(cache=True)
def _since(by_label: Any, channels: int, before: Any, found: Any) -> None:
    """Fill `found` with the pixels by level, whatever their label, that were counted since the call before."""
    found[:] = 0
    for row in range(len(by_label)):
        for j in range(len(found)):
            found[j] += by_label[row, j]
    for j in range(len(found)):
        total = found[j]
        found[j] = (total - before[j]) // channels
        before[j] = total


@numba.njit(cache=True)
def _settle(found: Any, pixels: int, ranks: Any, table: Any) -> None:
    """Add pixels by level to a row of a table; those that were not counted are at level 0."""
    for j in range(1, len(ranks)):
        table[ranks[j]] += found[j]
        pixels -= found[j]
    table[0] += pixels


@numba.njit(parallel=True, nogil=True, cache=True)
def _count(
    maps: Any,
    labels: Any,
    groups: Any,
    ends: Any,
    search: Any,
    ranks: Any,
    rows: Any,
    columns: Any,
    shown: Any,
    places: Any,
    counts: Any,
    active: Any,
) -> None:
    levels, present, (height, width) = ranks.shape[1], len(places), (len(rows[0]), len(columns[0]))
    for u in numba.prange(maps.shape[1]):
        lowest = search[0][u, 0]
        by_label = np.zeros((present + 1) * levels, np.int32)
        table = by_label.reshape(present + 1, levels)
        before, found = np.zeros(levels, np.int64), np.empty(levels, np.int64)
        lines = np.empty((maps.shape[3], height), np.float32)
        first, last = np.empty(len(lines), np.int64), np.empty(len(lines), np.int64)
        value, bucket = np.empty(height, np.float32), np.empty(height, np.int32)
        level = np.empty(height, np.uint32)
        images = 0
        for i in range(len(maps)):
            _stretch(maps, i, u, rows, lowest, lines, first, last)
            for x in range(width):
                left, right = columns[0][x], columns[1][x]
                # All else is at level 0: nothing between two cells that do not exceed the lowest threshold does.
                part = np.uint32(min(first[left], first[right])), np.uint32(max(last[left], last[right]))
                _sort(lines, (left, right, columns[2][x]), part, u, search, value, bucket, level)
                _add(labels, i, x, part, level, by_label)
            images += 1
            if ends[i]:
                _since(table, labels.shape[1], before, found)
                for g in range(groups.shape[1]):
                    if groups[i, g]:
                        _settle(found, images * height * width, ranks[u], active[u, g])
                images = 0
        for p in range(present):
            _settle(table[p], shown[p], ranks[u], counts[u, places[p]])


class LevelIndex:
    """The thresholds of a layer's units, ready for the kernel.

    Args:
        edges: (u, j) float32, ascending.
    """

    def __init__(self, edges: NDArray[np.float32]) -> None:
        units, thresholds = edges.shape
        self.edges = np.full((units, thresholds + 1), np.inf, np.float32)
        """Those of each unit that differ, then infinity."""
        self.ranks = np.zeros((units, thresholds + 1), np.uint32)
        """How many thresholds a pixel exceeds that exceeds as many of those that differ."""
        self.starts = np.zeros((units, BUCKETS), np.uint16)
        """How many of them lie below each bucket: where the search for a level starts."""
        self.steps = np.zeros(units, np.int64)
        """Most of them in one bucket: how many steps the search takes."""
        self.scales = np.float32(BUCKETS - 1) / np.maximum(edges[:, -1] - edges[:, 0], NARROWEST)
        for u in range(units):
            different, copies = np.unique(edges[u], return_counts=True)
            positions = (different - different[0]) * self.scales[u]
            # A bucket is monotone in the value: thresholds of lower buckets lie below it, those of higher ones above.
            buckets = positions.clip(np.float32(0), np.float32(BUCKETS - 1)).astype(np.int64)
            held = np.bincount(buckets, minlength=BUCKETS)
            self.edges[u, : len(different)] = different
            self.ranks[u, 1 : len(different) + 1] = copies.cumsum()
            self.starts[u], self.steps[u] = held.cumsum() - held, held.max()


def count_levels(
    maps: NDArray[np.float32],
    where: Sampling,
    index: LevelIndex,
    labels: NDArray[np.int16],
    shown: NDArray[np.int64],
    places: NDArray[np.int64],
    groups: NDArray[np.bool_],
    counts: NDArray[np.int64],
    active: NDArray[np.int64],
) -> None:
    """Add the pixels of a batch to `counts` and `active`, in place.

    Args:
        maps: (n, u, h, w) featuremaps, finite.
        where: how the grid reads them.
        index: the thresholds of the units.
        labels: (n, channels, pixels) each the position of its label in `places`, or len(places) for none.
        shown: (m,) pixels of each label in the batch.
        places: (m,) the row of `counts` of each label.
        groups: (n, g) whether an image belongs to a group.
        counts: (u, rows, j + 1) pixels by label and level.
        active: (u, g, j + 1) pixels of the images of a group, by level.
    """
    rows, columns = (
        (side.low.astype(np.uint32), side.high.astype(np.uint32), side.weight) for side in (where.rows, where.columns)
    )
    by_column = labels.reshape(*labels.shape[:2], len(rows[0]), len(columns[0])).swapaxes(2, 3)
    first_cells = np.ascontiguousarray(by_column).astype(np.uint32) * np.uint32(index.ranks.shape[1])
    ends = np.append((groups[1:] != groups[:-1]).any(1), True)  # of runs of images that belong to the same groups
    search = index.edges, index.starts, index.scales, index.steps
    compiled: Any = _count
    compiled(maps, first_cells, groups, ends, search, index.ranks, rows, columns, shown, places, counts, active)
