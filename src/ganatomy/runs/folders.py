"""Folders that appear in a run whole or not at all: made under another name, then moved to their place."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def unfinished_folder(run: Path, name: str) -> Iterator[Path]:
    """Yield a new hidden folder in the directory `run`; unless `move_folder` moves it, it is gone afterwards."""
    folder = run / f".{name}.{os.getpid()}.partial"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def move_folder(folder: Path, place: Path) -> None:
    """Move a folder to `place`, `run/.../name`; a folder that is there makes way."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with unfinished_folder(folder.parent, "replaced") as aside:
        if place.exists():
            place.rename(aside / place.name)
        folder.rename(place)
