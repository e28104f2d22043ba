"""Edits kept as tests: the effect that one had, and whether later weights still have it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ganatomy.errors import ConfigError, GanatomyError
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
from ganatomy.web.opening import OpenedRun
from ganatomy.web.session import Session
from ganatomy.web.strokes import change_of

LONGEST = 80
"""Letters of a name."""
LEAST_AREA = 0.002
"""Concepts of a smaller part of the picture, before and after, are not kept."""
TOLERANCE, TOLERATED_PART = 0.01, 0.5
"""By how much a change may differ: a part of the picture, or a part of the change, whichever is more."""


@dataclass(frozen=True)
class CheckedRow:
    """One figure of an edit that was kept, with these weights."""

    edit: str
    """Its name."""
    what: str
    """`area of door`, `pixels changed`, or why the edit cannot be made."""
    saved: float | None
    """The change that was seen, as a part of the picture; None where there is no edit."""
    now: float | None
    tolerance: float | None
    holds: bool


def assert_effect(session: Session, painting: PaintingRecord) -> tuple[AssertedRow, ...]:
    """Return the effect of an edit: the area of each concept before and after, and the pixels that change.

    Raises:
        ConfigError, DataError: as for `Session.image`.
    """
    painted = session.layer(painting.layer)
    sample = session.sample(painted, painting)
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


def check_assertions(opened: OpenedRun, paths: Sequence[Path]) -> list[CheckedRow]:
    """Return whether edits that were kept have their effects with these weights, a row for each figure.

    Args:
        opened: the run.
        paths: files of edits.

    Raises:
        DataError, IncompatibleRun: a file is not what it should be.
    """
    rows: list[CheckedRow] = []
    sessions: dict[tuple[int, int], Session] = {}
    for path in paths:
        record = read_assertion(path)
        alike = (record.samples_seed, record.value_images)
        if alike not in sessions:
            sessions[alike] = Session(replace(opened, samples_seed=alike[0], value_images=alike[1]))
        rows += _checked(sessions[alike], record, path)
    return rows


def _checked(session: Session, record: AssertionRecord, path: Path) -> list[CheckedRow]:
    painting = painting_from(record.edit, str(path))
    if session.opened.segmenter.fingerprint != record.segmenter:
        said = f"its areas are by segmenter {record.segmenter}, not {session.opened.segmenter.fingerprint}"
        return [CheckedRow(record.name, said, None, None, None, False)]
    try:
        found = {row.concept: row.change for row in assert_effect(session, painting)}
    except GanatomyError as error:  # such as a layer, unit or photo that these weights have not
        return [CheckedRow(record.name, f"cannot be made: {error}", None, None, None, False)]
    return [
        CheckedRow(
            record.name,
            "pixels changed" if row.concept is None else f"area of {row.concept}",
            row.change,
            found.get(row.concept, 0.0),
            row.tolerance,
            abs(found.get(row.concept, 0.0) - row.change) <= row.tolerance,
        )
        for row in record.effect
    ]


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
