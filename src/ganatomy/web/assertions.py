"""Edits kept as tests of later weights, with the effect that they had."""

from pathlib import Path

from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import measure
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import slug
from ganatomy.runs.layout import EDITS
from ganatomy.runs.packaged import PACKAGED_RUN
from ganatomy.runs.records.paintings import (
    AssertedRow,
    AssertionRecord,
    PaintingRecord,
    painting_from,
    painting_json,
)
from ganatomy.runs.records.reading import read_record, write_record
from ganatomy.web.session import Session
from ganatomy.web.strokes import change_of

LONGEST = 80
"""Letters of a name."""
LEAST_AREA = 0.002
"""Concepts of a smaller part of the picture, before and after, are not kept."""
TOLERANCE, TOLERATED_PART = 0.01, 0.5
"""By how much a change may differ: a part of the picture, or a part of the change, whichever is more."""


def assert_effect(session: Session, painting: PaintingRecord) -> tuple[AssertedRow, ...]:
    """Return the effect of an edit: the area of each concept before and after, and the pixels that change.

    Raises:
        ConfigError, DataError: as for `Session.image`.
    """
    painted = session.layer(painting.layer)
    sample = session.sample(painting)
    found = [change_of(painted, stroke) for stroke in painting.strokes if stroke.on]
    changes = [change for change in found if change is not None]
    outcome = measure(sample, changes)
    rows = [
        _row(name, before, after)
        for name, before, after in zip(
            painted.segmenter.concepts, sample.areas[0].tolist(), outcome.areas[0].tolist(), strict=True
        )
        if max(before, after) >= LEAST_AREA
    ]
    return (*rows, _row(None, 0.0, float(outcome.changed_inside[0])))


def save_assertion(session: Session, name: str, painting: PaintingRecord) -> tuple[Path, AssertionRecord]:
    """Write an edit with its effect into the run as `edits/NAME.json`, and return the file and what it holds.

    Raises:
        ConfigError: the name says nothing or is taken, the run is that of the package, or the edit cannot be made.
        DataError: as for `Session.image`.
    """
    opened = session.opened
    path = opened.run.path / EDITS / f"{_file_name(name)}.json"
    if opened.run.path.resolve() == PACKAGED_RUN.resolve():
        raise ConfigError("the run of the package is not written to; `ganatomy demo` makes a copy that can be")
    if path.exists():
        raise ConfigError(f"{EDITS}/{path.name} is there already; give another name")
    painted = session.layer(painting.layer)
    record = AssertionRecord(
        name=name,
        edit=painting_json(painting),
        weights=opened.weights,
        generator=fingerprint(opened.generator),
        segmenter=painted.segmenter.fingerprint,
        samples_seed=painted.seed,
        value_images=opened.value_images,
        effect=assert_effect(session, painting),
    )
    write_record(path, record)
    return path, record


def saved_assertions(folder: Path) -> list[Path]:
    """Return the files of the edits that were kept in a folder, in order."""
    return sorted(folder.glob("*.json"))


def read_assertion(path: Path) -> AssertionRecord:
    """Return an edit that was kept.

    Raises:
        DataError: the file is of another schema, or a value of it is not what it should be.
        IncompatibleRun: it is no JSON.
    """
    record = read_record(AssertionRecord, path)
    painting_from(record.edit, str(path))
    return record


def _row(concept: str | None, before: float, after: float) -> AssertedRow:
    tolerance = max(TOLERANCE, TOLERATED_PART * abs(after - before))
    return AssertedRow(concept, before, after, round(tolerance, 4))


def _file_name(name: str) -> str:
    """Return the name of an edit's file, without its ending.

    Raises:
        ConfigError: nothing of the name can stand there, or it is too long.
    """
    if len(name) > LONGEST:
        raise ConfigError(f"the name has {len(name)} letters; give at most {LONGEST}")
    if not any(letter.isascii() and letter.isalnum() for letter in name):
        raise ConfigError(f"name is {name!r}; give one with letters or digits")
    return slug(name)
