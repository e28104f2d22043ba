"""The report of a run that trains just now: written again and again, until nobody trains it any more."""

import time
from collections.abc import Callable
from pathlib import Path

from ganatomy.progress import SILENT, Progress
from ganatomy.report.page import write_report
from ganatomy.runs.directory import open_run
from ganatomy.runs.lock import is_held

RELOAD_S = 20
"""Seconds between two pages."""


def write_live(
    run_path: Path,
    progress: Progress = SILENT,
    *,
    output: Path | None = None,
    units_per_layer: int = 48,
    snapshots: int = 24,
    wait: Callable[[float], None] = time.sleep,
) -> Path:
    """Write the report of a run every `RELOAD_S` seconds while it trains, then once for good, and return its path.

    The pages of meanwhile load themselves again as often; the last one, which is written after Ctrl-C too, does not.

    Args:
        run_path: the run directory.
        progress: told where the page is.
        output: the file to write; None means `report.html` in the run.
        units_per_layer: cards of at most this many units per layer.
        snapshots: at most this many sample grids.
        wait: is given the seconds until the next page.

    Raises:
        IncompatibleRun: `run_path` is no run directory.
        DataError: a file of the run that cannot be read.
    """
    run, pages = open_run(run_path), 0
    try:
        while is_held(run):
            path = write_report(
                run_path,
                output=output,
                units_per_layer=units_per_layer,
                snapshots=snapshots,
                reload_s=RELOAD_S,
            )
            if not pages:
                progress.line(f"{path} shows the training; it is written again every {RELOAD_S} s, until Ctrl-C")
            pages += 1
            wait(RELOAD_S)
    finally:
        path = write_report(run_path, output=output, units_per_layer=units_per_layer, snapshots=snapshots)
    if not pages:
        progress.line(f"nobody trains {run_path} just now, so its report was written once")
    return path
