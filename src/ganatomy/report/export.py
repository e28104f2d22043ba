"""Figures of a report as files: SVG that stands alone, and PNG."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ganatomy.draw.canvas import Figure
from ganatomy.draw.standalone import Rasteriser, rasteriser, standalone
from ganatomy.errors import MissingExtra
from ganatomy.progress import SILENT, Progress
from ganatomy.report.images import Sheet
from ganatomy.runs.files import replacing


def write_figures(
    figures: Sequence[Figure], sheets: Sequence[Sheet], directory: Path, progress: Progress = SILENT
) -> list[Path]:
    """Write every figure of a page into `directory` and return the files, each named by its figure's key.

    Drawn figures become SVG and, where the extra `png` is installed, PNG too; figures made of pixels are PNG.

    Args:
        figures: those that are drawn.
        sheets: those made of pixels.
        directory: made if it is not there; files of the same names are replaced.
        progress: told where PNG of drawn figures cannot be had.
    """
    written = write_drawn({figure.key: figure for figure in figures}, directory, progress)
    for sheet in sheets:
        with replacing(directory / f"{sheet.key}.png") as partial:
            sheet.image.save(partial, "PNG", optimize=True)
        written.append(directory / f"{sheet.key}.png")
    return written


def write_drawn(figures: Mapping[str, Figure], directory: Path, progress: Progress = SILENT) -> list[Path]:
    """Write figures as SVG into `directory`, and PNG beside them where the extra `png` is installed.

    Args:
        figures: each by its file's name without ending.
        directory: made if it is not there; files of the same names are replaced.
        progress: told where PNG cannot be had.
    """
    try:
        rasterise: Rasteriser | None = rasteriser()
    except MissingExtra as error:
        progress.line(f"figures are written as SVG only: {error}")
        rasterise = None
    written = []
    for name, figure in figures.items():
        text = standalone(figure)
        written.append(_write(directory / f"{name}.svg", text.encode()))
        if rasterise:
            written.append(_write(directory / f"{name}.png", rasterise(text)))
    return written


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as partial:
        partial.write_bytes(content)
    return path
