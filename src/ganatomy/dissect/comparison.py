"""Dissections of several runs side by side: units and distinct concepts by layer, run and category.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.1: layers of one model, one layer over data sets, one
layer over variants of the training.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ganatomy.errors import IncompatibleRun
from ganatomy.runs import schemas
from ganatomy.runs.directory import open_run
from ganatomy.runs.layout import DISSECT, UNITS
from ganatomy.runs.names import names_of
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.protocol import OTHER
from ganatomy.stats.resampling import Interval

SHARED = ("segmenter", "fingerprint", "num_images", "grid", "seed", "profile")
"""What dissections have to have in common to be compared, by its name in `units.json`."""


@dataclass(frozen=True)
class Count:
    """A number of units or of concepts, with its 95 % interval over samples."""

    value: int
    low: float
    high: float


@dataclass(frozen=True)
class ConceptUnits:
    """The interpretable units of one concept."""

    concept: str
    category: str
    units: int


@dataclass(frozen=True)
class LayerOfRun:
    """What one layer of one run shows."""

    run: str
    layer: str
    units: int
    interpretable: Count
    concepts: Count
    by_place: int
    """Interpretable units whose IoU is explained by place."""
    by_area: int
    """Interpretable units whose IoU is explained by area."""
    shown: tuple[ConceptUnits, ...]
    """Concepts with interpretable units, most units first."""

    def units_of(self, category: str) -> int:
        """Return how many interpretable units show a concept of a category."""
        return sum(one.units for one in self.shown if one.category == category)

    def concepts_of(self, category: str) -> int:
        """Return how many concepts of a category are shown."""
        return sum(one.category == category for one in self.shown)


@dataclass(frozen=True)
class CountDifference:
    """A count of one run minus that of the first run; no interval where its bounds do not hold the counts."""

    value: int
    interval: Interval | None

    @property
    def leaves_out_none(self) -> bool:
        """Whether there is an interval and it leaves out 0."""
        return self.interval is not None and self.interval.leaves_out(0.0)


@dataclass(frozen=True)
class Comparison:
    """Dissections by the same protocol."""

    runs: tuple[str, ...]
    protocol: Mapping[str, Any]
    """What they have in common: `SHARED`."""
    categories: tuple[str, ...]
    """Those that occur, in the segmenter's order."""
    rows: tuple[LayerOfRun, ...]
    """By layer, then by run."""

    @property
    def layers(self) -> tuple[str, ...]:
        """The layers that any run has."""
        return tuple(dict.fromkeys(row.layer for row in self.rows))

    def of(self, layer: str) -> tuple[LayerOfRun, ...]:
        """Return the runs that have a layer, in their order."""
        return tuple(row for row in self.rows if row.layer == layer)

    def without(self, layer: str) -> tuple[str, ...]:
        """Return the runs that do not have a layer."""
        there = {row.run for row in self.of(layer)}
        return tuple(run for run in self.runs if run not in there)


def compare_dissections(paths: Sequence[Path], layers: Sequence[str]) -> Comparison:
    """Return the dissections of some runs side by side.

    Args:
        paths: run directories, two or more.
        layers: which layers; a run that was not dissected at one of them is left out there.

    Raises:
        ConfigError: a run is given twice.
        IncompatibleRun: a path is no run, a run was dissected at none of the layers, or dissections are of different
            protocols.
        DataError: a unit table is not as this version writes it.
    """
    names = names_of(paths)
    tables = {
        (layer, name): read_record(UnitTable, path)
        for layer in layers
        for name, run in zip(names, paths, strict=True)
        if (path := open_run(run).path / DISSECT / layer / UNITS).exists()
    }
    for name in names:
        if all(name != run for _, run in tables):
            raise IncompatibleRun(f"{name} was not dissected at {', '.join(layers)}; `ganatomy dissect` does that")
    require_comparable({f"{name} {layer}": table for (layer, name), table in tables.items()})
    table = next(iter(tables.values()))
    rows = tuple(_row(name, table) for (_, name), table in tables.items())
    there = {one.category for row in rows for one in row.shown}
    categories = tuple(dict.fromkeys(category for category in table.categories if category in there))
    return Comparison(names, {name: _shared(table, name) for name in SHARED}, categories, rows)


