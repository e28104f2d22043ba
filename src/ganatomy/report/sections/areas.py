"""The section of areas: what a generator draws too little and too much, against real images."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ganatomy.draw.canvas import NAMES, WIDTH, Figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Floats, Scale
from ganatomy.report.concepts import NOTEWORTHY_AREA, bounded
from ganatomy.report.sections.areas_histograms import AreaHistogram, histogram_figure
from ganatomy.runs.records.areas import AreasRecord, ConceptAreaRow, DistanceRow

MOST_ROWS, MOST_HISTOGRAMS = 20, 15
WORDS = 90
"""Right margin of the rows, for the verdicts."""
AS_REAL = "as real"
DIFFERENT = ("dropped", "underdrawn", "overdrawn")


@dataclass(frozen=True)
class ConceptAreas:
    """One concept: its areas, and how they are spread over images."""

    name: str
    colour: str
    verdict: str
    """What the generator does with it, in words."""
    generated: Bounded
    """Mean area."""
    real: Bounded
    ratio: Bounded
    present: tuple[float, float]
    """Shares of generated and of real images that show any of it."""
    shares: Floats
    """(b,) share of generated images in each bin of the histogram; images without it are in none."""
    real_shares: Floats
    """(b,) the same of real images."""


@dataclass(frozen=True)
class Distance:
    """A distance of generated images to real ones, beside that of real images to real ones, as text."""

    value: str
    error: str
    chance: str
    chance_span: str
    is_beyond_chance: bool


@dataclass(frozen=True)
class AreasView:
    """Generated against real."""

    concepts: tuple[ConceptAreas, ...]
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


def mean_areas(record: AreasRecord) -> dict[str, float]:
    """Return how much each concept's colour matters: its mean area in real images, in [0, 1]."""
    return {row.concept: row.real.area for row in record.concepts}


def areas_view(record: AreasRecord, colours: Mapping[str, str]) -> AreasView:
    """Return the comparison of areas for the page.

    Args:
        record: `dissect/areas.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    there = [row for row in record.concepts if row.verdict != "absent"]
    concepts = [_concept(row, colours, record) for row in sorted(there, key=lambda row: -row.real.area)]
    shown = _worth_drawing(concepts)
    named = {v: tuple(concept.name for concept in concepts if concept.verdict == v) for v in DIFFERENT}
    distance = record.distance
    return AreasView(
        concepts=tuple(concepts),
        verdicts=tuple((verdict, names) for verdict, names in named.items() if names),
        fsd=_distance(distance.fsd, _significant),
        area=_distance(distance.area, _points),
        figures=area_figures(shown, np.array(record.histogram_edges, dtype=np.float64)) if shown else (),
        drawn=len(shown),
        num_generated=record.num_generated,
        num_real=record.num_real,
        num_compared=distance.num_images,
        halvings=distance.halvings,
        dropped_part=record.rule.dropped_part,
        false_discoveries=record.rule.false_discoveries,
        segmenter=record.segmenter,
        fingerprint=record.fingerprint,
        seed=record.seed,
    )


def area_figures(rows: Sequence[ConceptAreas], edges: Floats) -> tuple[Figure, Figure]:
    """Return the mean area of every concept, and how the areas are spread over images.

    Args:
        rows: from top to bottom, one or more.
        edges: (b + 1,) bounds of the histograms' bins, as parts of all pixels.
    """
    ends = [v for row in rows for found in (row.generated, row.real) for v in (found.value, found.high)]
    high = min(1.0, 1.05 * max(value for value in ends if value is not None))
    chosen = sorted(rows, key=lambda row: row.verdict == AS_REAL)[:MOST_HISTOGRAMS]
    shown = [row for row in rows if any(row is one for one in chosen)]
    histograms = [AreaHistogram(row.name, row.colour, row.present, row.shares, row.real_shares) for row in shown]
    return rows_figure(rows, high), histogram_figure(histograms, edges)


def rows_figure(rows: Sequence[ConceptAreas], high: float) -> Figure:
    """Return a row per concept: the generated area filled, the real one hollow, and the verdict in words.

    Args:
        rows: from top to bottom.
        high: end of the axis, a part of all pixels.
    """
    said = "; ".join(f"{r.name} {r.generated.value:.1%} against {r.real.value:.1%}, {r.verdict}" for r in rows[:6])
    return row_figure(
        "areas",
        "Area of every concept",
        "",
        [Row(r.name, r.colour, r.generated, r.real, r.verdict != AS_REAL, r.verdict) for r in rows],
        Scale(0.0, high, NAMES, WIDTH - WORDS, by="root"),
        names=("generated", "real"),
        unit="mean area of an image",
        description=f"Mean area, generated against real: {said}.",
    )


def _worth_drawing(concepts: Sequence[ConceptAreas]) -> list[ConceptAreas]:
    """Return what differs and what is large, largest first: at most `MOST_ROWS`, of which what differs has priority."""

    def size(concept: ConceptAreas) -> float:
        return max(concept.generated.value or 0.0, concept.real.value or 0.0)

    worth = [concept for concept in concepts if concept.verdict in DIFFERENT or size(concept) >= NOTEWORTHY_AREA]
    kept = sorted(worth, key=lambda concept: (concept.verdict not in DIFFERENT, -size(concept)))[:MOST_ROWS]
    return [concept for concept in concepts if any(concept is one for one in kept)]


def _concept(row: ConceptAreaRow, colours: Mapping[str, str], record: AreasRecord) -> ConceptAreas:
    generated, real, histogram = row.generated, row.real, row.histogram
    return ConceptAreas(
        name=row.concept,
        colour=colours.get(row.concept, "c-rest"),
        verdict=row.verdict,
        generated=bounded(generated.area, generated.interval),
        real=bounded(real.area, real.interval),
        ratio=bounded(row.ratio, row.ratio_interval),
        present=(generated.present, real.present),
        shares=np.array(histogram.generated[1:], dtype=np.float64) / record.num_generated,
        real_shares=np.array(histogram.real[1:], dtype=np.float64) / record.num_real,
    )


def _distance(row: DistanceRow, written: Callable[[float], str]) -> Distance:
    low, high = written(row.chance_low), written(row.chance_high)
    return Distance(
        value=written(row.value),
        error=written(row.error),
        chance=written(row.chance),
        chance_span=low if low == high else f"{low} to {high}",
        is_beyond_chance=row.is_beyond_chance,
    )


def _significant(value: float) -> str:
    """Return three significant digits, or one decimal at least."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def _points(value: float) -> str:
    return f"{100 * value:.1f}\N{NO-BREAK SPACE}%"
