"""The section of areas: what is drawn too little and too much, and whether a second segmenter sees the same."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ganatomy.draw.canvas import Figure
from ganatomy.draw.rows import Interval
from ganatomy.report.sections.areas_figures import AS_REAL, AreaRow, area_figure, histogram_figure
from ganatomy.report.sections.units import number

MOST_ROWS, MOST_HISTOGRAMS = 20, 15
NOTEWORTHY_AREA = 0.005
"""Concepts of a smaller area in both are drawn only if they differ."""
DIFFERENT = ("dropped", "underdrawn", "overdrawn")
HISTOGRAM_CAPTION = (
    "Images by how much of them a concept covers; below, the share of generated | real images that show any of it, "
    "and only those are counted. Heights are scaled per concept, areas drawn by their square root."
)
LISTED = 12

Record = Mapping[str, Any]


@dataclass(frozen=True)
class Concept:
    """One line of the table."""

    name: str
    colour: str
    verdict: str
    generated: Interval
    real: Interval
    ratio: Interval
    present: tuple[float, float]


@dataclass(frozen=True)
class Distance:
    """A distance of generated images to real ones, beside that of real images to real ones, as text."""

    value: str
    error: str
    chance: str
    chance_span: str
    is_beyond_chance: bool


@dataclass(frozen=True)
class Areas:
    """Generated against real."""

    concepts: tuple[Concept, ...]
    """Those that occur, largest real area first."""
    verdicts: tuple[tuple[str, tuple[str, ...]], ...]
    """What is dropped, underdrawn and overdrawn, each with its concepts."""
    fsd: Distance
    area: Distance
    figures: tuple[Figure, ...]
    drawn: int
    """How many concepts the first figure shows."""
    num_generated: int
    num_real: int
    num_compared: int
    """Images on each side of a distance."""
    halvings: int
    dropped_part: float
    false_discoveries: float
    segmenter: str
    fingerprint: str
    seed: int


@dataclass(frozen=True)
class SharedConcept:
    """One concept as two segmenters see it; `read_from` empty where both call it the same."""

    name: str
    colour: str
    read_from: str
    area_first: float
    area_second: float
    iou: Interval
    chance: float | None


@dataclass(frozen=True)
class Agreement:
    """Two segmenters on the same images."""

    first: str
    second: str
    fingerprints: tuple[str, str]
    pixels: Interval
    pixels_chance: float | None
    compared: float
    concepts: tuple[SharedConcept, ...]
    """Those that either sees, largest first."""
    unseen: int
    """Concepts that both know and neither sees."""
    only_first: str
    only_second: str
    num_images: int
    seed: int


def mean_areas(record: Record) -> dict[str, float]:
    """Return how much each concept's colour matters: its mean area in real images, in [0, 1]."""
    return {item["concept"]: number(item["real"]["area"]) or 0.0 for item in record["concepts"]}


