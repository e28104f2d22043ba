"""By how much an edit brings samples nearer to the real ones, and how far it moves the concepts.

Both are paired: the same latents before and after. The interval of a gain resamples the latents and the real images,
each to first order (Efron and Tibshirani, "An Introduction to the Bootstrap", 1993, chapter 22).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganatomy.metrics.frechet import frechet_distance, frechet_terms
from ganatomy.metrics.kernel import kernel_terms, subset_distances
from ganatomy.metrics.subsets import SubsetMetric
from ganatomy.segment.protocol import OTHER
from ganatomy.stats.moments import Moments
from ganatomy.stats.resampling import (
    Floats,
    Interval,
    divided,
    percentile_interval,
    percentile_intervals,
    resampled_means,
)

LEAST_AREA = 0.002
"""A concept of a smaller part of all pixels is not measured: too few pixels change for a ratio."""


@dataclass(frozen=True)
class Gain:
    """A distance from the real images before and after an edit."""

    before: float
    after: float
    interval: Interval
    """95 % interval of `before - after`."""

    @property
    def value(self) -> float:
        """By how much the distance falls."""
        return self.before - self.after

    @property
    def is_shown(self) -> bool:
        """Whether the whole interval is above 0."""
        return self.interval.low > 0


@dataclass(frozen=True)
class ConceptMove:
    """What became of one concept's area."""

    concept: str
    before: float
    """Part of all pixels."""
    after: float
    change: float
    """after / before - 1; NaN for a concept that does not occur."""
    interval: Interval
    """95 % interval of `change`, from resampling the latents."""
    is_measured: bool
    """Whether it covers enough to be judged; what has no name is not a concept."""

    def keeps(self, budget: float) -> bool:
        """Return whether the area has moved by no more than the budget, its whole interval within it."""
        return not self.is_measured or (-budget <= self.interval.low and self.interval.high <= budget)


def gain(metric: SubsetMetric, real: Tensor, before: Tensor, after: Tensor, rng: np.random.Generator) -> Gain:
    """Return by how much the samples come nearer to the real ones.

    Args:
        metric: the kernel distance, or the Frechet distance.
        real: (r, f) features.
        before: (n, f) features of the samples.
        after: (n, f) features of the same samples, edited.
        rng: resamples.

    Raises:
        DataError: the features do not fit.
    """
    at_first, in_the_end = (_distance(metric, real, samples) for samples in (before, after))
    if torch.equal(before, after):
        return Gain(at_first, in_the_end, Interval(0.0, 0.0))
    of_samples = _terms(metric, real, before) - _terms(metric, real, after)
    of_real = _terms(metric, before, real) - _terms(metric, after, real)
    moved = at_first - in_the_end + _resampled(of_samples, rng) + _resampled(of_real, rng)
    return Gain(at_first, in_the_end, percentile_interval(moved))


def concept_moves(
    concepts: Sequence[str], before: Floats, after: Floats, rng: np.random.Generator
) -> tuple[ConceptMove, ...]:
    """Return what became of every concept.

    Args:
        concepts: k names.
        before: (n, k) areas of the samples.
        after: (n, k) areas of the same samples, edited.
        rng: resamples.
    """
    shown, left = resampled_means([before, after], rng)
    intervals = percentile_intervals(divided(left, shown) - 1)
    means = before.mean(0), after.mean(0)
    changes = divided(means[1], means[0]) - 1
    return tuple(
        ConceptMove(
            concept,
            float(means[0][c]),
            float(means[1][c]),
            float(changes[c]),
            intervals[c],
            bool(concept != OTHER and means[0][c] >= LEAST_AREA),
        )
        for c, concept in enumerate(concepts)
    )


def _distance(metric: SubsetMetric, real: Tensor, generated: Tensor) -> float:
    if metric == "fd":
        return frechet_distance(Moments.of(real), Moments.of(generated))
    everything = torch.arange(len(real)), torch.arange(len(generated))
    return float(subset_distances(real, generated, [everything])[0])


def _terms(metric: SubsetMetric, fixed: Tensor, moved: Tensor) -> Tensor:
    """Return by how much each sample of `moved` moves the distance, which is symmetric, to first order."""
    return frechet_terms(Moments.of(fixed), moved) if metric == "fd" else kernel_terms(fixed, moved)


def _resampled(terms: Tensor, rng: np.random.Generator) -> Floats:
    """Return the means of resamples of the terms, less their mean."""
    values = terms.double().cpu().numpy()
    (means,) = resampled_means([values[:, None]], rng)
    moved: Floats = means[:, 0] - values.mean()
    return moved
