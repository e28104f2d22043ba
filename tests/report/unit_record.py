"""Lines of a unit table, written by hand."""

from dataclasses import replace

from tests.unit_table import unit_table

from ganatomy.runs.records.reading import record_from, row_from
from ganatomy.runs.records.units import UnitRow, UnitTable


def unit(n, concept, iou, interpretable=True, **more):
    """Return a line as `units.json` is read."""
    nothing = dict.fromkeys(("explained_by", "threshold", "level"))
    nothing |= {"category": concept and "object", "iou_interval": [iou, iou]}
    scores = {"unit": n, "concept": concept, "iou": iou, "iqr": 0.02, "shuffled_iou": 0.05, "shifted_iou": 0.06}
    whole = nothing | scores | {"z": 4.0, "q": 0.01, "interpretable": interpretable, "top": []} | more
    return row_from(UnitRow, whole, "units.json", "dissect the layer again")


def table(units, concepts, **more):
    """Return a table of such lines as `units.json` is read."""
    return replace(record_from(UnitTable, unit_table([], concepts, **more), "units.json"), units=tuple(units))


DEAD = dict.fromkeys(("iqr", "shuffled_iou", "shifted_iou", "z", "q"))
UNITS = [
    unit(0, "sky", 0.4), unit(1, "sky", 0.5), unit(2, None, None, False, **DEAD),
    unit(3, "tree", 0.3), unit(4, "water", 0.04, False), unit(5, "sky", 0.45),
]  # fmt: skip
