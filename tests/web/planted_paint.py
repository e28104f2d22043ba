"""The planted world, ready to be painted in: a table of units by hand, with the truth in it."""

import base64
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.unit_table import unit_row, unit_table

from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import CELLS, NUMBER, UNITS, PlantedGenerator
from ganatomy.runs.directory import Run
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web.layer import PaintedLayer, open_painted
from ganatomy.web.opening import OpenedRun

RANKING = {"tree": ("crown", "trunk", "tree copy"), "door": ("door and cloud",), "grass": ("grass", "foreground")}
"""The best units of some concepts, by name."""


def planted_table(layer: str = "layer1", num_images: int = 50) -> UnitTable:
    """Return a dissection of the planted generator, with IoU of 0.9, 0.8, ... by rank."""
    ranking = {
        concept: [{"unit": NUMBER[name], "iou": 0.9 - place / 10} for place, name in enumerate(names)]
        for concept, names in RANKING.items()
    }
    best = {names[0]: concept for concept, names in RANKING.items()}
    rows = [
        unit_row(
            number,
            best.get(unit.name),
            unit.name in best,
            iou=0.9 if unit.name in best else None,
            shuffled_iou=0.2 if unit.name in best else None,
            shifted_iou=0.1 if unit.name in best else None,
            top=[{"sample": (number + 7 * place) % num_images, "activation": 1.0} for place in range(4)],
        )
        for number, unit in enumerate(UNITS)
    ]
    content = unit_table(rows, PlantedSegmenter.concepts, layer=layer, num_images=num_images, ranking=ranking)
    return record_from(UnitTable, content | {"generator": fingerprint(PlantedGenerator())}, "units.json")


def painted(
    layer: str = "layer1",
    table: UnitTable | None = None,
    causes: Mapping[str, CauseRecord] | None = None,
    num_images: int = 60,
) -> PaintedLayer:
    """Return a layer of the planted generator."""
    return open_painted(PlantedGenerator().eval(), PlantedSegmenter(), layer, table, causes, num_images)


def opened(path: Path, **more: Any) -> OpenedRun:
    """Return the planted generator as if it were that of a run, with a dissection of its first layer."""
    settings = {
        "run": Run(path), "weights": "ema", "generator": PlantedGenerator().eval(), "segmenter": PlantedSegmenter(),
        "layer": "layer1", "layers": ("layer1", "layer2"), "tables": {"layer1": planted_table()}, "value_images": 40,
    }  # fmt: skip
    return OpenedRun(**settings | more)


def cells(*places: tuple[int, int], alpha: int = 255, side: int = CELLS) -> str:
    """Return the cells of a stroke; without places all of them."""
    drawn = bytearray(0 if places else alpha for _ in range(side * side))
    for row, column in places:
        drawn[row * side + column] = alpha
    return base64.b64encode(bytes(drawn)).decode()


def stroke(*units: str | int, where: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a stroke as a page sends it: units by name or number set to 0, everywhere."""
    numbers = [NUMBER[unit] if isinstance(unit, str) else unit for unit in units]
    plain = {"mode": "remove", "concept": None, "units": numbers, "value": "zero", "strength": 1.0, "on": True}
    return plain | {"cells": cells() if where is None else where} | more


def edit(
    strokes: Sequence[Mapping[str, Any]] = (), sample: Mapping[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Return an edit as a page sends it, of the first sample."""
    plain = {"schema": 1, "sample": {"id": 0} if sample is None else dict(sample), "class": None, "layer": "layer1"}
    return plain | {"strokes": [dict(one) for one in strokes]} | more
