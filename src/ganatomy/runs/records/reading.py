"""Reads and writes what commands record in a run: every file by its dataclass, with one check of its schema.

A record is read strictly: an unknown key, a missing one or a value of another type is told with its place. So reader
and writer cannot part, and a key that is added later has a default, by which older files go on being read.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar, Protocol, TypeVar

from ganatomy.config.jsonable import structured, unstructured
from ganatomy.errors import ConfigError, DataError
from ganatomy.runs.files import read_json, write_json


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
    if data.get("schema") != kind.SCHEMA:
        raise DataError(
            f"{source} has schema {data.get('schema')!r}, this version reads schema {kind.SCHEMA}; {kind.AGAIN}, or "
            "open it with the version that wrote it"
        )
    return row_from(kind, {key: value for key, value in data.items() if key != "schema"}, f"{source}", kind.AGAIN)


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


def write_record(path: Path, record: Record) -> dict[str, Any]:
    """Write a record to the JSON file `path`, and return what the file holds."""
    content = to_json(record)
    write_json(path, content)
    return content


def to_json(record: Record) -> dict[str, Any]:
    """Return the JSON object of a record, its schema first."""
    return {"schema": record.SCHEMA, **unstructured(record)}
