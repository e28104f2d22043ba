"""Reads and writes what commands record in a run: every file by its dataclass, with one check of its schema.

A record is read strictly: an unknown key, a missing one or a value of another type is told with its place. So reader
and writer cannot part, and a key that is added later has a default, by which older files go on being read.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from ganatomy.config.jsonable import structured, unstructured
from ganatomy.errors import ConfigError, DataError
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.schemas import problem


class Record(Protocol):
    """A frozen dataclass that a file holds."""

    SCHEMA: ClassVar[int]
    """The version of the schema that this release reads and writes."""
    AGAIN: ClassVar[str]
    """What to do about a file of another one."""


R = TypeVar("R", bound=Record)
T = TypeVar("T")


def read_record(kind: type[R], path: Path) -> R:
    """Return the record in the JSON file `path`.

    Raises:
        IncompatibleRun: the file is missing or is no JSON.
        DataError: it is of another schema, or a value of it is not what it should be.
    """
    return record_from(kind, read_json(path), str(path))


def record_from(kind: type[R], data: object, source: str) -> R:
    """Return the record that a JSON value is.

    Args:
        kind: the dataclass.
        data: the value, with its schema.
        source: what to call it in a message, such as its file.

    Raises:
        DataError: it is of another schema, or a value of it is not what it should be.
    """
    if not isinstance(data, Mapping):
        raise DataError(f"{source} holds a {type(data).__name__}, not a JSON object; {kind.AGAIN}")
    if said := problem(source, data.get("schema"), kind.SCHEMA, kind.AGAIN):
        raise DataError(said)
    return row_from(kind, {key: value for key, value in data.items() if key != "schema"}, source, kind.AGAIN)


def row_from(kind: type[T], data: object, source: str, again: str) -> T:
    """Return the dataclass that a JSON object without a schema is, such as a line of a log.

    Args:
        kind: the dataclass.
        data: the object.
        source: what to call it in a message.
        again: what to do about one that cannot be read.

    Raises:
        DataError: a value of it is not what it should be.
    """
    try:
        return structured(kind, data)
    except ConfigError as error:
        raise DataError(f"{source} is not as this version writes it: {error}; {again}") from None


def write_as(kind: type[R], path: Path, content: Mapping[str, Any]) -> None:
    """Write a JSON object that has been put together, if it is a record that `read_record` would read.

    Raises:
        DataError: it is none: a key that the dataclass lacks, or a value of another type.
    """
    record_from(kind, json.loads(json.dumps(content)), str(path))
    write_json(path, content)


def write_record(path: Path, record: Record) -> dict[str, Any]:
    """Write a record to the JSON file `path`, and return what the file holds."""
    content = to_json(record)
    write_json(path, content)
    return content


def to_json(record: Record) -> dict[str, Any]:
    """Return the JSON object of a record, its schema first."""
    return {"schema": record.SCHEMA, **unstructured(record)}
