"""Files written whole or not at all: under a temporary name first, then renamed."""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor

from ganatomy.errors import IncompatibleRun


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; it takes the place of `path` unless an error is raised."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.{os.getpid()}.partial")
    try:
        yield partial
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


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
        return json.loads(path.read_text(encoding="utf-8"))
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
    """Append each value as one line of JSON; infinities and NaN become null."""
    with path.open("a") as file:
        file.writelines(json.dumps(_finite(value)) + "\n" for value in values)


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return None
    return value


def read_lines(path: Path) -> list[dict[str, Any]]:
    """Return the values in a file of JSON lines; an unfinished last line is left out."""
    if not path.exists():
        return []
    values = []
    for line in path.read_text().splitlines():
        try:
            values.append(json.loads(line))
        except json.JSONDecodeError:
            break
    return values
