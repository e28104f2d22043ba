"""The results of a command as one JSON object, or as lines for a reader."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def as_json(results: Mapping[str, object]) -> str:
    """Return the results as one line of JSON; numbers that are not finite become null, paths text."""
    return json.dumps(_finite(results), allow_nan=False, default=str)


def as_text(results: Mapping[str, object]) -> str:
    """Return one line per result; tables and results within results are indented below their name.

    A report's path stands alone on the last line, ready to be opened.
    """
    lines = _lines({key: value for key, value in results.items() if key != "report"})
    return "\n".join([*lines, *([str(results["report"])] if "report" in results else [])])


def _lines(results: Mapping[str, object]) -> list[str]:
    width = max((len(key) for key, value in results.items() if not _is_nested(value)), default=0)
    lines = []
    for key, value in results.items():
        if isinstance(value, Mapping):
            lines += [_words(key), *_indented(_lines(value))]
        elif isinstance(value, Sequence) and _is_nested(value):
            lines += [_words(key), *_indented(_table(value))]
        else:
            lines.append(f"{_words(key).ljust(width)}  {_cell(value)}")
    return lines


def _is_nested(value: object) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return isinstance(value, Mapping)
    return bool(value) and all(isinstance(row, Mapping) for row in value)


def _table(rows: Sequence[Mapping[str, object]]) -> list[str]:
    """Return rows under the names of their columns, numbers to the right."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    columns = [[row.get(name) for row in rows] for name in names]
    lines = [""] * (len(rows) + 1)
    for name, column in zip(names, columns, strict=True):
        cells = [_words(name), *map(_cell, column)]
        width = max(map(len, cells))
        is_numeric = all(value is None or isinstance(value, int | float) for value in column)
        lines = [
            f"{line}  {cell.rjust(width) if is_numeric else cell.ljust(width)}"
            for line, cell in zip(lines, cells, strict=True)
        ]
    return [line[2:].rstrip() for line in lines]


def _indented(lines: Sequence[str]) -> list[str]:
    return ["  " + line for line in lines]


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return ", ".join(_cell(item) for item in value) or "none"
    return "none" if value is None else str(value)


def _words(key: str) -> str:
    return key.replace("_", " ")


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
