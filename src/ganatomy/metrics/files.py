"""The files of scores: `scores/NNNN-EXTRACTOR.json` in a run directory."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ganatomy.config.jsonable import from_json, to_json
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.metrics.protocol import Protocol, Score
from ganatomy.runs.directory import Run, slug
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.layout import SCORES


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

    run: str
    """Name of the run directory when it was scored."""
    generator: str
    """Fingerprint of the generator's weights."""
    protocol: Protocol
    scores: tuple[Value, ...]
    warnings: tuple[str, ...] = ()


def write_scores(run: Run, generator: str, scores: Sequence[Score], warnings: Sequence[str] = ()) -> Path:
    """Write scores of one protocol into a run, under the first number free, and return the file.

    Args:
        run: where to.
        generator: fingerprint of the generator's weights.
        scores: one or more, of one call of `Scorer.score`.
        warnings: what a reader should know.
    """
    values = tuple(Value(s.metric, s.name, s.value, s.low, s.high, s.level, s.spread) for s in scores)
    content = ScoreFile(run.path.name, generator, scores[0].protocol, values, tuple(warnings))
    path = _free_place(run.subdirectory(SCORES), slug(content.protocol.extractor))
    try:
        write_json(path, to_json(content))
    except BaseException:  # the place that was held for it stays free
        path.unlink()
        raise
    return path


def read_scores(path: Path) -> list[Score]:
    """Return the scores in a file, each with its protocol.

    Raises:
        IncompatibleRun: the file is missing or does not hold scores that this release can read.
    """
    try:
        file = from_json(ScoreFile, read_json(path), str(path))
    except ConfigError as error:
        raise IncompatibleRun(f"{error}; score the run again") from None
    return [Score(v.metric, v.value, v.low, v.high, v.level, file.protocol, v.spread) for v in file.scores]


def extractors_used(run: Run) -> set[str]:
    """Return the names of the extractors that the run has been scored under.

    Raises:
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
