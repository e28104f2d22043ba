"""What commands recorded in a run about its units and edits: every file read once, with the check of its kind."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from ganatomy.draw.text import natural
from ganatomy.runs.layout import (
    ACE,
    AGREEMENT,
    AREAS,
    CLASSES,
    CONTEXT,
    DIRECTIONS,
    DISSECT,
    DOMAIN,
    EDITS,
    EFFECTS,
    HISTORY,
    INVERSION,
    INVERSIONS,
    REPAIR,
    REPAIRS,
    UNITS,
)
from ganatomy.runs.records.areas import AgreementRecord, AreasRecord
from ganatomy.runs.records.causes import CauseRecord
from ganatomy.runs.records.classes import ClassesRecord
from ganatomy.runs.records.context import ContextRecord
from ganatomy.runs.records.directions import DirectionsRecord
from ganatomy.runs.records.domain import DomainRecord
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.history import HistoryRecord
from ganatomy.runs.records.inversions import InversionRecord
from ganatomy.runs.records.reading import Record, read_record
from ganatomy.runs.records.repairs import RepairRecord
from ganatomy.runs.records.units import UnitTable

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Recorded:
    """The records of a run; what it has no file for is None."""

    tables: dict[Path, UnitTable]
    """Of each dissected layer by its file, in natural order."""
    directions: dict[Path, DirectionsRecord]
    """Of each of these layers whose units are directions of another, by the file of its table."""
    effects: dict[Path, EffectsRecord]
    """Of each edit by its file, in natural order."""
    causes: dict[Path, CauseRecord]
    """Of each concept whose causes were found, by its file, by layer in natural order."""
    contexts: dict[Path, ContextRecord]
    """Of each inserted concept by its file, in natural order."""
    repairs: dict[Path, RepairRecord]
    """Of each repair by its file, in natural order."""
    inversions: dict[Path, InversionRecord]
    """Of each inverted photo by its file, in natural order."""
    areas: AreasRecord | None
    agreement: AgreementRecord | None
    domain: DomainRecord | None
    classes: ClassesRecord | None
    history: HistoryRecord | None


def read_recorded(run: Path) -> Recorded:
    """Return the records of a run directory.

    Raises:
        DataError: a file is of another schema, or a value of it is not what it should be.
        IncompatibleRun: a file is no JSON.
    """
    return Recorded(
        _all(UnitTable, run, f"{DISSECT}/*/{UNITS}"),
        {path.with_name(UNITS): one for path, one in _all(DirectionsRecord, run, f"{DISSECT}/*/{DIRECTIONS}").items()},
        _all(EffectsRecord, run, f"{EDITS}/*/{EFFECTS}"),
        _all(CauseRecord, run, f"{ACE}/*/*.json"),
        _all(ContextRecord, run, f"{CONTEXT}/*/*.json"),
        _all(RepairRecord, run, f"{REPAIRS}/*/{REPAIR}"),
        _all(InversionRecord, run, f"{INVERSIONS}/*/{INVERSION}"),
        _only(AreasRecord, run / AREAS),
        _only(AgreementRecord, run / AGREEMENT),
        _only(DomainRecord, run / DOMAIN),
        _only(ClassesRecord, run / CLASSES),
        _only(HistoryRecord, run / HISTORY),
    )


def _all(kind: type[R], run: Path, pattern: str) -> dict[Path, R]:
    """Return the records in the files that match, by the number in their folder's name, then by their own."""
    paths = sorted(run.glob(pattern), key=lambda path: (natural(path.parent.name), path.name))
    return {path: read_record(kind, path) for path in paths}


def _only(kind: type[R], path: Path) -> R | None:
    return read_record(kind, path) if path.is_file() else None
