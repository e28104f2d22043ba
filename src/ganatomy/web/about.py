"""What a page has to know before anything is painted: the generator, the layer, its concepts and its units.

The same JSON for the server and for the one file that needs none.
"""

import colorsys
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from torch import Tensor

import ganatomy
from ganatomy.config.jsonable import unstructured
from ganatomy.draw.files import light_colours
from ganatomy.draw.palette import SLOTS, concept_colours
from ganatomy.intervene.choice import agreement_of
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.units import UnitTable
from ganatomy.web.layer import PaintedLayer, class_names

SCHEMA = 1
UNITS, DEFAULT_UNITS = 40, 20
"""Units listed of a concept, and those that a brush takes unless told otherwise."""
NAMED = 255
"""Concepts that a byte can number; the last number stands for none."""
DIGITS = 5
"""Significant digits of what units are set to."""
GOLDEN = 0.618034
"""By which part of the circle each further hue is turned."""

Engine = Literal["server", "page"]


@dataclass(frozen=True)
class Photo:
    """A photograph that `ganatomy invert` brought into the run."""

    name: str


@dataclass(frozen=True)
class SegmenterAbout:
    """What tells the concepts of each pixel."""

    name: str
    concepts: tuple[str, ...]
    """By their bytes in a map of labels, the largest first."""
    colours: tuple[str, ...]
    """`#rrggbb` each."""
    size: int
    """Pixels a side of its maps."""


@dataclass(frozen=True)
class CauseAbout:
    """What `ganatomy ace` measured of a concept in this layer."""

    ace: float | None
    low: float | None
    high: float | None
    """Ends of the 95 % interval."""
    random: float | None
    """The same of random units."""


@dataclass(frozen=True)
class ConceptAbout:
    """A concept that can be painted."""

    name: str
    colour: str
    units: tuple[int, ...]
    """Best first."""
    default_units: int
    labelled: int
    """How many of the default units count as units of the concept by the dissection."""
    iou: float
    """Of the best unit."""
    null: float | None
    """What chance explains of that; None where it was not tested."""
    effect: CauseAbout | None
    insert: tuple[float, ...]
    """What each unit of the layer is where the concept is."""
    outside: tuple[float, ...] | None
    """The mean of each elsewhere; None where every cell shows some of it."""


@dataclass(frozen=True)
class UnitAbout:
    """A unit of the layer; what no dissection tells is None."""

    unit: int
    label: str | None
    iou: float | None
    null: float | None
    counts: bool
    """Whether it is interpretable by the dissection's rules."""


@dataclass(frozen=True)
class Place:
    """Where and how a layer is painted in: what the layer itself does not tell."""

    title: str
    run: str
    engine: Engine = "server"
    layers: tuple[str, ...] = ()
    """Layers that can be chosen, this one among them."""
    photos: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    """What a person should know, a sentence each."""
    top_images: bool = True
    """Whether there are top images of units."""
    samples: int | None = None
    """How many samples can be chosen by number; None for all that the layer knows."""


@dataclass(frozen=True)
class About:
    """What a page has to know."""

    title: str
    run: str
    ganatomy: str
    engine: Engine
    image_size: int
    z_dim: int
    latent: str
    class_names: tuple[str, ...]
    layer: str
    layers: tuple[str, ...]
    units: int
    cells: tuple[int, int]
    samples: int
    photos: tuple[Photo, ...]
    segmenter: SegmenterAbout | None
    concepts: tuple[ConceptAbout, ...]
    insert_high: tuple[float, ...]
    """The 99 % quantile of each unit over all cells."""
    unit_list: tuple[UnitAbout, ...]
    top_images: bool
    notes: tuple[str, ...] = field(default=())


