"""Lines of logs: the children that were ever made, and the scores taken in training."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ganatomy.runs.files import read_lines
from ganatomy.runs.records.reading import row_from

AGAIN = "restore it from a copy of the run"

T = TypeVar("T")


@dataclass(frozen=True)
class ChildLine:
    """A child; what is no finite number, or was not measured, is None."""

    generation: int
    """The generation in which it was made."""
    child: int
    parent: int
    objective: str
    quality: float | None
    diversity: float | None
    fitness: float | None
    survived: bool
    traits: dict[str, float] | None = None
    """With perturbation: factors of its learning rate, its R1 weight and its averaging half-life."""


@dataclass(frozen=True)
class ScoreLine:
    """Scores of one generation."""

    generation: int
    values: dict[str, float | None]
    """By metric."""
    protocol: dict[str, Any]
    kimg: float | None = None
    seconds: float | None = None


def read_log(kind: type[T], path: Path) -> list[T]:
    """Return the lines of a log, none where there is no file.

    Args:
        kind: what a line holds, `ChildLine` or `ScoreLine`.
        path: the file.

    Raises:
        DataError: a line is not what it should be; the message names the line.
        IncompatibleRun: a line is no JSON.
    """
    return [row_from(kind, line, f"{path}, line {n},", AGAIN) for n, line in enumerate(read_lines(path), 1)]
