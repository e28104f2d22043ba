"""Units of a generator in memory inserted cell by cell, and where that takes effect."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup
from torch import nn

from ganatomy.dissect.scoring.units import CARRIES
from ganatomy.draw.canvas import Figure
from ganatomy.draw.files import standalone
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import DissectedLayer, as_segmenter
from ganatomy.face.shown import SCREEN, as_html, as_text, rounded
from ganatomy.intervene.context import ConceptUnits, ContextProtocol, measure_context
from ganatomy.intervene.context.files import record_contexts
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.given import as_generator
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.report.concepts import colours_of
from ganatomy.report.sections.context import context_view, context_weights, figure_files
from ganatomy.report.sections.context_figures import context_name
from ganatomy.runs.records.context import ContextRecord
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import Segmenter
from ganatomy.tables import Row


@dataclass(frozen=True, repr=False)
class Contexts(Mapping[str, ContextRecord]):
    """What insertions of concepts did, by concept; shows itself as a table, and in a notebook with figures."""

    layer: str
    records: tuple[ContextRecord, ...]

    def __getitem__(self, concept: str) -> ContextRecord:
        """Return what was found out about a concept."""
        names = [record.concept for record in self.records]
        return self.records[names.index(known_concept(concept, names))]

    def __iter__(self) -> Iterator[str]:
        return (record.concept for record in self.records)

    def __len__(self) -> int:
        return len(self.records)

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures of each concept, such as `door-becomes`, `door-around`, `door-places` and `door-trace`; `kept`.

        `ganatomy.draw.standalone` makes a whole SVG file of one.
        """
        view = context_view(self.records, colours_of([context_weights(record) for record in self.records]))
        return figure_files(view) if view else {}

    def __repr__(self) -> str:
        return as_text(self._title(), self._rows())

    def _repr_html_(self) -> str:
        drawn = Markup("").join(Markup(_element(figure)) for figure in self.figures.values())
        return as_html(self._title(), self._rows()) + drawn

    def _title(self) -> str:
        first = self.records[0]
        return (
            f"{', '.join(self)} inserted at {self.layer}, {first.cells_per_sample} cells in each of "
            f"{first.num_images} images"
        )

    def _rows(self) -> list[Row]:
        rows: list[Row] = [
            {
                "concept": record.concept,
                "under": context_name(row.under),
                "cells": row.cases,
                "becomes": row.inserted.becomes.value,
                "interval": row.inserted.becomes.interval and rounded(row.inserted.becomes.interval),
                "with_random_units": row.random.becomes.value,
                "gained_around": row.inserted.around.value,
            }
            for record in self.records
            for row in record.contexts
        ]
        return rows[:SCREEN]


def context(
    generator: nn.Module,
    layer: DissectedLayer | str,
    concepts: Sequence[str] | str,
    *,
    top: int = 20,
    units: Sequence[int] = (),
    segmenter: Segmenter | str | None = None,
    value: str = "mean",
    times: float = 1.0,
    cells: int = 16,
    sizes: Sequence[int] = (1, 2, 4, 8, 12, 20, 30, 50),
    trace: Sequence[str] = (),
    num_images: int = 200,
    seed: int = 0,
    batch_size: int = 32,
    progress: Progress | bool | None = None,
) -> Contexts:
    """Return where units of concepts take effect when they are inserted, cell by cell, and where they cannot.

    Args:
        generator: any generator of images in evaluation mode; its weights stay as they are.
        layer: a dissected layer of it, which knows its units and its segmenter; or a layer's name, with `units`.
        concepts: whose best units are inserted; with `units` one of them.
        top: how many of each concept's best units.
        units: insert these instead, best first.
        segmenter: tells the concepts of each pixel; None takes that of the dissected layer.
        value: what units are set to: their `mean` where the concept is, or their 99 % `quantile` over all cells.
        times: by what that is multiplied.
        cells: cells of each sample; as many as the layer has, or more, are all of them.
        sizes: how many units are ablated, one after another, to see what is kept of the concept.
        trace: layers that the trace goes through; none takes the generator's own parts above the layer.
        num_images: samples, others than those of the dissection.
        seed: of the latents, the cells, the random units and the resampling.
        batch_size: samples generated at a time; figures do not depend on it.
        progress: as for `dissect`.

    Raises:
        ConfigError: no such concept or unit, too few units, a concept that is never seen, or a number out of its range.
        IncompatibleRun: the layer was dissected in a generator of other weights.
        LayerError: there is no such layer, it has no cells, or nothing lies above it.
    """
    told = shown_progress(progress)
    opened = as_generator(generator, told)
    names = [concepts] if isinstance(concepts, str) else list(concepts)
    if units and len(names) != 1:
        raise ConfigError(f"units are given for {len(names)} concepts; give one concept, or leave them out")
    shows = _segmenter(layer, segmenter)
    protocol = ContextProtocol(num_images, cells, tuple(sizes), tuple(trace), value, times, seed, batch_size)
    chosen = [
        ConceptUnits(name, tuple(units), len(units)) if units else _best(opened, layer, name, top, max(protocol.sizes))
        for name in names
    ]
    name = layer if isinstance(layer, str) else layer.name
    found = measure_context(opened, shows, name, chosen, protocol, told)
    return Contexts(name, record_contexts(found, opened, shows, name, protocol))


def _segmenter(layer: DissectedLayer | str, segmenter: Segmenter | str | None) -> Segmenter:
    if segmenter is not None:
        return as_segmenter(segmenter)
    if isinstance(layer, str):
        raise ConfigError(f"layer is the name {layer!r}, which says no segmenter; give segmenter='scenes' or another")
    return layer.segmenter


def _best(generator: nn.Module, layer: DissectedLayer | str, concept: str, top: int, most: int) -> ConceptUnits:
    """Return the best units of a concept in the generator that was dissected, as many as are ablated at most."""
    if isinstance(layer, str):
        raise ConfigError("nothing says which units; give a dissected layer, or units=(3, 17)")
    if layer.generator != fingerprint(generator):
        raise IncompatibleRun(
            f"layer {layer.name!r} was dissected in a generator of other weights than this one; dissect this one"
        )
    ranked = layer.best(concept)
    if not 1 <= top <= len(ranked):
        raise ConfigError(
            f"top is {top}, and {len(ranked)} units of layer {layer.name!r} agree with {concept!r}; "
            + (f"give 1 to {len(ranked)}" if len(ranked) else "choose another concept")
        )
    labels = {unit.unit: unit.concept for unit in layer.units if unit.interpretable}
    carrying = tuple(row.unit for row in ranked if row.iou >= CARRIES or labels.get(row.unit) == concept)
    ranking = tuple(row.unit for row in ranked[: max(top, most)])
    labelled = sum(labels.get(unit) == concept for unit in ranking[:top])
    return ConceptUnits(concept, ranking, top, carrying, labelled)


def _element(figure: Figure) -> str:
    """Return a figure as an element of a notebook, without the first line of a file."""
    return standalone(figure).partition("\n")[2]
