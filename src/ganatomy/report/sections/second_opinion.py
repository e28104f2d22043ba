"""A second opinion: whether another segmenter sees the same in the same images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import bounded
from ganatomy.runs.records.areas import AgreementRecord, SharedConcept

LISTED = 12


@dataclass(frozen=True)
class ShownConcept:
    """One concept as two segmenters see it; `read_from` empty where both call it the same."""

    name: str
    colour: str
    read_from: str
    area_first: float
    area_second: float
    iou: Bounded
    chance: float | None


@dataclass(frozen=True)
class SecondOpinionView:
    """Two segmenters on the same images."""

    first: str
    second: str
    fingerprints: tuple[str, str]
    pixels: Bounded
    pixels_chance: float | None
    compared: float
    concepts: tuple[ShownConcept, ...]
    """Those that either sees, largest first."""
    unseen: int
    """Concepts that both know and neither sees."""
    only_first: str
    only_second: str
    num_images: int
    seed: int


def second_opinion_view(record: AgreementRecord, colours: Mapping[str, str]) -> SecondOpinionView:
    """Return the agreement of two segmenters for the page.

    Args:
        record: `dissect/agreement.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    seen = [row for row in record.concepts if row.area_first or row.area_second]
    seen.sort(key=lambda row: -max(row.area_first, row.area_second))
    pixels = record.pixels
    return SecondOpinionView(
        first=record.first.name,
        second=record.second.name,
        fingerprints=(record.first.fingerprint, record.second.fingerprint),
        pixels=bounded(pixels.agreement, pixels.interval),
        pixels_chance=pixels.chance,
        compared=pixels.compared,
        concepts=tuple(_shown(row, colours) for row in seen),
        unseen=len(record.concepts) - len(seen),
        only_first=_listed(record.only_first),
        only_second=_listed(record.only_second),
        num_images=record.num_images,
        seed=record.seed,
    )


def _shown(row: SharedConcept, colours: Mapping[str, str]) -> ShownConcept:
    return ShownConcept(
        name=row.concept,
        colour=colours.get(row.concept, "c-rest"),
        read_from="" if row.read_from == (row.concept,) else ", ".join(row.read_from),
        area_first=row.area_first,
        area_second=row.area_second,
        iou=bounded(row.iou, row.interval),
        chance=row.chance,
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
