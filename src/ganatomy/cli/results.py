"""The results of a command as one JSON object, or as lines for a reader."""

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from ganatomy.tables import cell, text_lines, words

NOT_WRITTEN = "not_written"
"""The result that says why files could not be written: the command fails once all results are printed."""
SENTENCE = 60
"""Characters from which on a text of a list stands on a line of its own."""


def not_written(failures: Sequence[str | None]) -> dict[str, list[str]]:
    """Return as part of the results why files could not be written; empty where all could."""
    said = [failure for failure in failures if failure is not None]
    return {NOT_WRITTEN: said} if said else {}


class Failed(dict[str, object]):
    """Results of a check that does not hold: they are printed as any others, and the exit code says it."""


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
    width = max(
        (len(key) for key, value in results.items() if not (_is_nested(value) or _are_sentences(value))), default=0
    )
    lines = []
    for key, value in results.items():
        if isinstance(value, Mapping):
            lines += [words(key), *_indented(_lines(value))]
        elif isinstance(value, Sequence) and _is_nested(value):
            lines += [words(key), *_indented(text_lines(value))]
        elif isinstance(value, Sequence) and _are_sentences(value):
            lines += [words(key), *_indented([str(sentence) for sentence in value])]
        else:
            lines.append(f"{words(key).ljust(width)}  {cell(value)}")
    return lines


def _is_nested(value: object) -> bool:
    if isinstance(value, str) or not isinstance(value, Sequence):
        return isinstance(value, Mapping)
    return bool(value) and all(isinstance(row, Mapping) for row in value)


def _are_sentences(value: object) -> bool:
    """Return whether a value is a list of texts too long to stand beside each other."""
    if isinstance(value, str) or not isinstance(value, Sequence):
        return False
    return all(isinstance(text, str) for text in value) and any(len(text) > SENTENCE for text in value)


def _indented(lines: Sequence[str]) -> list[str]:
    return ["  " + line for line in lines]


def _finite(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
