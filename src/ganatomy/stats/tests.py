"""Whether a difference is more than chance: Student's t, Welch's test, the jackknife, false discovery rates.

Sources: Student, "The probable error of a mean", 1908, the distribution by its finite series for whole degrees of
freedom, Abramowitz and Stegun, 26.7.3 and 26.7.4; Welch, "The generalization of Student's problem", 1947; Efron and
Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 11; Benjamini and Hochberg, "Controlling the false
discovery rate", 1995.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganatomy.errors import ConfigError
from ganatomy.stats.resampling import Floats


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


def t_tail(t: Floats, degrees: int) -> Floats:
    """Return the probability that a t variable exceeds each value, to 1e-15.

    Args:
        t: values of any shape, infinities allowed.
        degrees: whole degrees of freedom, at least 1.
    """
    tail: Floats = np.clip((1 - _within(np.asarray(t, np.float64), degrees)) / 2, 0.0, 1.0)
    return tail


def welch_p_values(a: Floats, b: Floats) -> Floats:
    """Return per column the two-sided probability (k,) of so large a difference of means, if there were none.

    By Welch's statistic and the normal law, so for dozens of samples or more.

    Args:
        a: (n, k), n at least 2.
        b: (m, k), m at least 2.
    """
    errors = np.sqrt(a.var(0, ddof=1) / len(a) + b.var(0, ddof=1) / len(b))
    differences = np.abs(a.mean(0) - b.mean(0))
    scores = np.divide(differences, errors, out=np.where(differences > 0, np.inf, 0.0), where=errors > 0)
    return np.array([math.erfc(score / math.sqrt(2)) for score in scores])


def jackknife_error(left_out: Floats) -> Floats:
    """Return the standard error (...,) of a statistic, NaN of fewer than two.

    Args:
        left_out: (b, ...) the statistic without each sample, or block of samples, in turn.
    """
    blocks = len(left_out)
    if blocks < 2:
        return np.full(left_out.shape[1:], np.nan)
    error: Floats = np.sqrt(((left_out - left_out.mean(0)) ** 2).sum(0) * (blocks - 1) / blocks)
    return error


def false_discovery_rates(p: Floats, tested: NDArray[np.bool_]) -> Floats:
    """Return q-values: the false discovery rate of all findings with at most this p-value (Benjamini, Hochberg 1995).

    Args:
        p: p-values of any shape.
        tested: of the same shape, which of them are tests; the rest get NaN.
    """
    q = np.full(p.shape, np.nan)
    values = p[tested]
    if len(values):
        order = np.argsort(values)
        scaled = values[order] * len(values) / np.arange(1, len(values) + 1)
        smallest = np.minimum.accumulate(scaled[::-1])[::-1]
        rates = np.empty_like(values)
        rates[order] = np.minimum(smallest, 1.0)
        q[tested] = rates
    return q


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
