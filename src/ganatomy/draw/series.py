"""Logged values as series: read, averaged, and thinned to what a figure can show."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

import numpy as np

from ganatomy.draw.scales import Floats

MOST_POINTS = 400

Lines = Sequence[Mapping[str, object]]


class Dated(Protocol):
    """What is of a generation."""

    @property
    def generation(self) -> int:
        """The generation."""


T = TypeVar("T", bound=Dated)


def floats(values: Iterable[float | None]) -> Floats:
    """Return values as float64, NaN for those that are None."""
    return np.array([np.nan if value is None else value for value in values], dtype=np.float64)


def column(lines: Lines, key: str) -> Floats:
    """Return `key` of every line as float64, NaN where it is missing or not a number."""
    values = (line.get(key) for line in lines)
    return floats(float(v) if isinstance(v, int | float) else None for v in values)


def smooth(values: Floats, window: int) -> Floats:
    """Return the centred running mean over `window` values, of the values there are near the ends.

    NaN counts as missing. An odd window; an even one is widened by one.
    """
    half = window // 2
    present = np.isfinite(values)
    sums = np.concatenate([[0.0], np.cumsum(np.where(present, values, 0.0))])
    counts = np.concatenate([[0], np.cumsum(present)])
    index = np.arange(len(values))
    low, high = np.maximum(index - half, 0), np.minimum(index + half + 1, len(values))
    number = counts[high] - counts[low]
    means: Floats = np.divide(sums[high] - sums[low], number, out=np.full(len(values), np.nan), where=number > 0)
    return means


def thin(x: Floats, y: Floats, most: int = MOST_POINTS) -> tuple[Floats, Floats]:
    """Return at most `most` of the points: the first and last, and between them the extremes of each stretch.

    Every peak stays in sight, where evenly spaced points would miss most of them.
    """
    if len(x) <= most:
        return x, y
    chosen = {0, len(x) - 1}
    for stretch in np.array_split(np.arange(1, len(x) - 1), (most - 2) // 2):
        finite = stretch[np.isfinite(y[stretch])]
        if len(finite):
            chosen |= {int(finite[np.argmin(y[finite])]), int(finite[np.argmax(y[finite])])}
    index = np.array(sorted(chosen))
    return x[index], y[index]


def spread(lineage: Sequence[T], most: int) -> Sequence[T]:
    """Return all children of evenly spaced generations, about `most` in all, with the first and last generation.

    Whole generations, so that no objective is drawn more often than another.
    """
    if len(lineage) <= most:
        return lineage
    generations = np.unique(floats(child.generation for child in lineage))
    number = max(2, len(generations) * most // len(lineage))
    kept = set(generations[np.linspace(0, len(generations) - 1, number).round().astype(np.int64)].tolist())
    return [child for child in lineage if child.generation in kept]
