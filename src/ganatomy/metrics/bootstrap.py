"""How sure a score is: bootstrap intervals over the samples.

Source: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993: the percentile interval of chapter 13; the
influence values of chapter 22. Resampling images with replacement makes duplicates, which bias distances between
distributions, shrink the balls of nearest neighbours and cost a metric per resample. A smooth metric moves, to first
order, by the mean of one term per sample, its influence. So `Estimate` resamples the terms: exact for means, such as
precision, and free of that bias elsewhere. `bootstrap` is the slow way that the tests hold it against.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError

RESAMPLES = 1000
LEVEL = 0.95
_DRAWS_AT_ONCE = 4_000_000


class Interval(NamedTuple):
    """A confidence interval."""

    low: float
    high: float


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
        means = _resampled_means(terms, rng, resamples)
        return percentiles(self.value + (means - terms.mean()), level)  # so that a mean of 0 is 0 and not -1e-20


def bootstrap(
    statistic: Callable[[Tensor], float], samples: Tensor, rng: torch.Generator, resamples: int = RESAMPLES
) -> Tensor:
    """Return a statistic of resamples, each as many samples drawn with replacement, (resamples,) float64.

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
    return torch.tensor([statistic(samples[draw.to(samples.device)]) for draw in draws], dtype=torch.float64)


def percentiles(values: Tensor, level: float = LEVEL) -> Interval:
    """Return the interval that holds the middle `level` of (n,) values.

    Raises:
        ConfigError: `level` is not between 0 and 1.
    """
    if not 0 < level < 1:
        raise ConfigError(f"level is {level}; give a share between 0 and 1, such as {LEVEL}")
    tails = torch.tensor([(1 - level) / 2, (1 + level) / 2], dtype=torch.float64)
    low, high = torch.quantile(values.double(), tails).tolist()
    return Interval(low, high)


def _resampled_means(terms: Tensor, rng: torch.Generator, resamples: int) -> Tensor:
    _check(len(terms), resamples)
    rows = max(1, _DRAWS_AT_ONCE // len(terms))
    counts = [min(rows, resamples - start) for start in range(0, resamples, rows)]
    return torch.cat([terms[torch.randint(len(terms), (count, len(terms)), generator=rng)].mean(1) for count in counts])


def _check(num_samples: int, resamples: int) -> None:
    if resamples < 1:
        raise ConfigError(f"resamples is {resamples}; give 1 or more")
    if not num_samples:
        raise DataError("there are no samples to resample; give 1 or more")
