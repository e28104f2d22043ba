"""The section of causes: which units make a concept, how much, and what else they change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ganatomy.draw.canvas import Figure
from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import bounded
from ganatomy.report.sections.causes_figures import alpha_figure, curve_figure, off_target_figure, off_target_rows
from ganatomy.runs.records.causes import CauseRecord, CauseRow, SetRow

SETS = {
    "ace": "by alpha",
    "iou": "by IoU",
    "random": "random, without what carries it",
    "random of all": "random, of all units",
}


@dataclass(frozen=True)
class ShownSet:
    """One set of units, and what it does to the concept that is meant."""

    name: str
    effect: CauseRow
    at_cell: Bounded
    in_image: Bounded
    kept: Bounded
    inserted: Bounded


@dataclass(frozen=True)
class CauseView:
    """The causes of one concept for the page."""

    key: str
    concept: str
    layer: str
    units: tuple[int, ...]
    shared: int
    """How many of the units are among as many best ones by IoU."""
    sets: tuple[ShownSet, ...]
    figures: tuple[Figure, ...]
    schedule: str
    updates: int
    pairs: int
    num_images: int
    curve_images: int
    passes: int
    passes_official: int
    curve_passes: int
    seconds: float
    fingerprint: str

    @property
    def causal(self) -> ShownSet:
        """The set by alpha."""
        return self.sets[0]


@dataclass(frozen=True)
class CausesView:
    """The causes of all concepts, in their order."""

    causes: tuple[CauseView, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of each concept."""
        return tuple(figure for cause in self.causes for figure in cause.figures)


def cause_weights(record: CauseRecord) -> dict[str, float]:
    """Return the area of each concept unedited, in [0, 1]: how much its colour matters."""
    return {row.concept: row.area for row in record.sets[0].effects}


def cause_view(record: CauseRecord, key: str, colours: Mapping[str, str]) -> CauseView:
    """Return the causes of one concept for the page.

    Args:
        record: what `ganatomy ace` found.
        key: unique in the page.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    causal = record.sets[0]
    by_iou = next(one for one in record.sets if one.name == "iou")
    curves = tuple(curve_figure(record, key, kind, few) for kind, few in FIGURES if record.curves)
    off_target = off_target_figure(record, key, colours) if off_target_rows(record) else None
    return CauseView(
        key=key,
        concept=record.concept,
        layer=record.layer,
        units=causal.units[0],
        shared=len({*causal.units[0]} & {*by_iou.units[0]}),
        sets=tuple(_shown(one, record.concept) for one in record.sets),
        figures=(alpha_figure(record, key), *curves, *([off_target] if off_target else [])),
        schedule=record.schedule,
        updates=len(record.losses),
        pairs=record.present,
        num_images=int(record.protocol["num_images"]),
        curve_images=int(record.protocol["curve_images"]),
        passes=sum(number for purpose, number in record.passes.items() if purpose != "curves"),
        passes_official=record.passes_official,
        curve_passes=record.passes.get("curves", 0),
        seconds=record.seconds,
        fingerprint=record.fingerprint,
    )


FIGURES: tuple[tuple[Literal["ablation", "insertion"], bool], ...] = (
    ("ablation", True),
    ("ablation", False),
    ("insertion", False),
)
"""Curves of ablations by two rankings, then of all, then of insertions."""


def _shown(one: SetRow, concept: str) -> ShownSet:
    effect = next(row for row in one.effects if row.concept == concept)
    figures = (effect.at_cell, effect.in_image, effect.kept, effect.inserted)
    return ShownSet(SETS[one.name], effect, *(bounded(figure.value, figure.interval) for figure in figures))
