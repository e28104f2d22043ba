"""Whether one arm of an experiment beats another: the mean difference over seeds, with a t interval.

Source: Student, "The probable error of a mean", 1908. At the three to thirty seeds of an experiment a bootstrap would
give intervals that are too narrow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ganatomy.errors import DataError
from ganatomy.stats.resampling import LEVEL, Interval, checked_level
from ganatomy.stats.tests import t_quantile


@dataclass(frozen=True)
class PairedDifference:
    """Mean of b - a over pairs, with its confidence interval."""

    mean: float
    interval: Interval
    level: float
    num_pairs: int

    @property
    def is_decided(self) -> bool:
        """Return whether the interval leaves out 0."""
        return self.interval.leaves_out(0.0)


def paired_difference(a: Sequence[float], b: Sequence[float], level: float = LEVEL) -> PairedDifference:
    """Return the mean of b - a over seeds, with the t interval of n - 1 degrees of freedom.

    It takes the differences to be independent and about normal.

    Args:
        a: a score of each seed under one arm.
        b: the scores of the same seeds, in the same order, under the other.
        level: coverage of the interval, between 0 and 1.

    Raises:
        DataError: different numbers of scores, fewer than two, or one that is not finite.
        ConfigError: `level` is not between 0 and 1.
    """
    if len(a) != len(b) or len(a) < 2:
        raise DataError(
            f"there are {len(a)} and {len(b)} scores; give one of each seed under both arms, 2 seeds or more"
        )
    differences = [after - before for before, after in zip(a, b, strict=True)]
    if not all(map(math.isfinite, differences)):
        raise DataError("a score is NaN or infinite; leave out that seed under both arms, and say so")
    n = len(differences)
    mean = math.fsum(differences) / n
    deviation = math.sqrt(math.fsum((d - mean) ** 2 for d in differences) / (n - 1))
    half = t_quantile((1 + checked_level(level)) / 2, n - 1) * deviation / math.sqrt(n)
    return PairedDifference(mean, Interval(mean - half, mean + half), level, n)
