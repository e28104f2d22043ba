"""One offline HTML file of a run."""

from dataclasses import replace
from os.path import relpath
from pathlib import Path

from ganatomy.progress import SILENT, Progress
from ganatomy.report.contents import Page
from ganatomy.report.export import write_page_file
from ganatomy.report.gather import gather
from ganatomy.report.rendering import html_of
from ganatomy.runs.directory import open_run
from ganatomy.runs.layout import REPORT


def write_report(
    run_path: Path,
    progress: Progress = SILENT,
    *,
    output: Path | None = None,
    units_per_layer: int = 48,
    snapshots: int = 24,
    figures: Path | None = None,
    suggests: bool = True,
    reload_s: int | None = None,
) -> Path:
    """Write the report of a run and return its path.

    Args:
        run_path: the run directory.
        progress: told of every part read, and of figures that are no PNG.
        output: the file to write; None means `report.html` in the run.
        units_per_layer: cards of at most this many units per layer, the best by IoU.
        snapshots: at most this many sample grids.
        figures: a directory for every figure as a file too; None writes none.
        suggests: whether the page names the commands that add what it lacks.
        reload_s: seconds after which the page loads itself again; None leaves it as it is.

    Raises:
        IncompatibleRun: `run_path` is no run directory.
        DataError: a file of the run that cannot be read.
    """
    run = open_run(run_path)
    page = gather(run, units_per_layer, snapshots, progress)
    if not suggests:
        page = replace(page, more=None)
    path = output or run.path / REPORT
    if page.paint is not None:
        page = replace(page, paint=relpath(run.path / page.paint, path.parent))
    write_page_file(path, render(page, reload_s), page.figures, page.sheets, figures, progress)
    return path


def render(page: Page, reload_s: int | None = None) -> str:
    """Return the page as HTML, which with `reload_s` loads itself again after so many seconds."""
    return html_of("report.html.j2", page, reload_s)
