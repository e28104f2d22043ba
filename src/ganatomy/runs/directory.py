"""The run directory: `0001-photos/` with everything that a run is and everything found out about it."""

import platform
import re
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy
import torch

import ganatomy
from ganatomy.errors import IncompatibleRun
from ganatomy.runs.files import append_lines, read_json, read_lines, replacing, require_writable, write_json
from ganatomy.runs.layout import (
    COMPARISON,
    CONFIG,
    ENVIRONMENT,
    LINEAGE,
    LOGS,
    MANIFEST,
    METRICS,
    SAMPLES_INDEX,
    SCORE_LOG,
    WARNINGS,
)
from ganatomy.runs.records.lines import ChildLine, ScoreLine, read_log


@dataclass(frozen=True)
class Run:
    """A run directory. It may be copied, zipped and opened elsewhere."""

    path: Path

    def config(self) -> dict[str, Any]:
        """Return the settings that the run was grown with; none where nobody evolved it."""
        path = self.path / CONFIG
        config: dict[str, Any] = read_json(path) if path.exists() or not (self.path / MANIFEST).exists() else {}
        return config

    def metrics(self) -> list[dict[str, Any]]:
        """Return the figures of each tick: generation, kimg, seconds and more."""
        return read_lines(self.path / METRICS)

    def lineage(self) -> list[ChildLine]:
        """Return every child ever made, in order; none where nobody evolved the run.

        Raises:
            DataError: a line is not what it should be; the message names the line.
            IncompatibleRun: a line is no JSON.
        """
        return read_log(ChildLine, self.path / LINEAGE)

    def append_metrics(self, values: dict[str, Any]) -> None:
        """Add a line to metrics.jsonl."""
        append_lines(self.path / METRICS, [values])

    def append_lineage(self, values: list[dict[str, Any]]) -> None:
        """Add a line to lineage.jsonl for each child."""
        append_lines(self.path / LINEAGE, values)

    def scores(self) -> list[ScoreLine]:
        """Return every score taken during training, in order.

        Raises:
            DataError: a line is not what it should be; the message names the line.
            IncompatibleRun: a line is no JSON.
        """
        return read_log(ScoreLine, self.path / SCORE_LOG)

    def warnings(self) -> list[dict[str, Any]]:
        """Return every warning of the watchdogs: generation, seconds and what it says."""
        return read_lines(self.path / WARNINGS)

    def append_score(self, values: dict[str, Any]) -> None:
        """Add a line to scores.jsonl."""
        append_lines(self.path / SCORE_LOG, [values])

    def append_warning(self, values: dict[str, Any]) -> None:
        """Add a line to warnings.jsonl."""
        append_lines(self.path / WARNINGS, [values])

    def rewind(self, generation: int) -> None:
        """Drop what was logged after `generation`, so that a resumed run does not tell it twice.

        Raises:
            IncompatibleRun: a log is damaged; none has been changed then.
        """
        logs = [path for name in LOGS if (path := self.path / name).exists()]
        kept = {path: _until(generation, read_lines(path), path) for path in logs}
        index = self.path / SAMPLES_INDEX
        samples = _until(generation, read_json(index), index) if index.exists() else None
        for path, lines in kept.items():
            with replacing(path) as partial:
                partial.touch()
                append_lines(partial, lines)
        if samples is not None:
            write_json(index, samples)

    def subdirectory(self, *parts: str) -> Path:
        """Return the directory of these parts under the run, made if it is not there."""
        path = self.path.joinpath(*parts)
        path.mkdir(parents=True, exist_ok=True)
        return path


