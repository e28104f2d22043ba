"""The context of concepts, measured: insertions cell by cell, their trace, and what no ablation removes.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), sections 4.3 and 4.4. What lies below the layer, the unedited
images and what they show are computed once a sample, for all concepts, arms and cells.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError
from ganatomy.hooks import find_layer
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.context.cells import Places, places_of
from ganatomy.intervene.context.controls import draw_orders, first_of
from ganatomy.intervene.context.floors import Floor, Left, ablate_ever_more, floors_of
from ganatomy.intervene.context.insertion import Inserted, Moved, insert
from ganatomy.intervene.context.summary import ContextEffect, TraceLine, by_context, by_place, context_masks, traces
from ganatomy.intervene.context.trace import Tracer, tracer_of
from ganatomy.intervene.effects import LATENTS
from ganatomy.intervene.values import mean_where, quantile
from ganatomy.progress import SILENT, Progress
from ganatomy.seeds import stream_seed
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter
from ganatomy.stats.resampling import Floats

HIGH = 0.99
"""The quantile that the submission of GAN Dissection inserted."""
MAPS = 5
"""Concepts under the cell, those of most cells, that have a map of their own."""


@dataclass(frozen=True)
class ContextProtocol:
    """What contexts are measured on.

    Raises:
        ConfigError: a number is below 1, or `value` is not one of two words.
    """

    num_images: int = 200
    """Samples."""
    cells: int = 16
    """Cells of each sample that units are inserted into, one after another."""
    sizes: tuple[int, ...] = (1, 2, 4, 8, 12, 20, 30, 50)
    """How many units are ablated, one after another; those beyond the layer's ranking are left out."""
    trace: tuple[str, ...] = ()
    """Layers that the trace watches; none takes the generator's own parts above the layer."""
    value: str = "mean"
    """What units are set to: their `mean` where the concept is, or their high `quantile` over all cells."""
    times: float = 1.0
    """By what that is multiplied."""
    seed: int = 0
    """Seed of the latents, the cells, the random units and the resampling."""
    batch_size: int = 32
    """Images at a time; the figures do not depend on it."""

    def __post_init__(self) -> None:
        for name in ("num_images", "cells", "batch_size"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; give 1 or more")
        if not self.sizes or min(self.sizes) < 1 or list(self.sizes) != sorted(set(self.sizes)):
            raise ConfigError(f"sizes are {list(self.sizes)}; give rising numbers of units, such as 1 2 4 8 20 30")
        if self.value not in ("mean", "quantile"):
            raise ConfigError(f"value is {self.value!r}; give 'mean' or 'quantile'")


@dataclass(frozen=True)
class ConceptUnits:
    """The units of a concept."""

    concept: str
    ranking: tuple[int, ...]
    """Units, best first: as many as are to be ablated at most."""
    top: int
    """How many of them are inserted."""
    carriers: tuple[int, ...] = ()
    """Units that carry the concept and are in no random set, unless too few others are left."""
    labelled: int | None = None
    """How many of those that are inserted a dissection labels by the concept; None where none tells."""

    @property
    def inserted(self) -> tuple[int, ...]:
        """The units that are inserted."""
        return self.ranking[: self.top]


@dataclass(frozen=True, eq=False)
class LocationMap:
    """The mean change around the cell by its place."""

    under: str | None
    """The concept under the cell; None for all cells but those that were the inserted concept already."""
    effect: Floats
    """(rows, columns) in areas of one cell; NaN where there is no cell."""


@dataclass(frozen=True, eq=False)
class ConceptContext:
    """All that was found out about one concept."""

    units: ConceptUnits
    effects: tuple[ContextEffect, ...]
    """In all cells without the concept, then by what was under the cell."""
    maps: tuple[LocationMap, ...]
    """Over all cells without the concept, then by what was under the cell."""
    steps: tuple[str, ...]
    """The edited layer, those above it, and the image."""
    effective: TraceLine
    """The trace of insertions after which the cell is the concept."""
    ineffective: TraceLine
    """That of the others."""
    floor: Floor
    random_may_carry: bool
    """Whether random units are drawn from all others, since too few do not carry the concept."""
    cells_per_sample: int
    image_size: int
    """Pixels a side."""


Found = tuple[ConceptUnits, Inserted, Inserted, Left]
"""A concept's units, what they do, what random ones do, and what is kept without them."""


def measure_context(
    generator: nn.Module,
    segmenter: Segmenter,
    layer: str,
    concepts: Sequence[ConceptUnits],
    protocol: ContextProtocol,
    progress: Progress = SILENT,
) -> tuple[ConceptContext, ...]:
    """Return where concepts can be inserted, how far that goes, and what is kept of them without their units.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        segmenter: tells the concepts of each pixel.
        layer: dotted module name.
        concepts: one or more, each once, with their units.
        protocol: what to measure on.
        progress: told of every image.

    Raises:
        ConfigError: an unknown concept or unit, a concept that is never seen, too few other units.
        LayerError: no such layer, one without cells, or one that nothing lies above.
    """
    find_layer(generator, layer)
    _require_concepts(concepts, segmenter)
    device = next(generator.parameters(), torch.empty(0)).device
    latents = LatentSet(generator, protocol.seed, LATENTS, protocol.num_images, device)
    z = latents.take(torch.arange(protocol.num_images))
    baseline = observe(generator, segmenter, layer, z, protocol.batch_size, progress)
    places = places_of(baseline, protocol.cells, protocol.seed)
    tracer = tracer_of(baseline, protocol.trace, protocol.batch_size)
    _require_units(concepts, baseline)
    moves = [_moved(baseline, units, protocol) for units in concepts]
    found = [
        _measured(baseline, places, tracer, units, move, protocol, progress)
        for units, move in zip(concepts, moves, strict=True)
    ]
    return _summed(baseline, places, tracer, found, protocol.seed)


def _measured(
    baseline: Baseline,
    places: Places,
    tracer: Tracer,
    units: ConceptUnits,
    move: tuple[Moved, Moved, Tensor],
    protocol: ContextProtocol,
    progress: Progress,
) -> Found:
    """Return what the concept's units do and what random ones do, and what is kept without ever more of them."""
    (moved, random, orders), batch = move, protocol.batch_size
    sizes = tuple(size for size in protocol.sizes if size <= len(units.ranking)) or (len(units.ranking),)
    total = 2 * len(places) + len(baseline) * (len(sizes) + sum(size <= orders.shape[1] for size in sizes))
    with progress.task(f"inserting and ablating {units.concept}", total, unit="img") as task:
        return (
            units,
            insert(baseline, places, units.concept, moved, tracer, batch, task.advance),
            insert(baseline, places, units.concept, random, None, batch, task.advance),
            ablate_ever_more(baseline, units.concept, units.ranking, sizes, orders, batch, task.advance),
        )


def _moved(baseline: Baseline, units: ConceptUnits, protocol: ContextProtocol) -> tuple[Moved, Moved, Tensor]:
    """Return how the concept's units are moved, how as many random ones are, and the orders of random units."""
    concept, count = units.concept, len(units.inserted)
    width = baseline.featuremaps.shape[1]
    level = mean_where(baseline, concept) if protocol.value == "mean" else quantile(baseline, HIGH)
    value = level * protocol.times
    own = torch.zeros(width, dtype=torch.bool, device=level.device)
    own[list(units.inserted)] = True
    without = units.inserted if _may_carry(units, width) else (*units.inserted, *units.carriers)
    orders = draw_orders(len(baseline), width, set(without), protocol.seed).to(level.device)
    random = Moved(first_of(orders, count, width), value)
    return Moved(own.expand(len(baseline), width), value), random, orders


def _may_carry(units: ConceptUnits, width: int) -> bool:
    """Return whether fewer units than are inserted do not carry the concept, so that random ones may."""
    return width - len({*units.inserted, *units.carriers}) < len(units.inserted)


def _summed(
    baseline: Baseline,
    places: Places,
    tracer: Tracer,
    found: Sequence[Found],
    seed: int,
) -> tuple[ConceptContext, ...]:
    """Return what was found out about each concept, with intervals."""
    rng = np.random.default_rng(stream_seed(seed, "context/bootstrap"))
    floors = floors_of([left for *_, left in found], rng)
    concepts, cells, size = baseline.segmenter.concepts, places.cells.shape[1], baseline.images.shape[1]
    summed = []
    for (units, inserted, random, _), floor in zip(found, floors, strict=True):
        concept = units.concept
        effects = by_context(concepts, concept, places, inserted, random, rng)
        effective, ineffective = traces(inserted, rng)
        maps = _maps(concepts, concept, places, inserted)
        may_carry = _may_carry(units, baseline.featuremaps.shape[1])
        summed.append(
            ConceptContext(units, effects, maps, tracer.steps, effective, ineffective, floor, may_carry, cells, size)
        )
    return tuple(summed)


def _maps(concepts: Sequence[str], concept: str, places: Places, inserted: Inserted) -> tuple[LocationMap, ...]:
    """Return the map over all cells without the concept, and those of the concepts most often under a cell."""
    masks = context_masks(concepts, concept, places, inserted.was)
    shown = [name for name in masks if name != concept][: 1 + MAPS]
    return tuple(LocationMap(name, by_place(places, inserted, masks[name])) for name in shown)


def _require_concepts(concepts: Sequence[ConceptUnits], segmenter: Segmenter) -> None:
    names = [units.concept for units in concepts]
    if not names or len(set(names)) != len(names):
        raise ConfigError(f"concepts are {', '.join(names) or 'none'}; give one or more, each once")
    for units in concepts:
        known_concept(units.concept, segmenter.concepts)
        if not units.ranking or units.top < 1 or len(set(units.ranking)) != len(units.ranking):
            raise ConfigError(
                f"units of '{units.concept}' are {list(units.ranking)}, of which {units.top} are inserted; give one "
                "or more, each once"
            )


def _require_units(concepts: Sequence[ConceptUnits], baseline: Baseline) -> None:
    width = baseline.featuremaps.shape[1]
    for units in concepts:
        if unknown := [unit for unit in units.ranking if not 0 <= unit < width]:
            raise ConfigError(
                f"layer '{baseline.halves.layer}' has no unit {unknown[0]}; its units are 0 to {width - 1}"
            )
