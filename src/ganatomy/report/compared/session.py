"""Pages of comparisons, and of two runs side by side: read, drawn and written."""

from pathlib import Path

from ganatomy.compare.plan import open_comparison
from ganatomy.compare.results import summarise
from ganatomy.dissect.comparison_file import read_comparison
from ganatomy.errors import IncompatibleRun
from ganatomy.progress import SILENT, Progress
from ganatomy.report.compared.arms import arms_page
from ganatomy.report.compared.beside import beside_page
from ganatomy.report.compared.dissected import dissections_page
from ganatomy.report.export import write_page_file
from ganatomy.report.gather import gather
from ganatomy.report.rendering import html_of
from ganatomy.runs.directory import open_run
from ganatomy.runs.layout import REPORT
from ganatomy.runs.names import names_of


def write_arms_report(
    path: Path, progress: Progress = SILENT, *, output: Path | None = None, figures: Path | None = None
) -> Path:
    """Write the report of a comparison of arms and return its path.

    Args:
        path: the directory of the comparison.
        progress: told of figures that are no PNG.
        output: the file to write; None means `report.html` in the comparison.
        figures: a directory for every figure as a file too; None writes none.

    Raises:
        IncompatibleRun: there is no comparison at `path`, or it is not finished.
        DataError: a file of a run that cannot be read.
    """
    plan = open_comparison(path)
    left = [planned.label for planned in plan.runs if not planned.is_finished]
    if left:
        raise IncompatibleRun(
            f"{path} is not finished, since {', '.join(left[:3])}{' and others' * (len(left) > 3)} "
            f"{'has' if len(left) == 1 else 'have'} no last score; go on with `ganatomy compare --resume {path}`"
        )
    written = output or path / REPORT
    page = arms_page(plan, summarise(plan), written.parent)
    write_page_file(written, html_of("arms.html.j2", page), page.figures, (), figures, progress)
    return written


def write_dissections_report(
    path: Path, progress: Progress = SILENT, *, output: Path | None = None, figures: Path | None = None
) -> Path:
    """Write the report of compared dissections and return its path.

    Args:
        path: the directory of the comparison.
        progress: told of figures that are no PNG.
        output: the file to write; None means `report.html` in the comparison.
        figures: a directory for every figure as a file too; None writes none.

    Raises:
        IncompatibleRun: there is no comparison at `path`.
        DataError: its file is not as this version writes it.
    """
    written = output or path / REPORT
    page = dissections_page(path, read_comparison(path), written.parent)
    write_page_file(written, html_of("dissections.html.j2", page), page.figures, (), figures, progress)
    return written


def write_beside(first: Path, second: Path, progress: Progress = SILENT, *, output: Path | None = None) -> Path:
    """Write two runs side by side and return the path of the page.

    Args:
        first: the run directory to the left.
        second: the one to the right.
        progress: told of every part read.
        output: the file to write; None means `FIRST-and-SECOND.html` in the folder that holds the first.

    Raises:
        ConfigError: both are the same run.
        IncompatibleRun: one of them is no run directory.
        DataError: a file of a run that cannot be read.
    """
    paths = (first, second)
    names = names_of(paths)
    one, other = (gather(open_run(path), 1, 2, progress) for path in paths)
    written = output or first.resolve().parent / f"{'-and-'.join(name.replace('/', '-') for name in names)}.html"
    page = beside_page(paths, (one, other), written.parent)
    write_page_file(written, html_of("beside.html.j2", page), (), (), None, progress)
    return written
