"""Figures of a report as files: SVG that stands alone, PNG, and PDF for papers."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from ganatomy.draw.canvas import Figure
from ganatomy.draw.files import Rasteriser, pdf_writer, rasteriser, standalone
from ganatomy.errors import MissingExtra
from ganatomy.progress import SILENT, Progress
from ganatomy.report.images import Sheet
from ganatomy.runs.files import replacing


def write_page_file(
    path: Path,
    html: str,
    figures: Sequence[Figure],
    sheets: Sequence[Sheet],
    directory: Path | None,
    progress: Progress = SILENT,
) -> None:
    """Write a page, and where a directory is given its figures as files too.

    Args:
        path: where the page goes.
        html: the page.
        figures: those of its figures that are drawn.
        sheets: those made of pixels.
        directory: of the figures; None writes none.
        progress: as for `write_figures`.
    """
    with replacing(path) as partial:
        partial.write_text(html, encoding="utf-8")
    if directory:
        write_figures(figures, sheets, directory, progress)


def write_figures(
    figures: Sequence[Figure], sheets: Sequence[Sheet], directory: Path, progress: Progress = SILENT
) -> list[Path]:
    """Write every figure of a page into `directory` and return the files, each named by its figure's key.

    Drawn figures become SVG and, where the extras `png` and `pdf` are installed, PNG and PDF too; figures made of
    pixels are PNG.

    Args:
        figures: those that are drawn.
        sheets: those made of pixels.
        directory: made if it is not there; files of the same names are replaced.
        progress: told where PNG or PDF of drawn figures cannot be had.
    """
    written = write_drawn({figure.key: figure for figure in figures}, directory, progress, {"pdf": pdf_writer})
    for sheet in sheets:
        with replacing(directory / f"{sheet.key}.png") as partial:
            sheet.image.save(partial, "PNG", optimize=True)
        written.append(directory / f"{sheet.key}.png")
    return written


def write_drawn(
    figures: Mapping[str, Figure],
    directory: Path,
    progress: Progress = SILENT,
    more: Mapping[str, Callable[[], Rasteriser]] | None = None,
) -> list[Path]:
    """Write figures as SVG into `directory`, and beside them PNG where the extra `png` is installed.

    Args:
        figures: each by its file's name without ending.
        directory: made if it is not there; files of the same names are replaced.
        progress: told of a kind of file that cannot be had.
        more: what makes files of other kinds, by their ending.
    """
    kinds = _at_hand({"png": rasteriser, **(more or {})}, progress)
    written = []
    for name, figure in figures.items():
        text = standalone(figure)
        written.append(_write(directory / f"{name}.svg", text.encode()))
        written += [_write(directory / f"{name}.{ending}", convert(text)) for ending, convert in kinds.items()]
    return written


def _at_hand(kinds: Mapping[str, Callable[[], Rasteriser]], progress: Progress) -> dict[str, Rasteriser]:
    """Return what makes files of each kind whose extra is installed; of the others it is told."""
    found = {}
    for ending, open_writer in kinds.items():
        try:
            found[ending] = open_writer()
        except MissingExtra as error:
            progress.line(f"figures are written without {ending.upper()}: {error}")
    return found


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as partial:
        partial.write_bytes(content)
    return path
