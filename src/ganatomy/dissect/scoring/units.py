"""The unit table: what each unit shows, how well, how sure, and how well it would by chance."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganatomy.dissect.counting.contingency import Floats, Ints
from ganatomy.dissect.counting.counts import AtThreshold, Concepts, LayerCounts, concept_areas_of
from ganatomy.dissect.counting.levels import FRACTIONS
from ganatomy.dissect.counting.masks import ALIGNED
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.scoring.profiles import (
    Choice,
    Profile,
    ProfileName,
    best_concepts,
    choose_thresholds,
    named,
    threshold_values,
)
from ganatomy.dissect.scoring.significance import Nulls, against_nulls
from ganatomy.stats.resampling import RESAMPLES, Interval, draw_counts, percentile_interval, percentile_intervals
from ganatomy.stats.tests import false_discovery_rates

RANKED = 50
"""Units kept in the ranking of a concept, and more where more carry it."""

CARRIES = 0.04
"""IoU with a concept from which on a unit carries it: the threshold of the `pnas2020` profile."""

LEAST_TESTED_AREA = 1e-3
"""Concepts of a smaller part of all pixels are not tested against the nulls."""

RATE = 0.05
"""False discovery rate at which an IoU counts as more than chance."""

RESAMPLES_AT_ONCE = 50


@dataclass(frozen=True)
class UnitReport:
    """One unit's concept and scores, on samples other than those its threshold was chosen on, unless that is fixed."""

    unit: int
    concept: str | None
    """The concept it agrees with best; None for a unit without a usable threshold, such as a dead one."""
    category: str | None
    """The concept's category."""
    iou: float
    """IoU with the concept at the threshold, in [0, 1]; NaN without a concept."""
    iou_interval: Interval
    """95 % interval of the IoU, from resampling blocks of samples."""
    iqr: float
    """Information quality ratio at the threshold, in [0, 1]; NaN without a concept."""
    threshold: float
    """The activation above which a pixel counts as active; infinite without a concept."""
    level: float
    """The part of the unit's activations that exceed the threshold, 0.001 to 1; NaN without a concept."""
    shuffled_iou: float
    """The IoU with the masks of other samples: what place and area explain."""
    shifted_iou: float
    """The IoU with the masks shifted around the image: what area and texture explain."""
    z: float
    """IoU minus null over the standard error of the difference, the smaller one of both nulls."""
    q: float
    """False discovery rate, over all units and concepts of the layer, of calling the IoU more than both nulls."""
    interpretable: bool
    """By the rules of the profile, which ask no null."""
    explained_by: Literal["place", "area"] | None
    """What explains the IoU of an interpretable unit that is not above chance; None for all other units, and where the
    concept is too small to be tested."""
    top: tuple[tuple[int, float], ...]
    """The samples of the highest activation, and that activation, highest first."""
    correlation: float = float("nan")
    """Pearson's correlation of the upsampled activation with the concept's mask over all pixels; NaN where the profile
    does not measure it."""


@dataclass(frozen=True)
class UnitCount:
    """How many units are interpretable under a profile, of how many concepts; 95 % intervals by resampling samples."""

    interpretable: int
    interpretable_interval: Interval
    concepts: int
    concepts_interval: Interval