def require_comparable(tables: Mapping[str, UnitTable]) -> None:
    """Return if all unit tables are of one protocol.

    Args:
        tables: each by what to call it.

    Raises:
        IncompatibleRun: they are not; the message lists what differs.
    """
    (first, expected), *others = tables.items()
    for name, table in others:
        differs = [
            f"{field} {_words(_shared(expected, field))} and {_words(_shared(table, field))}"
            for field in (*SHARED, "top_fraction")
            if _shared(table, field) != _shared(expected, field)
        ]
        if differs:
            raise IncompatibleRun(
                f"{first} and {name} do not compare: {', '.join(differs)}; dissect both by the same segmenter and with "
                "the same --num-images, --grid, --seed, --profile and --top-fraction"
            )


def differences(comparison: Comparison, layer: str) -> list[tuple[str, CountDifference, CountDifference]]:
    """Return by how much each run differs from the first run that has a layer: its name, units, concepts."""
    first, *others = comparison.of(layer)
    return [
        (
            other.run,
            difference(other.interpretable, first.interpretable),
            difference(other.concepts, first.concepts),
        )
        for other in others
    ]


def difference(one: Count, other: Count) -> CountDifference:
    """Return `one` minus `other`, with an interval made of theirs.

    Source: Zou and Donner, Statistics in Medicine 27:1693 (2008): each bound is as far from the difference as the root
    of the squared distances of the two bounds it rests on. It takes the two for independent: shared latents make it
    wider than it would have to be.
    """
    value = one.value - other.value
    if not all(count.low <= count.value <= count.high for count in (one, other)):
        return CountDifference(value, None)
    low = value - math.hypot(one.value - one.low, other.high - other.value)
    high = value + math.hypot(one.high - one.value, other.value - other.low)
    return CountDifference(value, Interval(low, high))


def as_json(comparison: Comparison) -> dict[str, Any]:
    """Return a comparison as JSON."""
    return {
        "schema": schemas.DISSECTIONS,
        "runs": list(comparison.runs),
        **comparison.protocol,
        "layers": [
            {
                "layer": layer,
                "missing_in": list(comparison.without(layer)),
                "runs": [_row_json(row, comparison.categories) for row in comparison.of(layer)],
                "differences": [
                    {"run": run, "to": comparison.of(layer)[0].run, "units": _json(units), "concepts": _json(concepts)}
                    for run, units, concepts in differences(comparison, layer)
                ],
            }
            for layer in comparison.layers
        ],
    }


def _shared(table: UnitTable, field: str) -> Any:
    """Return one of `SHARED` as JSON has it."""
    value = getattr(table, field)
    return list(value) if isinstance(value, tuple) else value


def _row(run: str, table: UnitTable) -> LayerOfRun:
    count = table.counts[table.profile]
    explained = [unit.explained_by for unit in table.units]
    return LayerOfRun(
        run=run,
        layer=table.layer,
        units=len(table.units),
        interpretable=Count(count.interpretable, *count.interpretable_interval),
        concepts=Count(count.concepts, *count.concepts_interval),
        by_place=explained.count("place"),
        by_area=explained.count("area"),
        shown=_shown(table),
    )


def _shown(table: UnitTable) -> tuple[ConceptUnits, ...]:
    units: dict[tuple[str, str], int] = {}
    for unit in table.units:
        if unit.interpretable and unit.concept is not None and unit.category not in (None, OTHER):
            named = unit.concept, str(unit.category)
            units[named] = units.get(named, 0) + 1
    counted = [ConceptUnits(concept, category, number) for (concept, category), number in units.items()]
    return tuple(sorted(counted, key=lambda one: (-one.units, one.concept)))


def _row_json(row: LayerOfRun, categories: Sequence[str]) -> dict[str, Any]:
    return {
        "run": row.run,
        "units": row.units,
        "interpretable": row.interpretable.value,
        "interpretable_interval": [row.interpretable.low, row.interpretable.high],
        "interpretable_by_category": {category: row.units_of(category) for category in categories},
        "by_place": row.by_place,
        "by_area": row.by_area,
        "concepts": row.concepts.value,
        "concepts_interval": [row.concepts.low, row.concepts.high],
        "concepts_by_category": {category: row.concepts_of(category) for category in categories},
        "units_by_concept": [vars(one) for one in row.shown],
    }


def _json(found: CountDifference) -> dict[str, Any]:
    return {"difference": found.value, "interval": list(found.interval) if found.interval else None}


def _words(value: object) -> str:
    return " x ".join(map(str, value)) if isinstance(value, list) else str(value)
