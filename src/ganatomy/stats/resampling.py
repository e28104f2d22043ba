"""How sure a figure is: the bootstrap, percentile intervals of resamples of the samples, or of blocks of them.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993: the percentile interval of chapter 13; the
influence values of chapter 22. A resample takes as many samples as there are, drawn with replacement.

- Tables with a row per sample, or per block of samples whose counts add up: `draw_counts` tells how often each resample
  takes each row, so that its sums are a matrix product. Tables that are resampled together stay paired.
- A metric of tens of thousands of samples: resampling images makes duplicates, which bias distances between
  distributions, shrink the balls of nearest neighbours and cost a metric per resample. A smooth metric moves, to first
  order, by the mean of one term per sample, its influence. So `Estimate` resamples the terms: exact for means, such as
  precision, and free of that bias elsewhere. Rows are drawn by index, several times as fast as counts of so many.
- Anything else, such as modes covered, counts that have no first order: `bootstrap`, a statistic of every resample. It
  is the slow way, and tests hold the others against it.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.errors import ConfigError, DataError

RESAMPLES = 1000
LEVEL = 0.95
"""The share of the resamples that an interval holds."""
_DRAWS_AT_ONCE = 4_000_000

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


class Interval(NamedTuple):
    """A confidence interval; NaN where nothing can be told."""

    low: float
    high: float

    def leaves_out(self, value: float) -> bool:
        """Return whether `value` lies below or above."""
        return value < self.low or value > self.high


@dataclass(frozen=True)
class Estimated:
    """A figure and its 95 % interval; NaN where nothing can be told."""

    value: float
    interval: Interval


@dataclass(frozen=True)
class Estimate:
    """A metric's value, and by how much each sample moved it.

    Attributes:
        value: the metric.
        terms: (n,) float64, the influence of each sample: to first order the metric moves by the mean of the
            terms of the samples drawn. Only differences of terms matter.
        spread: the standard deviation that is published beside some metrics: over splits or over subsets.
    """

    value: float
    terms: Tensor
    spread: float | None = None

    def interval(self, rng: torch.Generator, resamples: int = RESAMPLES, level: float = LEVEL) -> Interval:
        """Return the percentile interval of the value under resampling of the terms.

        Args:
            rng: the stream that the resamples are drawn from.
            resamples: how many.
            level: share of them that the interval holds.

        Raises:
            ConfigError: `resamples` is below 1, or `level` not between 0 and 1.
            DataError: there are no terms.
        """
        terms = self.terms.double().cpu()
        _check(len(terms), resamples)
        draws = (
            torch.randint(len(terms), (rows, len(terms)), generator=rng) for rows in _blocks(len(terms), resamples)
        )
        means = torch.cat([terms[draw].mean(1) for draw in draws])
        moved = self.value + (means - terms.mean())  # so that a mean of 0 is 0 and not -1e-20
        return percentile_interval(moved.numpy(), level)


def bootstrap(
    statistic: Callable[[Tensor], float], samples: Tensor, rng: torch.Generator, resamples: int = RESAMPLES
) -> Floats:
    """Return a statistic of every resample, (resamples,).

    Args:
        statistic: takes (n, ...) samples.
        samples: (n, ...), one sample a row.
        rng: the stream that the resamples are drawn from, on the CPU.
        resamples: how many.

    Raises:
        ConfigError: `resamples` is below 1.
        DataError: there are no samples.
    """
    _check(len(samples), resamples)
    draws = (torch.randint(len(samples), (len(samples),), generator=rng) for _ in range(resamples))
    return np.array([statistic(samples[draw.to(samples.device)]) for draw in draws], np.float64)


def draw_counts(n: int, rng: np.random.Generator, resamples: int = RESAMPLES) -> Ints:
    """Return how often each resample takes each of `n` rows, (resamples, n).

    Args:
        n: rows, or blocks of them.
        rng: the stream that the resamples are drawn from.
        resamples: how many.

    Raises:
        ConfigError: `resamples` is below 1.
        DataError: there are no rows.
    """
    _check(n, resamples)
    counts: Ints = rng.multinomial(n, np.full(n, 1 / n), resamples).astype(np.int64)
    return counts


def resampled_means(tables: Sequence[Floats], rng: np.random.Generator, resamples: int = RESAMPLES) -> list[Floats]:
    """Return the means (resamples, k) of the rows of each table, all of which take the same rows in a resample.

    Args:
        tables: (n, k) each, with k of its own: row i of all tables is of the same sample.
        rng: the stream that the resamples are drawn from.
        resamples: how many.

    Raises:
        ConfigError: `resamples` is below 1.
        DataError: there are no rows, or not as many in every table.
    """
    n = len(tables[0])
    if any(len(table) != n for table in tables):
        raise DataError(f"tables have {', '.join(str(len(table)) for table in tables)} rows; give a row per sample")
    _check(n, resamples)
    parts = []
    for rows in _blocks(n, resamples):
        counts = draw_counts(n, rng, rows).astype(np.float64)
        parts.append([counts @ table / n for table in tables])
    return [np.concatenate(part) for part in zip(*parts, strict=True)]


def percentile_interval(values: Floats, level: float = LEVEL) -> Interval:
    """Return the interval that holds the middle `level` of (resamples,) values; NaN where one of them is NaN.

    Raises:
        ConfigError: `level` is not between 0 and 1.
    """
    return percentile_intervals(values[:, None], level)[0]


def percentile_intervals(values: Floats, level: float = LEVEL) -> list[Interval]:
    """Return the interval of each column of (resamples, k) values; NaN where one of them is NaN.

    Raises:
        ConfigError: `level` is not between 0 and 1.
    """
    low, high = np.quantile(values, [(1 - checked_level(level)) / 2, (1 + level) / 2], axis=0)
    return [Interval(float(a), float(b)) for a, b in zip(low, high, strict=True)]


def divided(a: Floats, b: Floats) -> Floats:
    """Return a / b, NaN where b is 0: of resamples the ratio of sums, which some resample may not have."""
    ratio: Floats = np.divide(a, b, out=np.full(np.shape(b), np.nan), where=b > 0)
    return ratio


def checked_level(level: float) -> float:
    """Return `level`, the share of an interval.

    Raises:
        ConfigError: it is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ConfigError(f"level is {level}; give a share between 0 and 1, such as {LEVEL}")
    return level


def _blocks(n: int, resamples: int) -> Iterator[int]:
    """Yield how many resamples of `n` rows to draw at a time; the blocks make no difference to what is drawn."""
    rows = max(1, _DRAWS_AT_ONCE // n)
    for start in range(0, resamples, rows):
        yield min(rows, resamples - start)


def _check(num_samples: int, resamples: int) -> None:
    if resamples < 1:
        raise ConfigError(f"resamples is {resamples}; give 1 or more")
    if not num_samples:
        raise DataError("there are no samples to resample; give 1 or more")
