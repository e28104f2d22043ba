"""How well a unit overlaps with its concept, beside what chance explains: shared by layers and unit cards."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ganatomy.dissect.scoring.units import RATE
from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import bounded
from ganatomy.runs.records.units import UnitRow


@dataclass(frozen=True)
class Overlap:
    """The IoU of a unit with a concept, beside what explains it by chance; None where unknown."""

    iou: Bounded
    place: float | None
    """IoU with the masks of other samples."""
    area: float | None
    """IoU with the masks shifted around the image."""
    iqr: float | None
    z: float | None
    q: float | None
    chance: str
    """What is to be said about chance, a sentence; empty where the IoU is more than chance, or nothing is known."""

    @property
    def is_above_chance(self) -> bool:
        """Whether the IoU is more than both nulls explain."""
        return self.q is not None and self.q <= RATE

    @property
    def highest(self) -> float:
        """The highest of all that is drawn, at least 0."""
        return max(v or 0.0 for v in (self.iou.value, self.iou.high, self.place, self.area))


def overlap_of(unit: UnitRow) -> Overlap:
    """Return what a line of the unit table says."""
    return Overlap(
        iou=bounded(unit.iou, unit.iou_interval),
        place=unit.shuffled_iou,
        area=unit.shifted_iou,
        iqr=unit.iqr,
        z=unit.z,
        q=unit.q,
        chance=chance_in_words(unit),
    )


def chance_in_words(unit: UnitRow) -> str:
    """Return whether chance explains a unit's IoU, and what kind of chance; nothing where the IoU is more."""
    if unit.concept is None or (unit.q is not None and unit.q <= RATE):
        return ""
    if unit.q is None:
        return "Its concept is too rare to be tested against chance."
    alone = {"place": "Place alone explains it.", "area": "Area alone explains it.", None: "It is no more than chance."}
    return alone[unit.explained_by]


def by_iou(units: Sequence[UnitRow]) -> list[UnitRow]:
    """Return lines of the unit table, the highest IoU first."""
    return sorted(units, key=lambda unit: -(unit.iou or 0.0))


def bar_end(overlaps: Iterable[Overlap]) -> float:
    """Return the IoU at which the bars of IoU end, the same in all layers: a tenth above all that is drawn."""
    highest = max((overlap.highest for overlap in overlaps), default=0.0)
    return min(1.0, max(1, math.ceil(highest * 10)) / 10)
