"""A second opinion: whether another segmenter sees the same in the same images."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import Record, bounded, number

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


def second_opinion_view(record: Record, colours: Mapping[str, str]) -> SecondOpinionView:
    """Return the agreement of two segmenters for the page.

    Args:
        record: `dissect/agreement.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    seen = [item for item in record["concepts"] if item["area_first"] or item["area_second"]]
    seen.sort(key=lambda item: -max(item["area_first"], item["area_second"]))
    pixels = record["pixels"]
    return SecondOpinionView(
        first=str(record["first"]["name"]),
        second=str(record["second"]["name"]),
        fingerprints=(str(record["first"]["fingerprint"]), str(record["second"]["fingerprint"])),
        pixels=bounded(pixels["agreement"], pixels["interval"]),
        pixels_chance=number(pixels["chance"]),
        compared=float(pixels["compared"]),
        concepts=tuple(_shared(item, colours) for item in seen),
        unseen=len(record["concepts"]) - len(seen),
        only_first=_listed(record["only_first"]),
        only_second=_listed(record["only_second"]),
        num_images=int(record["num_images"]),
        seed=int(record["seed"]),
    )


def _shared(item: Record, colours: Mapping[str, str]) -> ShownConcept:
    names = [str(name) for name in item["read_from"]]
    return ShownConcept(
        name=str(item["concept"]),
        colour=colours.get(item["concept"], "c-rest"),
        read_from="" if names == [item["concept"]] else ", ".join(names),
        area_first=float(item["area_first"]),
        area_second=float(item["area_second"]),
        iou=bounded(item["iou"], item["interval"]),
        chance=number(item["chance"]),
    )


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
