"""The page of a comparison: read, drawn and written."""

from pathlib import Path

from ganatomy.compare.plan import open_comparison
from ganatomy.compare.results import summarise
from ganatomy.errors import IncompatibleRun
from ganatomy.progress import SILENT, Progress
from ganatomy.report.compared.arms import arms_page
from ganatomy.report.export import write_figures
from ganatomy.report.rendering import html_of
from ganatomy.runs.files import replacing
from ganatomy.runs.layout import REPORT


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
            f"{path} is not finished: {', '.join(left[:3])}{' and others' * (len(left) > 3)} have no last score; go on "
            f"with `ganatomy compare --resume {path}`"
        )
    written = output or path / REPORT
    page = arms_page(plan, summarise(plan), written.parent)
    with replacing(written) as partial:
        partial.write_text(html_of("arms.html.j2", page), encoding="utf-8")
    if figures:
        write_figures(page.figures, (), figures, progress)
    return written
