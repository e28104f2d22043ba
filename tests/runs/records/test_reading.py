"""Every kind of record: read as it was written by the first schema, with one check of schema, keys and types."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

import pytest

from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.metrics.files import ScoreFile
from ganatomy.runs.files import read_json
from ganatomy.runs.records.areas import AgreementRecord, AreasRecord
from ganatomy.runs.records.context import ContextRecord
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.history import HistoryRecord
from ganatomy.runs.records.reading import read_record, record_from, row_from, to_json, write_as, write_record
from ganatomy.runs.records.units import DissectionSummary, UnitTable
from ganatomy.runs.schemas import problem

FIRST = Path(__file__).parents[2] / "fixtures" / "schema-1" / "run"
KINDS: list[tuple[type[Any], str]] = [
    (UnitTable, "dissect/layer2/units.json"),
    (UnitTable, "dissect/layer3/units.json"),
    (DissectionSummary, "dissect/summary.json"),
    (AreasRecord, "dissect/areas.json"),
    (AgreementRecord, "dissect/agreement.json"),
    (HistoryRecord, "dissect/history.json"),
    (EffectsRecord, "edits/0001-layer3-ablate-tree/effects.json"),
    (ContextRecord, "context/layer1/door.json"),
    (ScoreFile, "scores/0001-efficientnet.json"),
]


@dataclass(frozen=True)
class Part:
    size: int
    name: str | None = None


@dataclass(frozen=True)
class Small:
    SCHEMA: ClassVar[int] = 3
    AGAIN: ClassVar[str] = "make it again"

    share: float
    parts: tuple[Part, ...] = ()
    named: dict[str, Part] | None = None


def grew(value: Any, like: Any) -> bool:
    """Return whether a value holds all that another does, and beside it only what is said by default."""
    if isinstance(like, dict):
        return all(name in value and grew(value[name], item) for name, item in like.items())
    if isinstance(like, list):
        return len(value) == len(like) and all(map(grew, value, like))
    return bool(value == like)


@pytest.mark.parametrize(("kind", "place"), KINDS)
def test_records_of_the_first_schema_are_read_with_nothing_lost(kind: type[Any], place: str, tmp_path: Path) -> None:
    record = read_record(kind, FIRST / place)
    assert grew(json.loads(json.dumps(to_json(record))), read_json(FIRST / place))
    write_record(tmp_path / "again.json", record)
    assert read_record(kind, tmp_path / "again.json") == record


@pytest.mark.parametrize(("kind", "place"), KINDS)
def test_every_kind_tells_another_schema_in_the_same_words(kind: type[Any], place: str) -> None:
    newer = {**read_json(FIRST / place), "schema": 77}
    with pytest.raises(DataError) as refused:
        record_from(kind, newer, place)
    assert str(refused.value) == (
        f"{place} has schema 77, this version reads schema {kind.SCHEMA}; {kind.AGAIN}, or open it with the version "
        "that wrote it"
    )


@pytest.mark.parametrize(("kind", "place"), KINDS)
def test_every_kind_tells_a_key_that_is_missing_or_unknown(kind: type[Any], place: str) -> None:
    record = read_json(FIRST / place)
    first = next(name for name in record if name not in ("schema", "generator"))
    said = f"{place} is not as this version writes it:"
    with pytest.raises(DataError, match=f"^{said} no value for '{first}'; {kind.AGAIN}$"):
        record_from(kind, {name: value for name, value in record.items() if name != first}, place)
    with pytest.raises(DataError, match=f"^{said} unknown key 'novel'; "):
        record_from(kind, {**record, "novel": 1}, place)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ({"share": True}, "share: True is no number"),
        ({"share": 1e999}, "share: inf is no finite number"),
        ({"share": 1, "parts": {}}, "parts: {} is no list"),
        ({"share": 1, "parts": [{"size": 2.5}]}, "parts.size: 2.5 is no int"),
        ({"share": 1, "parts": [{"size": 2, "name": 3}]}, "parts.name: 3 is no str"),
        ({"share": 1, "named": []}, "named: [] is no object"),
        ({"share": 1, "parts": [4]}, "parts: 4 is no object"),
    ],
)
def test_a_value_of_another_type_is_told_with_its_place(content: dict[str, Any], message: str) -> None:
    with pytest.raises(DataError) as refused:
        record_from(Small, {"schema": 3, **content}, "small.json")
    assert str(refused.value) == f"small.json is not as this version writes it: {message}; make it again"


def test_what_is_no_object_or_no_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"^small\.json holds a list, not a JSON object; make it again$"):
        record_from(Small, [], "small.json")
    with pytest.raises(IncompatibleRun, match=r"has no gone\.json"):
        read_record(Small, tmp_path / "gone.json")


def test_a_line_is_read_without_a_schema() -> None:
    assert row_from(Part, {"size": 2}, "line 1", "restore it") == Part(2)


def test_what_no_reader_would_read_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "small.json"
    write_as(Small, path, {"schema": 3, "share": 0.5, "parts": ({"size": 1},)})
    assert read_record(Small, path) == Small(0.5, (Part(1),))
    with pytest.raises(DataError, match="unknown key 'shares'; did you mean 'share'"):
        write_as(Small, path, {"schema": 3, "share": 0.5, "shares": 1})
    assert read_record(Small, path) == Small(0.5, (Part(1),))


def test_a_schema_that_is_read_has_no_problem() -> None:
    assert problem("a.json", 2, 2, "again") is None