@dataclass(frozen=True)
class LayerReport:
    """The dissection of one layer."""

    layer: str
    profile: ProfileName
    concepts: Concepts
    concept_area: tuple[float, ...]
    """Part of all pixels of the test samples that show each concept."""
    units: tuple[UnitReport, ...]
    nulls: Nulls
    """IoU of every unit with every concept, at the unit's one threshold, beside its nulls."""
    q: Floats
    """(u, k) false discovery rates; NaN for concepts too small to be tested."""
    counts: Mapping[ProfileName, UnitCount]
    """How many units are interpretable, by profile."""
    top_fraction: float | None = None
    """The part of its activations for which a unit is active; None where its threshold is chosen."""

    @property
    def interpretable(self) -> int:
        """How many units are interpretable."""
        return sum(unit.interpretable for unit in self.units)

    def concept_counts(self) -> list[tuple[str, int, float]]:
        """Return each concept that has interpretable units, how many and their best IoU, most units first."""
        scores: dict[str, list[float]] = {}
        for unit in self.units:
            if unit.interpretable and unit.concept is not None:
                scores.setdefault(unit.concept, []).append(unit.iou)
        counts = [(concept, len(iou), max(iou)) for concept, iou in scores.items()]
        return sorted(counts, key=lambda count: (-count[1], count[0]))

    def ranking(self, concept: str) -> list[tuple[int, float]]:
        """Return the best units of a concept and their IoU, best first: `RANKED`, and all that carry it.

        As published, every unit is scored at its own threshold, whatever concept that was chosen for, and as its row
        is: in the images that count under the profile.
        """
        column = self.nulls.iou[:, self.concepts.names.index(concept)]
        most = max(RANKED, int((np.nan_to_num(column) >= CARRIES).sum()))
        order = np.argsort(-np.nan_to_num(column), kind="stable")[:most]
        return [(int(unit), float(column[unit])) for unit in order if column[unit] > 0]


def report_layer(
    layer: str,
    counted: LayerCounts,
    concepts: Concepts,
    rules: Profile,
    profiles: Mapping[ProfileName, Profile],
    rng: np.random.Generator,
) -> LayerReport:
    """Return the unit table of a layer.

    Args:
        layer: its name.
        counted: what was counted of it.
        concepts: the vocabulary.
        rules: whose concepts, thresholds and scores the table shows.
        profiles: all that units are counted by, `rules` among them.
        rng: draws the resamples.
    """
    choices = {name: choose_thresholds(other, counted.validation, concepts) for name, other in profiles.items()}
    counts = {
        name: count_units(other, choices[name], counted.blocks[name], concepts, rng) for name, other in profiles.items()
    }
    choice, blocks = choices[rules.name], counted.blocks[rules.name]
    nulls = against_nulls(blocks, rules.groups(concepts))
    area = concept_areas_of(counted.test, concepts)
    tested = ~np.isnan(nulls.iou) & named(concepts) & (area >= LEAST_TESTED_AREA)
    q = false_discovery_rates(nulls.p, tested)
    concept = unit_concepts(rules, choice, nulls.iou, concepts)
    drawn = blocks.as_segmented().weighted(draw_counts(len(blocks.pixels), rng))
    columns = _Columns(
        correlation=counted.test.covariance.correlation if counted.test.covariance else np.full_like(q, np.nan),
        own=scored(rules, concept, blocks.sum(), concepts),
        intervals=percentile_intervals(scored(rules, concept, drawn, concepts).iou),
        thresholds=threshold_values(counted.test.edges, choice.threshold),
        choice=choice,
        nulls=nulls,
        q=q,
        top=_top(counted.test),
    )
    units = tuple(_row(unit, int(c), columns, rules, concepts) for unit, c in enumerate(concept))
    return LayerReport(layer, rules.name, concepts, tuple(area.tolist()), units, nulls, q, counts, rules.fraction)


@dataclass(frozen=True)
class _Columns:
    """What the rows of the unit table are made of, one entry per unit."""

    correlation: Floats
    """(u, k)."""
    own: "UnitScores"
    intervals: list[Interval]
    thresholds: Floats
    choice: Choice
    nulls: Nulls
    q: Floats
    top: list[tuple[tuple[int, float], ...]]


def _top(tally: Tally) -> list[tuple[tuple[int, float], ...]]:
    samples, activations = tally.top.samples.tolist(), tally.top.values.tolist()
    return [tuple(zip(*pair, strict=True)) for pair in zip(samples, activations, strict=True)]


