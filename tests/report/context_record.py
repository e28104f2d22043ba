"""Insertions of doors and trees in the planted world, as the first schema wrote them."""

import shutil
from pathlib import Path

from ganatomy.runs.records.context import ContextRecord
from ganatomy.runs.records.reading import read_record

FOLDER = Path(__file__).parents[1] / "fixtures" / "schema-1" / "run" / "context" / "layer1"


def add_context(run: Path) -> Path:
    """Give a run the records of doors and trees, and return it."""
    shutil.copytree(FOLDER, run / "context" / "layer1")
    return run


def context_record(concept: str = "door") -> ContextRecord:
    """Return the record of a concept."""
    return read_record(ContextRecord, FOLDER / f"{concept}.json")