def about_of(painted: PaintedLayer, place: Place) -> About:
    """Return what a page has to know of a layer.

    Args:
        painted: the layer.
        place: what it does not tell itself.
    """
    generator: Any = painted.generator
    named = named_concepts(painted)
    colours = dict(zip(named, concept_hues(named), strict=True))
    return About(
        title=place.title,
        run=place.run,
        ganatomy=ganatomy.__version__,
        engine=place.engine,
        image_size=int(generator.image_size),
        z_dim=int(generator.z_dim),
        latent=str(getattr(generator, "latent", "normal")),
        class_names=tuple(class_names(generator)),
        layer=painted.layer,
        layers=place.layers or (painted.layer,),
        units=painted.units,
        cells=painted.observed.cells,
        samples=painted.latents.size if place.samples is None else place.samples,
        photos=tuple(map(Photo, place.photos)),
        segmenter=_segmenter(painted, colours) if painted.segmenter.concepts else None,
        concepts=tuple(_concept(painted, name, colours[name]) for name in painted.brushes if name in colours),
        insert_high=_numbers(painted.high),
        unit_list=tuple(_unit(unit, painted.table) for unit in range(painted.units)),
        top_images=place.top_images,
        notes=place.notes,
    )


def about_json(about: About) -> dict[str, Any]:
    """Return the JSON object of what a page has to know."""
    return {"schema": SCHEMA, **unstructured(about)}


def named_concepts(painted: PaintedLayer) -> tuple[str, ...]:
    """Return the concepts that a map of labels can name, in the order of their bytes: those seen, the largest first."""
    return painted.seen[:NAMED]


def concept_hues(names: Sequence[str]) -> tuple[str, ...]:
    """Return a colour `#rrggbb` for each concept: the ten of the palette first, then hues around the circle.

    Args:
        names: most important first.
    """
    light, classes = light_colours(), concept_colours(names)
    further = (_hue(place) for place in range(len(names)))
    return tuple(light[classes[name]] if place < SLOTS else next(further) for place, name in enumerate(names))


def _hue(place: int) -> str:
    rgb = colorsys.hls_to_rgb(place * GOLDEN % 1, 0.5, 0.45)
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)


def _segmenter(painted: PaintedLayer, colours: dict[str, str]) -> SegmenterAbout:
    size = int(painted.observed.labels.shape[-1])
    return SegmenterAbout(painted.segmenter.name, tuple(colours), tuple(colours.values()), size)


def _concept(painted: PaintedLayer, name: str, colour: str) -> ConceptAbout:
    table, outside = painted.table, painted.outside[name]
    assert table is not None  # or no concept could be painted
    ranked = table.ranking[name]
    units = tuple(row.unit for row in ranked[:UNITS])
    default, best = min(DEFAULT_UNITS, len(units)), table.row(units[0])
    return ConceptAbout(
        name=name,
        colour=colour,
        units=units,
        default_units=default,
        labelled=agreement_of(table, name, units[:default]).labelled,
        iou=ranked[0].iou,
        null=best.null if best is not None and best.concept == name else None,
        effect=_effect(painted.causes.get(name)),
        insert=_numbers(painted.inserted[name]),
        outside=None if outside is None else _numbers(outside),
    )


def _effect(cause: CauseRecord | None) -> CauseAbout | None:
    """Return what the causal units of a concept do to it, beside random ones."""
    if cause is None:
        return None
    of = {row.name: [effect for effect in row.effects if effect.concept == cause.concept] for row in cause.sets}
    found, random = of.get("ace", []), of.get("random", []) or of.get("random of all", [])
    if not found:
        return None
    low, high = found[0].at_cell.interval or (None, None)
    return CauseAbout(found[0].at_cell.value, low, high, random[0].at_cell.value if random else None)


def _unit(unit: int, table: UnitTable | None) -> UnitAbout:
    row = None if table is None else table.row(unit)
    if row is None:
        return UnitAbout(unit, None, None, None, False)
    return UnitAbout(unit, row.concept, row.iou, row.null, row.interpretable)


def _numbers(values: Tensor) -> tuple[float, ...]:
    return tuple(float(f"{value:.{DIGITS}g}") for value in values.tolist())