def _row(unit: int, concept: int, columns: _Columns, rules: Profile, concepts: Concepts) -> UnitReport:
    """Return one unit's row."""
    if concept < 0:
        nan = float("nan")
        nothing = (nan, Interval(nan, nan), nan, float("inf"), nan, nan, nan, nan, nan)
        return UnitReport(unit, None, None, *nothing, False, None, columns.top[unit])
    nulls = columns.nulls
    interpretable = bool(columns.own.interpretable(rules)[0, unit])
    z_place, z_area = float(nulls.z_shuffled[unit, concept]), float(nulls.z_shifted[unit, concept])
    q = float(columns.q[unit, concept])
    nearest: Literal["place", "area"] = "place" if z_place < z_area else "area"
    return UnitReport(
        unit=unit,
        concept=concepts.names[concept],
        category=concepts.categories[concept],
        iou=float(columns.own.iou[0, unit]),
        iou_interval=columns.intervals[unit],
        iqr=float(columns.own.iqr[0, unit]),
        threshold=float(columns.thresholds[unit]),
        level=float(FRACTIONS[columns.choice.threshold[unit]]) if rules.fraction is None else rules.fraction,
        shuffled_iou=float(nulls.shuffled[unit, concept]),
        shifted_iou=float(nulls.shifted[unit, concept]),
        z=min(z_place, z_area),
        q=q,
        interpretable=interpretable,
        explained_by=nearest if interpretable and q > RATE else None,
        top=columns.top[unit],
        correlation=float(columns.correlation[unit, concept]),
    )


def unit_concepts(profile: Profile, choice: Choice, iou: Floats, concepts: Concepts) -> Ints:
    """Return the (..., u) concept of each unit: as chosen, or where the threshold is fixed, that of the highest IoU."""
    if profile.fraction is None:
        return choice.concept
    return best_concepts(iou, named(concepts), 0.0)


@dataclass(frozen=True)
class UnitScores:
    """IoU and IQR of each unit with its own concept, (R, u)."""

    iou: Floats
    iqr: Floats

    def interpretable(self, profile: Profile) -> NDArray[np.bool_]:
        """Return (R, u) which units exceed what the profile asks for."""
        return (self.iqr > profile.least_iqr) & (self.iou > profile.least_iou)


def scored(profile: Profile, concept: Ints, counts: AtThreshold, concepts: Concepts) -> UnitScores:
    """Return the scores of each unit with its own concept; those of units without one mean nothing.

    Args:
        profile: its `by_category` decides which activity counts.
        concept: (u,) index of each unit's concept, -1 for none.
        counts: R resamples or blocks.
        concepts: the vocabulary.
    """
    own = counts.of_concepts(np.maximum(concept, 0))
    groups = profile.groups(concepts)
    tables = own.contingency(ALIGNED, None if groups is None else groups[np.maximum(concept, 0)][:, None])
    return UnitScores(tables.iou[..., 0], tables.information_quality_ratio[..., 0])


def count_units(
    profile: Profile, choice: Choice, blocks: AtThreshold, concepts: Concepts, rng: np.random.Generator
) -> UnitCount:
    """Return how many units are interpretable under a profile, and of how many concepts, with intervals."""
    own = _interpretable_concepts(profile, choice, blocks.sum(), concepts)
    drawn = [
        _interpretable_concepts(profile, choice, blocks.as_segmented().weighted(weights), concepts)
        for weights in np.array_split(draw_counts(len(blocks.pixels), rng), -(-RESAMPLES // RESAMPLES_AT_ONCE))
    ]
    (units, kinds), parts = _counted(own), [_counted(part) for part in drawn]
    of_units, of_kinds = (percentile_interval(np.concatenate(column)) for column in zip(*parts, strict=True))
    return UnitCount(int(units[0]), of_units, int(kinds[0]), of_kinds)


def _interpretable_concepts(profile: Profile, choice: Choice, counts: AtThreshold, concepts: Concepts) -> Ints:
    """Return (R, u) the concept of each interpretable unit, -1 for the others."""
    if profile.fraction is None:
        scores = scored(profile, choice.concept, counts, concepts)
        return np.where(scores.interpretable(profile) & (choice.concept >= 0), choice.concept, -1)
    return best_concepts(counts.contingency(ALIGNED, profile.groups(concepts)).iou, named(concepts), profile.least_iou)


def _counted(concept: Ints) -> tuple[Floats, Floats]:
    """Return (R,) how many units have a concept, and how many concepts they have."""
    kinds = [len(np.unique(row[row >= 0])) for row in concept]
    return (concept >= 0).sum(1).astype(np.float64), np.array(kinds, np.float64)
