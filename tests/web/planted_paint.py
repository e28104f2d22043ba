"""The planted world, ready to be painted in: a table of units by hand, with the truth in it."""

from collections.abc import Mapping

from tests.unit_table import unit_row, unit_table

from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import NUMBER, UNITS, PlantedGenerator
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.units import UnitTable
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web.layer import PaintedLayer, open_painted

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
