"""What is known of a single unit: when it is active, which concept it agrees with, and what goes without it."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray

from ganatomy.dissect.counting.grid import CLAMPED, upsample
from ganatomy.intervene.baseline import Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.intervene.values import HIGH
from ganatomy.runs.records.units import TopSample, UnitRow
from ganatomy.seeds import stream
from ganatomy.stats.resampling import Floats, Interval, draw_counts, percentile_interval
from ganatomy.web.layer import PaintedLayer
from ganatomy.web.partners import PartnerRow, Partners

T = TypeVar("T")
Steps: TypeAlias = Generator[None, None, T]
"""What is done in short steps, between which others may have their turn."""

SHOWN = 8
"""Samples of each row of pictures."""
BINS = 40
CONCEPTS, PARTNERS = 8, 8
"""Concepts and partners that are listed."""
MEASURED, AT_ONCE = 32, 8
"""Samples on which units are ablated, and those of one step."""
OTHERS = 6
"""Random units that are ablated to compare with."""
DIMMED = 0.35
"""What is left of the light where the unit is not active."""


@dataclass(frozen=True)
class Histogram:
    """How often a unit of how much activation there is, over the cells of all observed samples."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    threshold: float | None
    """Above it the unit counts as active: that of the dissection."""


@dataclass(frozen=True)
class Agreeing:
    """A concept that a unit agrees with."""

    concept: str
    iou: float
    null: float | None
    """What chance explains of that; None where it was not tested."""


@dataclass(frozen=True)
class UnitEffect:
    """What becomes of a concept as the unit is set to zero, on the first samples."""

    concept: str
    ace: float
    """The part of its area that goes; negative where it grows."""
    low: float
    high: float
    random: float | None
    """The same of random units, on average; None in a layer of one unit."""


@dataclass(frozen=True)
class UnitPage:
    """What is known of a unit."""

    unit: int
    layer: str
    label: str | None
    iou: float | None
    null: float | None
    counts: bool
    histogram: Histogram
    top: tuple[TopSample, ...]
    random: tuple[int, ...]
    concepts: tuple[Agreeing, ...]
    effect: UnitEffect | None
    partners: tuple[PartnerRow, ...]


def unit_page(painted: PaintedLayer, unit: int, partners: Partners, random: Mapping[int, Floats]) -> Steps[UnitPage]:
    """Return what is known of a unit, found in short steps.

    Args:
        painted: its layer.
        unit: its number.
        partners: how the units of other layers go along with those of this one.
        random: what `without_random_units` found in the layer.
    """
    row = row_of(painted, unit)
    effect = yield from _effect(painted, unit, None if row is None else row.concept, random)
    return UnitPage(
        unit=unit,
        layer=painted.layer,
        label=None if row is None else row.concept,
        iou=None if row is None else row.iou,
        null=None if row is None else row.null,
        counts=row is not None and row.interpretable,
        histogram=_histogram(painted, unit, row),
        top=top_samples(painted, unit),
        random=random_samples(painted, unit),
        concepts=agreements(painted, unit),
        effect=effect,
        partners=partners.of(unit, PARTNERS),
    )


def row_of(painted: PaintedLayer, unit: int) -> UnitRow | None:
    """Return what the dissection says of a unit; None without one."""
    return None if painted.table is None else painted.table.row(unit)


def top_samples(painted: PaintedLayer, unit: int) -> tuple[TopSample, ...]:
    """Return the samples on which a unit is most active: by the dissection, or among those observed."""
    row = row_of(painted, unit)
    listed = () if row is None else tuple(one for one in row.top if 0 <= one.sample < painted.latents.size)
    if listed:
        return listed[:SHOWN]
    highest = painted.observed.featuremaps[:, unit].amax((1, 2))
    order = highest.argsort(descending=True, stable=True)[:SHOWN].tolist()
    return tuple(TopSample(sample, float(highest[sample])) for sample in order)


def random_samples(painted: PaintedLayer, unit: int) -> tuple[int, ...]:
    """Return samples drawn at random among those observed, always the same ones of a unit."""
    order = torch.randperm(len(painted.observed), generator=stream(unit, "paint/random samples"))
    return tuple(order[:SHOWN].tolist())


