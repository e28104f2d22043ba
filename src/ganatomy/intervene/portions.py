"""How much of some pixels shows each concept before and after, and how many pixels change, with intervals.

The pixels are those of the whole image, of a region, or of all that lies outside of it. Figures are ratios of sums over
the samples, since regions may differ from sample to sample; intervals come of resampling the samples, and of random
sets those too (`ganatomy.stats.resampling`).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ganatomy.intervene.baseline import Outcome
from ganatomy.stats.resampling import Floats, Interval, divided, draw_counts, percentile_intervals


@dataclass(frozen=True)
class Portion:
    """The part of some pixels that shows a concept, in [0, 1]."""

    before: float
    after: float
    kept: float
    """after / before; NaN where there was none before."""
    interval: Interval
    """95 % interval of `kept`."""
    added: float
    """after - before: what an insertion brings, also of a concept that was not there."""
    added_interval: Interval


@dataclass(frozen=True)
class ArmEffect:
    """What an arm shows of a concept."""

    whole: Portion
    """Of the whole image."""
    inside: Portion | None
    """Of the region's pixels; None where the region is the whole image."""
    outside: Portion | None
    """Of all other pixels."""


@dataclass(frozen=True)
class Changed:
    """The part of the pixels that an arm changes visibly, in [0, 1]."""

    inside: float
    interval: Interval
    outside: float
    """Outside of the region; NaN where the region is the whole image."""
    outside_interval: Interval


@dataclass(frozen=True)
class Unedited:
    """What samples show before any edit."""

    areas: Floats
    """(n, k) part of each image's pixels that shows each concept."""
    inside: Floats
    """(n, k) the same counted in the region alone."""
    shares: Floats | None
    """(n,) part of each image's pixels that lies in the region; None for the whole image."""


class Resampled:
    """Means of samples and of resamples of them, all of which take the same samples.

    Args:
        n: how many samples there are.
        rng: draws the resamples.
    """

    def __init__(self, n: int, rng: np.random.Generator) -> None:
        self._rng = rng
        self._weights = draw_counts(n, rng) / n

    def arm(self, outcomes: Sequence[Outcome], unedited: Unedited) -> list[ArmEffect]:
        """Return the effects of an arm, or the mean ones of random sets, one for each concept."""
        sets = self._sets(len(outcomes))
        tables = [
            (unedited.areas, [one.areas for one in outcomes]),
            (unedited.inside, [one.inside for one in outcomes]),
            (unedited.areas - unedited.inside, [one.outside for one in outcomes]),
        ]
        everything = np.ones(len(unedited.areas))
        if unedited.shares is None:
            return [ArmEffect(portion, None, None) for portion in self._portions(*tables[0], sets, everything)]
        pixels = (everything, unedited.shares, everything - unedited.shares)
        parts = [self._portions(*table, sets, share) for table, share in zip(tables, pixels, strict=True)]
        return list(map(ArmEffect, *parts))

    def changed(self, outcomes: Sequence[Outcome], unedited: Unedited) -> Changed:
        """Return the part of the pixels that an arm changes, or the mean one of random sets."""
        sets = self._sets(len(outcomes))
        shares = np.ones(len(unedited.areas)) if unedited.shares is None else unedited.shares
        found = []
        for parts, share in (
            ([one.changed_inside for one in outcomes], shares),
            ([one.changed_outside for one in outcomes], 1 - shares),
        ):
            tables = [(np.nan_to_num(part) * share)[:, None] for part in parts]
            mean, resamples = self._means(tables, sets)
            of_all, of_resamples = share.mean(), self._weights @ share
            found += [
                float(divided(mean, np.array([of_all]))[0]),
                percentile_intervals(divided(resamples, of_resamples[:, None]))[0],
            ]
        return Changed(*found)  # type: ignore[arg-type]  # a number and an interval, twice

    def _sets(self, count: int) -> Floats:
        """Return how much each resample takes of each random set, (resamples, count)."""
        if count == 1:
            return np.ones((len(self._weights), 1))
        weights: Floats = draw_counts(count, self._rng) / count
        return weights

    def _means(self, tables: Sequence[Floats], sets: Floats) -> tuple[Floats, Floats]:
        """Return the mean (k,) of tables (n, k) of random sets, and that of each resample, (resamples, k)."""
        resamples = sum(sets[:, [place]] * (self._weights @ table) for place, table in enumerate(tables))
        return np.mean([table.mean(0) for table in tables], axis=0), np.asarray(resamples)

    def _portions(self, before: Floats, afters: Sequence[Floats], sets: Floats, share: Floats) -> list[Portion]:
        """Return a portion for each concept of tables (n, k), where `share` (n,) of the pixels are counted."""
        added, added_drawn = self._means([after - before for after in afters], sets)  # exactly 0 where nothing changes
        mean_before, before_drawn = before.mean(0), self._weights @ before
        of_all, of_resamples = share.mean(), (self._weights @ share)[:, None].repeat(before.shape[1], 1)
        kept = 1 + divided(added, mean_before)
        kept_intervals = percentile_intervals(1 + divided(added_drawn, before_drawn))
        added_intervals = percentile_intervals(divided(added_drawn, of_resamples))
        return [
            Portion(float(b / of_all), float((b + a) / of_all), float(k), ki, float(a / of_all), ai)
            for b, a, k, ki, ai in zip(mean_before, added, kept, kept_intervals, added_intervals, strict=True)
        ]
