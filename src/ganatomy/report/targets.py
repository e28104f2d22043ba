"""The page of what a folder holds: of a run, of a comparison of arms or of dissections; or of two runs side by side."""

from collections.abc import Sequence
from pathlib import Path

from ganatomy.progress import SILENT, Progress
from ganatomy.report.compared.session import write_arms_report, write_beside, write_dissections_report
from ganatomy.report.page import write_report
from ganatomy.runs.layout import COMPARISON, DISSECTIONS


def is_comparison(path: Path) -> bool:
    """Return whether a folder holds a comparison, of arms or of dissections."""
    return (path / COMPARISON).is_file() or (path / DISSECTIONS).is_file()


def write_page(
    paths: Sequence[Path],
    progress: Progress = SILENT,
    *,
    output: Path | None = None,
    units_per_layer: int = 48,
    snapshots: int = 24,
    figures: Path | None = None,
) -> Path:
    """Write the page of a run or a comparison, or of two runs side by side, and return its path.

    Args:
        paths: one run or comparison, or two runs.
        progress: told of every part read, and of figures that are no PNG.
        output: the file to write; None means `report.html` in the folder, of two runs one beside the first.
        units_per_layer: of a run, cards of at most this many units per layer.
        snapshots: of a run, at most this many sample grids.
        figures: a directory for every figure of one page as a file too; None writes none.

    Raises:
        IncompatibleRun: there is no run or comparison, or it is not finished.
        ConfigError: both runs are the same.
        DataError: a file that cannot be read.
    """
    path, *others = paths
    if others:
        return write_beside(path, others[0], progress, output=output)
    if (path / COMPARISON).is_file():
        return write_arms_report(path, progress, output=output, figures=figures)
    if (path / DISSECTIONS).is_file():
        return write_dissections_report(path, progress, output=output, figures=figures)
    return write_report(
        path, progress, output=output, units_per_layer=units_per_layer, snapshots=snapshots, figures=figures
    )
