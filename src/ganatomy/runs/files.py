"""Files written whole or not at all: under a temporary name first, then renamed."""

import json
import math
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor

from ganatomy.errors import DataError, IncompatibleRun

TRIAL_BYTES = 1 << 16
"""Written and removed again to see whether a folder takes files: a full disk may still take an empty one."""


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the place of `path` unless an error is raised.

    An error of the disk names `path`, which that of a full one does not by itself.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    except OSError as error:
        error.filename = error.filename or str(path)
        raise
    finally:
        partial.unlink(missing_ok=True)


def require_writable(folder: Path) -> None:
    """Return if files can be written into a folder, after trying it: before hours are spent on what goes there.

    Raises:
        DataError: they cannot, or the disk is full.
    """
    trial = folder / f".trial.{os.getpid()}.partial"
    try:
        try:
            trial.write_bytes(b"\0" * TRIAL_BYTES)
        finally:
            trial.unlink(missing_ok=True)
    except OSError as error:
        raise DataError(unwritten(error, folder)) from error


def unwritten(error: OSError, path: Path) -> str:
    """Return that something could not be written, where and why.

    Args:
        error: what was raised.
        path: where, if the error does not say it.
    """
    return (
        f"cannot write {error.filename2 or error.filename or path}: {error.strerror or error}; make room or make it "
        "writable, or copy the run to where there is room"
    )


def write_json(path: Path, value: object) -> None:
    """Write `value` as indented JSON."""
    with replacing(path) as partial:
        partial.write_text(json.dumps(value, indent=1, allow_nan=False) + "\n")


def read_json(path: Path) -> Any:
    """Return the value in the JSON file `path`.

    Raises:
        IncompatibleRun: the file is missing or is not JSON.
    """
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise IncompatibleRun(f"{path.parent} has no {path.name}; is it a run directory?") from None
    except ValueError as error:  # no JSON, or no text at all
        raise IncompatibleRun(f"{path} is not JSON ({error}); copy it again from the run it came from") from None


def write_tensors(path: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str] | None = None) -> None:
    """Write `tensors` as safetensors."""
    packed = {name: value.detach().cpu().contiguous() for name, value in tensors.items()}
    with replacing(path) as partial:
        partial.write_bytes(save(packed, dict(metadata) if metadata else None))


def write_arrays(path: Path, **arrays: NDArray[Any]) -> None:
    """Write `arrays` as a compressed npz file, without pickles."""
    with replacing(path) as partial, partial.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **arrays)


def append_lines(path: Path, values: list[dict[str, Any]]) -> None:
    """Append each value as one line of JSON; infinities and NaN become null.

    A last line that a process had no time to finish is ended where it is whole, and dropped where it is not, as
    `read_lines` leaves it out: nothing is glued to it.
    """
    lines = "".join(json.dumps(_finite(value), allow_nan=False) + "\n" for value in values)
    with path.open("a+b") as file:
        _end_last_line(file)
        file.write(lines.encode())


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the values in a file of JSON lines, none where there is no file; an unfinished last line is left out.

    Raises:
        IncompatibleRun: another line is no JSON object, as every one that `append_lines` wrote is.
    """
    if not path.exists():
        return []
    *finished, last = path.read_bytes().split(b"\n")
    values = []
    for number, line in enumerate(finished, 1):
        try:
            values.append(_record(line))
        except ValueError as error:
            raise IncompatibleRun(
                f"{path} is damaged in line {number} ({error}); each line is one JSON object; restore the file from a "
                "copy of the run, or take out that line alone, which loses what it tells"
            ) from None
    return [*values, *_unfinished(last)]


def last_lines(path: Path, most_bytes: int = 2**19) -> list[dict[str, Any]]:
    """Return the values in the last lines of a file of JSON lines, none where there is no file.

    Args:
        path: the file; another process may be writing to it.
        most_bytes: of them.

    Raises:
        IncompatibleRun: a line is no JSON object.
    """
    if not path.exists():
        return []
    with path.open("rb") as file:
        start = max(0, file.seek(0, os.SEEK_END) - most_bytes)
        file.seek(start)
        *finished, _ = file.read().split(b"\n")
    try:
        return [_record(line) for line in finished[bool(start) :]]  # the first of them may be a part of a line
    except ValueError as error:
        raise IncompatibleRun(f"{path} is damaged near its end ({error}); restore it from a copy of the run") from None


def _record(line: bytes) -> dict[str, Any]:
    """Return the object in a line.

    Raises:
        ValueError: it holds none.
    """
    value = _parsed(line.decode("utf-8"))
    if not isinstance(value, dict):
        raise ValueError(f"no object but {type(value).__name__}")
    return value


def _unfinished(line: bytes) -> list[dict[str, Any]]:
    """Return the object in a line that nothing ends, if all of it is there: a part of an object is no JSON."""
    try:
        return [_record(line)]
    except ValueError:
        return []


def _end_last_line(file: BinaryIO) -> None:
    if not file.seek(0, os.SEEK_END):
        return
    file.seek(-1, os.SEEK_END)
    if file.read(1) == b"\n":
        return
    file.seek(0)
    lines = file.read()
    last = lines.rpartition(b"\n")[2]
    if _unfinished(last):
        file.write(b"\n")
    else:
        file.truncate(len(lines) - len(last))


def _parsed(text: str) -> Any:
    """Return the value in JSON text.

    Raises:
        ValueError: it is not JSON, of which NaN and infinities are no part, or is nested beyond all need.
    """
    try:
        return json.loads(text, parse_constant=_refuse)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON number")


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
