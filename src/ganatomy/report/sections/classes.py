"""The section of classes side by side: the area of every concept, and the units that show it, class by class."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ganatomy.draw.text import count, percent, span
from ganatomy.report.concepts import NOTEWORTHY_AREA
from ganatomy.runs.records.areas import AreaRow
from ganatomy.runs.records.classes import ClassesRecord, ClassLayerRow, ClassRow
from ganatomy.segment.protocol import OTHER

MOST_CONCEPTS = 12
"""Columns of a table, those of the highest values first."""
MOST_CLASSES = 30
"""Rows that are in sight at once."""


@dataclass(frozen=True)
class HeatCell:
    """A value as text, shaded by its size."""

    text: str
    heat: float
    """In [0, 1]: 0 has the colour of the page."""
    more: str = ""
    """What is told where the pointer rests on it."""


@dataclass(frozen=True)
class HeatRow:
    """One class."""

    name: str
    total: str
    """What stands before its cells; empty where the table has no such column."""
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True)
class HeatTable:
    """Classes by concepts."""

    title: str
    total: str
    """The name of the column before the concepts; empty without one."""
    columns: tuple[tuple[str, str], ...]
    """Of each concept its name and its colour."""
    rows: tuple[HeatRow, ...]
    left_out: int
    """Concepts for which there is no room."""

    @property
    def shown(self) -> tuple[HeatRow, ...]:
        """The rows that are in sight at once."""
        return self.rows[:MOST_CLASSES]

    @property
    def folded(self) -> tuple[HeatRow, ...]:
        """The other rows."""
        return self.rows[MOST_CLASSES:]


@dataclass(frozen=True)
class ClassesView:
    """Classes side by side: the areas of concepts, then the units of each layer."""

    tables: tuple[HeatTable, ...]
    classes: int
    num_images: int
    """Of each class."""
    profile: str
    segmenter: str
    fingerprint: str
    seed: int


def class_weights(record: ClassesRecord) -> dict[str, float]:
    """Return the mean area of each concept over all classes, in [0, 1]: how much its colour matters."""
    means = (sum(row.areas[index].area for row in record.classes) for index in range(len(record.concepts)))
    return {name: total / max(1, len(record.classes)) for name, total in zip(record.concepts, means, strict=True)}


def classes_view(record: ClassesRecord, colours: Mapping[str, str]) -> ClassesView:
    """Return classes for the page.

    Args:
        record: `dissect/classes.json`.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    layers = dict.fromkeys(layer.layer for row in record.classes for layer in row.layers)
    tables = [_areas(record, colours), *(_units(record, layer, colours) for layer in layers)]
    return ClassesView(
        tables=tuple(tables),
        classes=len(record.classes),
        num_images=record.num_images,
        profile=record.profile,
        segmenter=record.segmenter,
        fingerprint=record.fingerprint,
        seed=record.seed,
    )


def _areas(record: ClassesRecord, colours: Mapping[str, str]) -> HeatTable:
    """Return the mean area of each concept; cells are shaded by its square root."""
    values = {
        name: [row.areas[index] for row in record.classes]
        for index, name in enumerate(record.concepts)
        if name != OTHER
    }
    highest = {name: max(row.area for row in rows) for name, rows in values.items() if rows}
    names = _largest({name: value for name, value in highest.items() if value >= NOTEWORTHY_AREA})
    most = max((highest[name] for name in names), default=1.0)
    rows = [
        HeatRow(row.name, "", tuple(_area(values[name][place], most) for name in names))
        for place, row in enumerate(record.classes)
    ]
    return HeatTable(
        "Area of every concept, class by class", "", _columns(names, colours), tuple(rows), len(values) - len(names)
    )


def _area(row: AreaRow, most: float) -> HeatCell:
    said = f"95 % interval {span(*row.interval)}, in {percent(row.present)} of the images"
    return HeatCell(percent(row.area), (row.area / most) ** 0.5, said)


def _units(record: ClassesRecord, layer: str, colours: Mapping[str, str]) -> HeatTable:
    """Return how many units of a layer show each concept in each class, above chance."""
    found = [(row, _layer(row, layer).concept_counts) for row in record.classes]
    highest: dict[str, float] = {}
    for _, units in found:
        for name, number in units.items():
            highest[name] = max(highest.get(name, 0.0), float(number))
    names = _largest(highest)
    most = max(highest.values(), default=1.0)
    rows = [
        HeatRow(row.name, f"{sum(units.values())}", tuple(_number(units.get(name, 0), most) for name in names))
        for row, units in found
    ]
    title = f"Units of {layer} that show it above chance"
    return HeatTable(title, "units", _columns(names, colours), tuple(rows), len(highest) - len(names))


def _layer(row: ClassRow, layer: str) -> ClassLayerRow:
    return next((one for one in row.layers if one.layer == layer), ClassLayerRow(layer, 0, ()))


def _number(units: int, most: float) -> HeatCell:
    return HeatCell(str(units) if units else "", units / most, count(units, "unit"))


def _largest(values: Mapping[str, float]) -> list[str]:
    return sorted(values, key=lambda name: (-values[name], name))[:MOST_CONCEPTS]


def _columns(names: Sequence[str], colours: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple((name, colours.get(name, "c-rest")) for name in names)
