"""Edits that were kept as tests, made again: whether these weights still give their effects."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ganatomy.config.edit import EditConfig
from ganatomy.config.paint import PaintConfig
from ganatomy.errors import ConfigError, GanatomyError
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.records.paintings import AssertionRecord, painting_from
from ganatomy.web.assertions import assert_effect, read_assertion, saved_assertions
from ganatomy.web.opening import OpenedRun, open_to_paint
from ganatomy.web.session import Session


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


def check_edits(config: EditConfig, check: Path, progress: Progress = SILENT) -> list[CheckedRow]:
    """Return whether saved edits have their effects with a run's weights, a row for each figure.

    Args:
        config: run, weights, segmenter and device.
        check: a file, or a folder of such files, here or in the run.
        progress: told of every image segmented.

    Raises:
        ConfigError: no edit was saved there.
        DataError: a file is not what it should be.
        IncompatibleRun: a file is no JSON, or there is no run.
        GanatomyError: as for `ganatomy.web.opening.open_to_paint`.
    """
    place = check if check.exists() else config.run / check
    paths = [place] if place.is_file() else saved_assertions(place)
    if not paths:
        raise ConfigError(
            f"check is {check}, where no edit was saved as a test; `ganatomy paint {config.run}` saves them"
        )
    alike = ("segmenter", "segmenter_weights", "segmenter_concepts", "segmenter_options", "input_size")
    settings = {name: getattr(config, name) for name in (*alike, "weights", "device")}
    return check_assertions(open_to_paint(PaintConfig(config.run, **settings), progress), paths)


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
