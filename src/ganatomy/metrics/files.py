"""The files of scores: `scores/NNNN-EXTRACTOR.json` in a run directory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from ganatomy.metrics.protocol import Protocol, Score
from ganatomy.runs import schemas
from ganatomy.runs.directory import Run, slug
from ganatomy.runs.layout import SCORES
from ganatomy.runs.records.reading import read_record, write_record


@dataclass(frozen=True)
class Value:
    """One metric, without the protocol that all of a file share."""

    metric: str
    name: str
    """What the score may be called."""
    value: float
    low: float
    high: float
    level: float
    spread: float | None = None


@dataclass(frozen=True)
class ScoreFile:
    """What a file of scores holds."""

    SCHEMA: ClassVar[int] = schemas.SCORES
    AGAIN: ClassVar[str] = "score the run again"

    run: str
    """Name of the run directory when it was scored."""
    generator: str
    """Fingerprint of the generator."""
    protocol: Protocol
    scores: tuple[Value, ...]
    warnings: tuple[str, ...] = ()


def write_scores(run: Run, generator: str, scores: Sequence[Score], warnings: Sequence[str] = ()) -> Path:
    """Write scores of one protocol into a run, under the first number free, and return the file.

    Args:
        run: where to.
        generator: fingerprint of the generator.
        scores: one or more, of one call of `Scorer.score`.
        warnings: what a reader should know.
    """
    values = tuple(Value(s.metric, s.name, s.value, s.low, s.high, s.level, s.spread) for s in scores)
    content = ScoreFile(run.path.name, generator, scores[0].protocol, values, tuple(warnings))
    path = _free_place(run.subdirectory(SCORES), slug(content.protocol.extractor))
    try:
        write_record(path, content)
    except BaseException:  # the place that was held for it stays free
        path.unlink()
        raise
    return path


def read_scores(path: Path) -> list[Score]:
    """Return the scores in a file, each with its protocol.

    Raises:
        DataError: the file is of another schema, or not what it should be.
        IncompatibleRun: the file is missing or is no JSON.
    """
    file = read_record(ScoreFile, path)
    return [Score(v.metric, v.value, v.low, v.high, v.level, file.protocol, v.spread) for v in file.scores]


def extractors_used(run: Run) -> set[str]:
    """Return the names of the extractors that the run has been scored under.

    Raises:
        DataError: a file of scores is of another schema, or not what it should be.
        IncompatibleRun: a file of scores cannot be read.
    """
    return {score.protocol.extractor for path in run.path.glob("scores/*.json") for score in read_scores(path)}


def _free_place(folder: Path, name: str) -> Path:
    used = [int(found[1]) for path in folder.iterdir() if (found := re.match(r"(\d{4,})-", path.name))]
    number = max(used, default=0) + 1
    while True:
        path = folder / f"{number:04d}-{name}.json"
        try:
            path.touch(exist_ok=False)
        except FileExistsError:
            number += 1
        else:
            return path
