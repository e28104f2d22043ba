"""Whether one arm of an experiment beats another: the mean difference over seeds, with a t interval.

Source: Student, "The probable error of a mean", 1908; the distribution by its finite series for whole degrees of
freedom, Abramowitz and Stegun, 26.7.3 and 26.7.4. At the three to thirty seeds of an experiment a bootstrap would
give intervals that are too narrow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.bootstrap import LEVEL


@dataclass(frozen=True)
class PairedDifference:
    """Mean of b - a over pairs, with its confidence interval."""

    mean: float
    low: float
    high: float
    level: float
    num_pairs: int

    @property
    def is_decided(self) -> bool:
        """Return whether the interval leaves out 0."""
        return self.low > 0 or self.high < 0


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
    half = t_quantile((1 + _checked(level)) / 2, n - 1) * deviation / math.sqrt(n)
    return PairedDifference(mean, mean - half, mean + half, level, n)


def t_quantile(probability: float, degrees: int) -> float:
    """Return the quantile of Student's t distribution.

    Args:
        probability: of a value below the quantile, from 1/2 to below 1.
        degrees: whole degrees of freedom, at least 1.

    Raises:
        ConfigError: an argument is out of range.
    """
    if not 0.5 <= probability < 1 or degrees < 1:
        raise ConfigError(f"no t quantile of {probability} at {degrees} degrees; give [0.5, 1) and 1 or more")
    low, high = 0.0, 1.0
    while _t_within(high, degrees) < 2 * probability - 1:
        low, high = high, 2 * high
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if _t_within(middle, degrees) < 2 * probability - 1 else (low, middle)
    return high


def t_tail(t: NDArray[np.float64], degrees: int) -> NDArray[np.float64]:
    """Return the probability that a t variable exceeds each value, to 1e-15.

    Args:
        t: values of any shape, infinities allowed.
        degrees: whole degrees of freedom, at least 1.
    """
    tail: NDArray[np.float64] = np.clip((1 - _within(np.asarray(t, np.float64), degrees)) / 2, 0.0, 1.0)
    return tail


def _t_within(t: float, degrees: int) -> float:
    """Return the probability that a t variable lies within -t ... t."""
    return float(_within(np.float64(t), degrees))


def _within(t: Any, degrees: int) -> Any:
    """Return the probability of -t ... t, negative for a negative t."""
    angle = np.arctan(t / math.sqrt(degrees))
    is_odd = degrees % 2
    term, series = (np.cos(angle) if is_odd else np.ones_like(angle)), np.zeros_like(angle)
    for i in range(2 + is_odd, degrees + 1, 2):
        series = series + term
        term = term * np.cos(angle) ** 2 * ((i - 1) / i)
    if is_odd:
        return 2 / math.pi * (angle + np.sin(angle) * series)
    return np.sin(angle) * series


def _checked(level: float) -> float:
    if not 0 < level < 1:
        raise ConfigError(f"level is {level}; give a share between 0 and 1, such as {LEVEL}")
    return level
