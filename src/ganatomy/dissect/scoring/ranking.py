"""The units of the highest IoU with one concept, each beside its interval and its nulls."""

from dataclasses import dataclass

import numpy as np

from ganatomy.dissect.counting.counts import LayerCounts
from ganatomy.dissect.scoring.profiles import profile_of
from ganatomy.dissect.scoring.units import LayerReport, scored
from ganatomy.segment.concepts import known_concept
from ganatomy.stats.resampling import Interval, draw_counts, percentile_intervals


@dataclass(frozen=True)
class ConceptUnit:
    """A unit as a candidate for one concept, at the unit's own threshold."""

    unit: int
    iou: float
    """IoU with the concept, in (0, 1]."""
    interval: Interval
    """95 % interval of the IoU, from resampling blocks of samples."""
    shuffled_iou: float
    """The IoU with the concept's masks of other samples: what place and area explain."""
    shifted_iou: float
    """The IoU with the concept's masks shifted around the image: what area and texture explain."""
    q: float
    """False discovery rate of calling the IoU more than both nulls; NaN for a concept too small to be tested."""
    own_concept: str | None
    """The concept that the unit agrees with best, which may be another."""

    @property
    def null(self) -> float:
        """The higher one of both nulls."""
        return max(self.shuffled_iou, self.shifted_iou)


def rank_units(
    report: LayerReport, counts: LayerCounts, concept: str, rng: np.random.Generator
) -> tuple[ConceptUnit, ...]:
    """Return the units of `LayerReport.ranking`, best first, with intervals.

    Args:
        report: the unit table of a layer.
        counts: what it was made of.
        concept: one of its concepts.
        rng: draws the resamples.

    Raises:
        ConfigError: there is no such concept.
    """
    names = report.concepts.names
    index = names.index(known_concept(concept, names))
    rules, blocks = profile_of(report.profile, report.top_fraction), counts.blocks[report.profile]
    drawn = blocks.as_segmented().weighted(draw_counts(len(blocks.pixels), rng))
    of_concept = np.full(len(report.units), index, dtype=np.int64)
    intervals = percentile_intervals(scored(rules, of_concept, drawn, report.concepts).iou)
    return tuple(
        ConceptUnit(
            unit=unit,
            iou=iou,
            interval=intervals[unit],
            shuffled_iou=float(report.nulls.shuffled[unit, index]),
            shifted_iou=float(report.nulls.shifted[unit, index]),
            q=float(report.q[unit, index]),
            own_concept=report.units[unit].concept,
        )
        for unit, iou in report.ranking(concept)
    )
