"""How far chance alone explains an IoU, and how sure a count is: jackknife, false discovery rate, bootstrap.

Sources: Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapters 11 and 13; Benjamini and Hochberg,
"Controlling the false discovery rate", 1995. Samples are resampled in blocks, whose counts add up.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganatomy.dissect.counting.contingency import Floats, Ints
from ganatomy.dissect.counting.counts import AtThreshold
from ganatomy.dissect.counting.masks import ALIGNED, SHIFTED, SHUFFLED
from ganatomy.metrics.paired import t_tail

RESAMPLES = 1000
COVERAGE = 0.95


@dataclass(frozen=True)
class Nulls:
    """IoU beside its nulls, for every unit and concept; NaN where there is no IoU."""

    iou: Floats
    """(u, k) as segmented."""
    shuffled: Floats
    """(u, k) with the masks of other samples: what place and area explain."""
    shifted: Floats
    """(u, k) with the sample's masks shifted around: what area and texture explain."""
    z_shuffled: Floats
    z_shifted: Floats
    """(u, k) IoU minus null, over the standard error of that difference."""
    p: Floats
    """(u, k) the larger of both one-sided p-values, by Student's t; 1 where nothing can be told."""


def against_nulls(blocks: AtThreshold, groups: Ints | None = None) -> Nulls:
    """Return every IoU beside both nulls, with standard errors from leaving out one block of samples after another.

    Args:
        blocks: counts of two blocks or more; with fewer nothing can be told, and every p-value is 1.
        groups: (k,) the group of the images that count for each concept; None takes all images.
    """
    whole, parts = blocks.sum(), blocks.leave_one_out()
    iou, shuffled, shifted = (whole.contingency(table, groups).iou[0] for table in (ALIGNED, SHUFFLED, SHIFTED))
    each = parts.contingency(ALIGNED, groups).iou
    z_shuffled = _standardised(iou - shuffled, each - parts.contingency(SHUFFLED, groups).iou)
    z_shifted = _standardised(iou - shifted, each - parts.contingency(SHIFTED, groups).iou)
    least = np.minimum(z_shuffled, z_shifted)
    p = np.where(np.isnan(least), 1.0, t_tail(np.nan_to_num(least), max(1, len(each) - 1)))
    return Nulls(iou, shuffled, shifted, z_shuffled, z_shifted, p)


def _standardised(difference: Floats, left_out: Floats) -> Floats:
    """Return difference / jackknife standard error: 0 / 0 is 0, and NaN stays NaN, as does a single block."""
    blocks = len(left_out)
    if blocks < 2:
        return np.full(difference.shape, np.nan)
    spread = ((left_out - left_out.mean(0)) ** 2).sum(0) * (blocks - 1) / blocks
    error = np.sqrt(spread)
    certain = np.sign(difference) * np.where(difference == 0, 0.0, np.inf)
    return np.where(np.isnan(error), np.nan, np.divide(difference, error, out=certain, where=error > 1e-12))


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


def resamples(num_blocks: int, rng: np.random.Generator, number: int = RESAMPLES) -> Ints:
    """Return (number, num_blocks) how often each resample takes each block."""
    drawn: Ints = rng.multinomial(num_blocks, np.full(num_blocks, 1 / num_blocks), size=number).astype(np.int64)
    return drawn


def percentiles(values: Floats) -> tuple[Floats, Floats]:
    """Return the bounds (...,) of the 95 % interval of resampled values (R, ...); NaN where one of them is NaN."""
    tail = (1 - COVERAGE) / 2
    low, high = np.quantile(values, [tail, 1 - tail], axis=0)
    return low, high
