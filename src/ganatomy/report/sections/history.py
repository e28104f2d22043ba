"""The section of a run's history: what its units have shown from generation to generation."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ganatomy.dissect.history import units_of
from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Series, line_figure
from ganatomy.draw.scales import Floats
from ganatomy.draw.text import count
from ganatomy.report.sections.history_figures import ConceptCourse, course_figure, unit_figure
from ganatomy.runs.records.history import Appearance, HistoryRecord, LayerHistory, Moment
from ganatomy.segment.protocol import OTHER

STYLES = (("ink", False), ("fake", False), ("ink", True), ("fake", True))
"""Colour and dashes of the layers' lines, in turn."""
LISTED = 6
"""Concepts that a description names."""


@dataclass(frozen=True)
class Change:
    """A concept that has come, and maybe gone, in a layer."""

    layer: str
    concept: str
    colour: str
    first: int
    lost: int | None
    units: int
    most_units: int


@dataclass(frozen=True)
class HistoryView:
    """All kept generations of a run, dissected."""

    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]
    """Every concept that had a unit, by layer, earliest first."""
    generations: int
    """How many were kept."""
    num_images: int
    grid: str
    segmenter: str
    fingerprint: str
    profile: str
    seed: int

    @property
    def lost(self) -> tuple[Change, ...]:
        """The concepts that are gone at the end."""
        return tuple(change for change in self.changes if change.lost is not None)


def history_weights(record: HistoryRecord) -> dict[str, float]:
    """Return how much each concept matters: the most units it ever had in a layer."""
    weights = dict.fromkeys((name for name in record.concepts if name != OTHER), 0.0)
    for layer in record.layers:
        for one in layer.appearances:
            weights[one.concept] = weights.get(one.concept, 0.0) + one.most_units
    return weights


def history_view(record: HistoryRecord, colours: Mapping[str, str]) -> HistoryView:
    """Return the history for the page.

    Args:
        record: `dissect/history.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    layers, protocol = record.layers, record.protocol
    return HistoryView(
        figures=(
            _counts(layers, _units, "history-units", "Interpretable units", "units"),
            _counts(layers, _concepts, "history-concepts", "Distinct concepts", "concepts"),
            *(figure for layer in layers for figure in _of_layer(layer, colours)),
        ),
        changes=tuple(_change(layer.layer, one, colours) for layer in layers for one in layer.appearances),
        generations=max(len(layer.moments) for layer in layers),
        num_images=int(protocol["num_images"]),
        grid=" × ".join(map(str, layers[0].moments[0].grid)),
        segmenter=record.segmenter,
        fingerprint=record.fingerprint,
        profile=record.profile,
        seed=int(protocol["seed"]),
    )


def _change(layer: str, one: Appearance, colours: Mapping[str, str]) -> Change:
    return Change(
        layer=layer,
        concept=one.concept,
        colour=colours.get(one.concept, "c-rest"),
        first=one.first,
        lost=one.lost,
        units=one.units,
        most_units=one.most_units,
    )


def _units(moment: Moment) -> tuple[float, float, float]:
    """Return how many units are interpretable, and the interval."""
    return moment.interpretable, *moment.interpretable_interval


def _concepts(moment: Moment) -> tuple[float, float, float]:
    """Return how many concepts they show, and the interval."""
    return moment.concepts, *moment.concepts_interval


def _counts(
    layers: Sequence[LayerHistory],
    counted: Callable[[Moment], tuple[float, float, float]],
    key: str,
    title: str,
    unit: str,
) -> Figure:
    """Return a count of every layer against generations, its interval as a band."""
    lines, highest = [], 1.0
    for index, layer in enumerate(layers):
        colour, dashed = STYLES[index % len(STYLES)]
        values, low, high = np.array([counted(moment) for moment in layer.moments], dtype=np.float64).T
        lines.append(Series(layer.layer, _generations(layer.moments), values, colour, dashed, low=low, high=high))
        highest = max(highest, float(high.max()), float(values.max()))
    ends = ", ".join(f"{line.name} {line.y[-1]:g}" for line in lines)
    caption = f"{title} of each layer against generations; at the end {ends}. Bands are 95 % intervals over samples."
    return line_figure(key, title, caption, lines, unit=unit, y_range=(0.0, 1.04 * highest))


def _of_layer(layer: LayerHistory, colours: Mapping[str, str]) -> list[Figure]:
    """Return the figures of one layer: none of a layer that has never had an interpretable unit."""
    shown = [units_of(moment) for moment in layer.moments]
    matrix = [_matrix(layer, shown, colours)] if any(shown[-1]) else []
    return [*matrix, _courses(layer, shown, colours)] if layer.appearances else matrix


def _matrix(layer: LayerHistory, shown: Sequence[Sequence[str | None]], colours: Mapping[str, str]) -> Figure:
    """Return what each unit that ends interpretable has shown."""
    name, moments = layer.layer, layer.moments
    rows = _last_first(moments[-1], shown[-1])
    caption = (
        f"Each row is one of the {count(len(rows), 'unit')} of {name} that end interpretable, sorted by what they show "
        "then; the colour is what the unit shows at a generation, blank where it is not interpretable."
    )
    cells = [[concepts[unit] for concepts in shown] for unit in rows]
    title = f"{name}: what its units show"
    return unit_figure(_key(name, "units"), title, caption, _generations(moments), cells, colours)


def _courses(layer: LayerHistory, shown: Sequence[Sequence[str | None]], colours: Mapping[str, str]) -> Figure:
    """Return how many units each concept has had."""
    name = layer.layer
    courses = [
        ConceptCourse(
            one.concept,
            colours.get(one.concept, "c-rest"),
            np.array([units.count(one.concept) for units in shown], dtype=np.float64),
            f"from {one.first:,}" if one.lost is None else f"lost at {one.lost:,}",
            one.lost is not None,
        )
        for one in layer.appearances
    ]
    said = "; ".join(f"{course.name} {course.fate}" for course in courses[:LISTED])
    caption = f"Interpretable units of each concept in {name}, each row drawn up to the most it ever had."
    title, moments = f"{name}: concepts that come and go", _generations(layer.moments)
    return course_figure(_key(name, "concepts"), title, caption, moments, courses, f"{caption} {said}.")


def _key(layer: str, of: str) -> str:
    """Return a name for a file and an element of the page."""
    return f"history-{layer.replace('.', '-')}-{of}"


def _last_first(last: Moment, shown: Sequence[str | None]) -> list[int]:
    """Return the units that end interpretable: of the concept of most units first, each concept's by IoU."""
    units = {concept: shown.count(concept) for concept in shown if concept}
    there = [unit for unit, concept in enumerate(shown) if concept]
    return sorted(there, key=lambda unit: (-units[str(shown[unit])], str(shown[unit]), -(last.unit_iou[unit] or 0.0)))


def _generations(moments: Sequence[Moment]) -> Floats:
    return np.array([moment.generation for moment in moments], dtype=np.float64)
