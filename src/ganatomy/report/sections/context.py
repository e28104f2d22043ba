"""The section of contexts: where concepts can be inserted, how far that goes, and what is kept without their units."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganatomy.draw.canvas import Figure
from ganatomy.draw.marks import Bounded
from ganatomy.report.sections.context_figures import (
    Colours,
    around_figure,
    becomes_figure,
    context_name,
    estimate,
    kept_figure,
    place_figure,
    trace_figure,
)
from ganatomy.runs.directory import slug
from ganatomy.runs.records.context import ContextRecord, ContextRow

VALUES = {"mean": "their mean where the concept is", "quantile": "their 99 % quantile"}


@dataclass(frozen=True)
class ShownContext:
    """What insertions did where a concept was under the cell."""

    name: str
    colour: str
    cases: int
    samples: int
    becomes: Bounded
    random_becomes: Bounded
    cell: Bounded
    around: Bounded
    random_around: Bounded
    image: Bounded


@dataclass(frozen=True)
class ConceptView:
    """One concept in one layer."""

    concept: str
    layer: str
    units: tuple[int, ...]
    labelled: int | None
    """How many of them the dissection labels by the concept."""
    random_may_carry: bool
    """Whether random units may carry the concept too."""
    value: str
    num_images: int
    cells: int
    """Of each sample."""
    grid: str
    fingerprint: str
    elsewhere: ShownContext
    """All cells that were not the concept already."""
    contexts: tuple[ShownContext, ...]
    """All cells, then by what was under the cell."""
    floor: Bounded
    floor_units: int
    ratio: Bounded
    others: tuple[str, ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class LayerContexts:
    """The concepts of one layer, and what is kept of each without its units."""

    layer: str
    kept: Figure
    concepts: tuple[ConceptView, ...]


@dataclass(frozen=True)
class ContextView:
    """All layers, in their order."""

    layers: tuple[LayerContexts, ...]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Those of all concepts, and of each layer."""
        return tuple(
            figure
            for layer in self.layers
            for figure in (*(figure for one in layer.concepts for figure in one.figures), layer.kept)
        )


def context_weights(record: ContextRecord) -> dict[str, float]:
    """Return how much each concept's colour matters: the inserted one, then those most often under a cell."""
    total = sum(row.cases for row in record.contexts if row.under is not None)
    found = {row.under: row.cases / total for row in record.contexts if row.under is not None}
    return found | {record.concept: 1.0}


def context_view(records: Sequence[ContextRecord], colours: Colours) -> ContextView | None:
    """Return the contexts for the page; None where there are none.

    Args:
        records: in the order of reading.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    by_layer: dict[str, list[ContextRecord]] = {}
    for record in records:
        by_layer.setdefault(record.layer, []).append(record)
    layers = tuple(
        LayerContexts(
            layer,
            kept_figure(f"context-{slug(layer)}-kept", layer, those, colours),
            tuple(_concept(record, colours) for record in those),
        )
        for layer, those in by_layer.items()
    )
    return ContextView(layers) if layers else None


def figure_files(view: ContextView) -> dict[str, Figure]:
    """Return the figures of a view of one layer, by what their files are called beside its records."""
    return {figure.key.removeprefix(f"context-{slug(view.layers[0].layer)}-"): figure for figure in view.figures}


def _concept(record: ContextRecord, colours: Mapping[str, str]) -> ConceptView:
    key = f"context-{slug(record.layer)}-{slug(record.concept)}"
    contexts = tuple(_shown(row, colours) for row in record.contexts)
    return ConceptView(
        concept=record.concept,
        layer=record.layer,
        units=record.units,
        labelled=record.labelled,
        random_may_carry=record.random_may_carry,
        value=("" if record.times == 1 else f"{record.times:g} times ") + VALUES[record.value],
        num_images=record.num_images,
        cells=record.cells_per_sample,
        grid=" × ".join(map(str, record.grid)),
        fingerprint=record.fingerprint,
        elsewhere=contexts[0],
        contexts=contexts,
        floor=estimate(record.floor.kept),
        floor_units=record.floor.units,
        ratio=estimate(record.floor.ratio),
        others=record.floor.others,
        figures=(
            becomes_figure(f"{key}-becomes", record, colours),
            around_figure(f"{key}-around", record, colours),
            place_figure(f"{key}-places", record),
            trace_figure(f"{key}-trace", record),
        ),
    )


def _shown(row: ContextRow, colours: Mapping[str, str]) -> ShownContext:
    return ShownContext(
        name=context_name(row.under),
        colour="ink" if row.under is None else colours.get(row.under, "c-rest"),
        cases=row.cases,
        samples=row.samples,
        becomes=estimate(row.inserted.becomes),
        random_becomes=estimate(row.random.becomes),
        cell=estimate(row.inserted.cell),
        around=estimate(row.inserted.around),
        random_around=estimate(row.random.around),
        image=estimate(row.inserted.image),
    )
