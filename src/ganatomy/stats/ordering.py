"""How often a value of one sample is below one of another.

Sources: Mann and Whitney, "On a test of whether one of two random variables is stochastically larger than the other",
1947; the interval is method 5 of Newcombe, "Confidence intervals for an effect size measure based on the Mann-Whitney
statistic. Part 2", 2006, which holds where the samples do not overlap at all, and a resample would say nothing.
"""

import math

import numpy as np

from ganatomy.errors import DataError
from ganatomy.stats.resampling import Estimated, Floats, Interval

_Z = 1.959964
"""The normal quantile of a 95 % interval."""
_HALVINGS = 60


def part_below(these: Floats, others: Floats) -> Estimated:
    """Return the part of all pairs in which the value of `these` is the lower, ties by half, with its 95 % interval.

    Args:
        these: (n,) values.
        others: (m,) values.

    Raises:
        DataError: one of them is empty.

    >>> part_below(np.array([1.0, 3.0]), np.array([2.0, 3.0])).value
    0.625
    """
    if not len(these) or not len(others):
        raise DataError(f"there are {len(these)} and {len(others)} values to compare; give 1 or more of each")
    ordered = np.sort(others)
    above = len(others) - np.searchsorted(ordered, these, "right")
    ties = len(others) - above - np.searchsorted(ordered, these, "left")
    value = float((above + ties / 2).mean() / len(others))
    return Estimated(value, _interval(value, len(these), len(others)))


def _interval(value: float, n: int, m: int) -> Interval:
    """Return the least and the greatest part from which the one found is within the deviation that it has there."""

    def is_within(part: float) -> bool:
        return abs(value - part) <= _Z * _deviation(part, n, m)

    ends = []
    for far in (0.0, 1.0):
        inside, outside = value, far
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if is_within(middle) else (inside, middle)
        ends.append(inside)
    return Interval(ends[0], ends[1])


def _deviation(part: float, n: int, m: int) -> float:
    """Return the standard deviation of the part found where `part` is the true one, after Hanley and McNeil, 1982."""
    more = (n + m) / 2 - 1
    spread = 1 + more * ((1 - part) / (2 - part) + part / (1 + part))
    return math.sqrt(part * (1 - part) * spread / (n * m))
