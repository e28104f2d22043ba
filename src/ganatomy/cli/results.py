"""The results of a command as one JSON object, or as lines for a reader."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any


def as_json(results: Mapping[str, object]) -> str:
    """Return the results as one line of JSON; numbers that are not finite become null, paths text."""
    return json.dumps(_finite(results), allow_nan=False, default=str)


def as_text(results: Mapping[str, object]) -> str:
    """Return one line per result, tables indented below their name.

    A report's path stands alone on the last line, ready to be opened.
    """
    shown = {key: value for key, value in results.items() if key != "report"}
    width = max((len(key) for key in shown), default=0)
    lines = [line for key, value in shown.items() for line in _lines(_words(key).ljust(width), value)]
    return "\n".join([*lines, *([str(results["report"])] if "report" in results else [])])


def _lines(label: str, value: object) -> list[str]:
    if isinstance(value, Mapping):
        value = [value]
    if isinstance(value, Sequence) and value and all(isinstance(row, Mapping) for row in value):
        return [label.rstrip(), *("  " + _row(row) for row in value)]
    return [f"{label}  {_cell(value)}"]


def _row(row: Mapping[str, object]) -> str:
    return "  ".join(f"{_words(key)} {_cell(value)}" for key, value in row.items())


def _cell(value: object) -> str:
    if isinstance(value, float):
        return f"{value:.4g}"
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