def unit_pictures(painted: PaintedLayer, unit: int, rows: Sequence[Baseline]) -> NDArray[np.uint8]:
    """Return rows of samples, dimmed where a unit is not active, (rows s, columns s, 3) uint8.

    Args:
        painted: its layer.
        unit: its number.
        rows: the samples of each row; black fills up a shorter one.
    """
    threshold = _threshold(painted, unit)
    size = int(painted.observed.images.shape[1])
    sheet = np.zeros((len(rows) * size, SHOWN * size, 3), dtype=np.uint8)
    for place, samples in enumerate(rows):
        maps = upsample(samples.featuremaps[:, unit : unit + 1], (size, size), CLAMPED)[:, 0]
        light = torch.where(maps > threshold, 1.0, DIMMED)[..., None]
        strip = (samples.images * light).round().to(torch.uint8).cpu().numpy()
        sheet[place * size : (place + 1) * size, : len(strip) * size] = np.concatenate([*strip], axis=1)
    return sheet


def _threshold(painted: PaintedLayer, unit: int) -> float:
    """Return the activation above which a unit is active: by the dissection, or its 99 % quantile."""
    row = row_of(painted, unit)
    if row is not None and row.threshold is not None:
        return row.threshold
    return float(np.quantile(painted.observed.featuremaps[:, unit].cpu().numpy(), HIGH))


def _histogram(painted: PaintedLayer, unit: int, row: UnitRow | None) -> Histogram:
    counts, edges = np.histogram(painted.observed.featuremaps[:, unit].cpu().numpy(), BINS)
    return Histogram(tuple(edges.tolist()), tuple(counts.tolist()), None if row is None else row.threshold)


def agreements(painted: PaintedLayer, unit: int) -> tuple[Agreeing, ...]:
    """Return the concepts for which the unit is ranked, the best first, with the null of the one it is labelled by."""
    row = row_of(painted, unit)
    ranking = {} if painted.table is None else painted.table.ranking
    found = [(name, ranked.iou) for name, rows in ranking.items() for ranked in rows if ranked.unit == unit]
    best = sorted(found, key=lambda one: -one[1])[:CONCEPTS]
    label = None if row is None else row.concept
    return tuple(Agreeing(name, iou, row.null if row is not None and name == label else None) for name, iou in best)


def without_random_units(painted: PaintedLayer) -> Steps[dict[int, Floats]]:
    """Return the areas (n, k) on the first samples without random units of the layer, by unit, found in short steps."""
    drawn = torch.randperm(painted.units, generator=stream(0, "paint/random units"))[:OTHERS].tolist()
    found: dict[int, Floats] = {}
    for unit in drawn if painted.seen else ():
        found[unit] = yield from _areas_without(painted, unit)
    return found


def _effect(
    painted: PaintedLayer, unit: int, concept: str | None, random: Mapping[int, Floats]
) -> Steps[UnitEffect | None]:
    """Return what becomes of a concept without the unit: of that which it is labelled by, or of the most changed."""
    if not painted.seen:
        return None
    before, concepts = painted.observed.areas[:MEASURED], painted.segmenter.concepts
    after = yield from _areas_without(painted, unit)
    if concept not in painted.seen:
        places = [concepts.index(name) for name in painted.seen]
        concept = concepts[max(places, key=lambda place: abs(float((before - after)[:, place].mean())))]
    column = concepts.index(concept)
    area = before[:, column]
    if not area.any():
        return None
    others = [_gone(area, areas[:, column]) for other, areas in random.items() if other != unit]
    low, high = _interval(area, after[:, column], unit)
    return UnitEffect(concept, _gone(area, after[:, column]), low, high, float(np.mean(others)) if others else None)


def _gone(before: Floats, after: Floats) -> float:
    """Return the part of an area that goes."""
    return float((before - after).sum() / before.sum())


def _areas_without(painted: PaintedLayer, unit: int) -> Steps[Floats]:
    """Return the area (n, k) of each concept with a unit at zero, on the first samples."""
    parts = []
    for samples in torch.split(torch.arange(min(MEASURED, len(painted.observed))), AT_ONCE):
        taken = painted.observed.take(samples.to(painted.observed.z.device))
        parts.append(measure(taken, [Change(painted.layer, (unit,))]).areas)
        yield
    return np.concatenate(parts)


def _interval(before: Floats, after: Floats, seed: int) -> Interval:
    """Return the 95 % interval of the part of the area that goes, from resampling samples."""
    counts = draw_counts(len(before), np.random.default_rng(seed))
    whole = counts @ before
    with np.errstate(invalid="ignore"):
        gone = (whole - counts @ after) / whole
    return percentile_interval(gone[np.isfinite(gone)])
