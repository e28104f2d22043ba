"""`comparison.json` read back: dissections of several runs side by side, as they were compared."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ganatomy.dissect.comparison import SHARED, Comparison, ConceptUnits, Count, LayerOfRun
from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.runs import schemas
from ganatomy.runs.files import read_json
from ganatomy.runs.layout import DISSECTIONS


def read_comparison(folder: Path) -> Comparison:
    """Return the dissections that a folder compares.

    Raises:
        IncompatibleRun: there is no comparison in it, or one of another schema.
        DataError: the file is not as this version writes it.
    """
    path = folder / DISSECTIONS
    if not path.is_file():
        raise IncompatibleRun(
            f"{folder} has no {DISSECTIONS}, so it is no comparison; `ganatomy dissect RUN RUN` makes one"
        )
    data = read_json(path)
    if not isinstance(data, dict):
        raise DataError(f"{path} holds a {type(data).__name__}, not a JSON object; dissect the runs again")
    if said := schemas.problem(str(path), data.get("schema"), schemas.DISSECTIONS, "dissect the runs again"):
        raise IncompatibleRun(said)
    try:
        return _comparison(data)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise DataError(
            f"{path} is not as this version writes it ({type(error).__name__}: {error}); dissect the runs again"
        ) from error


def _comparison(data: Mapping[str, Any]) -> Comparison:
    rows = tuple(_row(layer["layer"], row) for layer in data["layers"] for row in layer["runs"])
    by_category = [row["interpretable_by_category"] for layer in data["layers"] for row in layer["runs"]]
    categories = tuple(str(name) for name in by_category[0]) if by_category else ()
    return Comparison(tuple(map(str, data["runs"])), {name: data[name] for name in SHARED}, categories, rows)


def _row(layer: str, row: Mapping[str, Any]) -> LayerOfRun:
    return LayerOfRun(
        run=str(row["run"]),
        layer=str(layer),
        units=int(row["units"]),
        interpretable=Count(int(row["interpretable"]), *map(float, row["interpretable_interval"])),
        concepts=Count(int(row["concepts"]), *map(float, row["concepts_interval"])),
        by_place=int(row["by_place"]),
        by_area=int(row["by_area"]),
        shown=tuple(
            ConceptUnits(str(one["concept"]), str(one["category"]), int(one["units"]))
            for one in row["units_by_concept"]
        ),
    )