def _until(generation: int, entries: Any, path: Path) -> list[dict[str, Any]]:
    """Return the entries of a log up to `generation`.

    Raises:
        IncompatibleRun: they are no list, or one of them does not tell its generation.
    """
    if not isinstance(entries, list):
        raise IncompatibleRun(f"{path} is no list of entries; restore it from a copy of the run")
    for number, entry in enumerate(entries, 1):
        if not (isinstance(entry, dict) and isinstance(entry.get("generation"), int)):
            raise IncompatibleRun(
                f"{path} does not tell the generation of entry {number}, so the run cannot be taken back to one; "
                "restore it from a copy of the run, or take out that entry alone, which loses what it tells"
            )
    return [entry for entry in entries if entry["generation"] <= generation]


def slug(name: str) -> str:
    """Return `name` as it may stand in a directory's name: letters, digits, dots, dashes, underscores."""
    return re.sub(r"[^A-Za-z0-9._-]+", "-", name).strip("-.") or "run"


def create_numbered(parent: Path, name: str) -> Path:
    """Make and return the directory `parent/NNNN-name` with the first number above all in use."""
    parent.mkdir(parents=True, exist_ok=True)
    used = [int(m[1]) for p in parent.iterdir() if (m := re.match(r"(\d{4,})-", p.name))]
    number = max(used, default=0) + 1
    while True:
        path = parent / f"{number:04d}-{slug(name)}"
        try:
            path.mkdir()
        except FileExistsError:
            number += 1
        else:
            return path


def create_run(out: Path, name: str, config: dict[str, Any]) -> Run:
    """Make a run directory under `out` and write its config.json and environment.json.

    Args:
        out: where runs are kept.
        name: what to call it; the number before it is the first one free.
        config: complete settings, as JSON.
    """
    run = Run(create_numbered(out, name))
    write_json(run.path / CONFIG, config)
    write_json(run.path / ENVIRONMENT, environment())
    return run


def open_run(path: Path, is_comparison: bool = False) -> Run:
    """Return the run at `path`.

    Args:
        path: the run directory.
        is_comparison: whether the directory of a comparison will do as well.

    Raises:
        IncompatibleRun: there is no run directory at `path`, or it is a comparison of several.
    """
    if not path.is_dir() or not is_run(path):
        raise IncompatibleRun(_no_run(path))
    if (path / COMPARISON).exists() and not is_comparison:
        run = min(path.glob("*/seed-*"), default=path / "ARM" / "seed-0")
        raise IncompatibleRun(f"{path} is a comparison; give one of its runs, such as {run}")
    return Run(path)


def open_run_to_write(path: Path) -> Run:
    """Return the run at `path`, after seeing that files can be written into it.

    Args:
        path: the run directory.

    Raises:
        IncompatibleRun: as for `open_run`.
        DataError: nothing can be written into it.
    """
    run = open_run(path)
    require_writable(run.path)
    return run


def _no_run(path: Path) -> str:
    """Return that there is no run at a place, and which one was perhaps meant: around it, in it, or alike by name."""
    if path.exists() and (around := next((folder for folder in path.parents if is_run(folder)), None)):
        return f"{path} lies in a run and is none itself; give {around}"
    said = f"{path} has neither {MANIFEST} nor {CONFIG}, so it is not a run directory"
    is_place = path.is_dir()
    place, said = (path, said) if is_place else (path.parent, f"no run directory at {path}")
    runs = sorted(folder.name for folder in place.glob("*") if is_run(folder))
    if not is_place and (alike := get_close_matches(path.name, runs, n=1)):
        return f"{said}; did you mean {place / alike[0]}?"
    there = f"{place} holds {', '.join(runs)}" if runs else f"{place} holds no runs"
    return f"{said}; {there}; `ganatomy evolve` or `ganatomy import` makes one"


def is_run(path: Path) -> bool:
    """Return whether a directory is a run: it has a manifest or settings."""
    return (path / MANIFEST).exists() or (path / CONFIG).exists()


def environment() -> dict[str, Any]:
    """Return the versions and the machine that figures depend on."""
    return {
        "ganatomy": ganatomy.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "platform": platform.platform(),
        "threads": torch.get_num_threads(),
        "cuda": torch.cuda.get_device_name() if torch.cuda.is_available() else None,
    }