def areas_view(record: Record, colours: Mapping[str, str]) -> Areas:
    """Return the comparison of areas for the page.

    Args:
        record: `dissect/areas.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    items = sorted(
        (item for item in record["concepts"] if item["verdict"] != "absent"), key=lambda item: -item["real"]["area"]
    )
    shown = _worth_drawing(items)
    rows = [_row(item, colours, record) for item in shown]
    named = {v: tuple(item["concept"] for item in items if item["verdict"] == v) for v in DIFFERENT}
    distance = record["distance"]
    return Areas(
        concepts=tuple(_concept(item, colours) for item in items),
        verdicts=tuple((verdict, names) for verdict, names in named.items() if names),
        fsd=_distance(distance["fsd"], _significant),
        area=_distance(distance["area"], _points),
        figures=_figures(rows, np.array(record["histogram_edges"], dtype=np.float64)),
        drawn=len(rows),
        num_generated=int(record["num_generated"]),
        num_real=int(record["num_real"]),
        num_compared=int(distance["num_images"]),
        halvings=int(distance["halvings"]),
        dropped_part=float(record["rule"]["dropped_part"]),
        false_discoveries=float(record["rule"]["false_discoveries"]),
        segmenter=str(record["segmenter"]),
        fingerprint=str(record["fingerprint"]),
        seed=int(record["seed"]),
    )


def agreement_view(record: Record, colours: Mapping[str, str]) -> Agreement:
    """Return the agreement of two segmenters for the page.

    Args:
        record: `dissect/agreement.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    seen = [item for item in record["concepts"] if item["area_first"] or item["area_second"]]
    seen.sort(key=lambda item: -max(item["area_first"], item["area_second"]))
    pixels = record["pixels"]
    return Agreement(
        first=str(record["first"]["name"]),
        second=str(record["second"]["name"]),
        fingerprints=(str(record["first"]["fingerprint"]), str(record["second"]["fingerprint"])),
        pixels=_interval(pixels["agreement"], pixels["interval"]),
        pixels_chance=number(pixels["chance"]),
        compared=float(pixels["compared"]),
        concepts=tuple(_shared(item, colours) for item in seen),
        unseen=len(record["concepts"]) - len(seen),
        only_first=_listed(record["only_first"]),
        only_second=_listed(record["only_second"]),
        num_images=int(record["num_images"]),
        seed=int(record["seed"]),
    )


def _worth_drawing(items: Sequence[Record]) -> list[Record]:
    """Return what differs and what is large, largest first: at most `MOST_ROWS`, of which what differs has priority."""

    def size(item: Record) -> float:
        return float(max(item["generated"]["area"], item["real"]["area"]))

    worth = [item for item in items if item["verdict"] in DIFFERENT or size(item) >= NOTEWORTHY_AREA]
    kept = sorted(worth, key=lambda item: (item["verdict"] not in DIFFERENT, -size(item)))[:MOST_ROWS]
    return [item for item in items if any(item is one for one in kept)]


def _row(item: Record, colours: Mapping[str, str], record: Record) -> AreaRow:
    histogram = item["histogram"]
    concept = _concept(item, colours)
    return AreaRow(
        name=concept.name,
        colour=concept.colour,
        verdict=concept.verdict,
        generated=concept.generated,
        real=concept.real,
        present=concept.present,
        shares=np.array(histogram["generated"][1:], dtype=np.float64) / record["num_generated"],
        real_shares=np.array(histogram["real"][1:], dtype=np.float64) / record["num_real"],
    )


def _concept(item: Record, colours: Mapping[str, str]) -> Concept:
    return Concept(
        name=str(item["concept"]),
        colour=colours.get(item["concept"], "c-rest"),
        verdict=str(item["verdict"]),
        generated=_interval(item["generated"]["area"], item["generated"]["interval"]),
        real=_interval(item["real"]["area"], item["real"]["interval"]),
        ratio=_interval(item["ratio"], item["ratio_interval"]),
        present=(float(item["generated"]["present"]), float(item["real"]["present"])),
    )


def _shared(item: Record, colours: Mapping[str, str]) -> SharedConcept:
    names = [str(name) for name in item["read_from"]]
    return SharedConcept(
        name=str(item["concept"]),
        colour=colours.get(item["concept"], "c-rest"),
        read_from="" if names == [item["concept"]] else ", ".join(names),
        area_first=float(item["area_first"]),
        area_second=float(item["area_second"]),
        iou=_interval(item["iou"], item["interval"]),
        chance=number(item["chance"]),
    )


def _interval(value: object, bounds: Sequence[object] | None) -> Interval:
    low, high = bounds or (None, None)
    return Interval(number(value), number(low), number(high))


def _figures(rows: Sequence[AreaRow], edges: np.ndarray) -> tuple[Figure, ...]:
    """Return both figures; none where no concept is worth drawing."""
    if not rows:
        return ()
    high = max(v for row in rows for i in (row.generated, row.real) for v in (i.value, i.high) if v is not None)
    said = "; ".join(f"{r.name} {r.generated.value:.1%} against {r.real.value:.1%}, {r.verdict}" for r in rows[:6])
    title, description = "Area of every concept", f"Mean area, generated against real: {said}."
    areas = area_figure("areas", title, description, rows, min(1.0, 1.05 * high))
    chosen = sorted(rows, key=lambda row: row.verdict == AS_REAL)[:MOST_HISTOGRAMS]
    shown = [row for row in rows if any(row is one for one in chosen)]
    histogram_title = "How it is spread over images"
    text = f"How many images show how much of {', '.join(row.name for row in shown)}; generated against real."
    histograms = histogram_figure("area-histograms", histogram_title, text, shown, edges)
    return (
        Figure("areas", title, areas, ""),
        Figure("area-histograms", histogram_title, histograms, HISTOGRAM_CAPTION),
    )


def _distance(record: Record, written: Any) -> Distance:
    low, high = written(record["chance_low"]), written(record["chance_high"])
    return Distance(
        value=written(record["value"]),
        error=written(record["error"]),
        chance=written(record["chance"]),
        chance_span=low if low == high else f"{low} to {high}",
        is_beyond_chance=bool(record["is_beyond_chance"]),
    )


def _significant(value: float) -> str:
    """Return three significant digits, or one decimal at least."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _points(value: float) -> str:
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    return ", ".join(names[:LISTED]) + more
