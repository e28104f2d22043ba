"""Figures of a report as files: SVG that stands alone, and PNG."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

from markupsafe import escape

from ganatomy.draw.canvas import FONT, Figure
from ganatomy.errors import MissingExtra
from ganatomy.progress import SILENT, Progress
from ganatomy.report.gather import Page
from ganatomy.runs.files import replacing

TEMPLATES = Path(__file__).parent / "templates"
WIDTH = 800
"""Pixels of a figure that stands alone, unless its reader says otherwise."""
AIR, TITLE = 10, 26
"""Around a figure, and above it for its title, in its own units."""
ZOOM = 2
"""Pixels of a PNG for each of those."""

Rasteriser = Callable[[str], bytes]


def write_figures(page: Page, directory: Path, progress: Progress = SILENT) -> list[Path]:
    """Write every figure of a page into `directory` and return the files, each named by its figure's key.

    Drawn figures become SVG and, where the extra `png` is installed, PNG too; figures made of pixels are PNG.

    Args:
        page: what the report shows.
        directory: made if it is not there; files of the same names are replaced.
        progress: told where PNG of drawn figures cannot be had.
    """
    written = write_drawn({figure.key: standalone(figure) for figure in page.figures}, directory, progress)
    for sheet in page.sheets:
        with replacing(directory / f"{sheet.key}.png") as partial:
            sheet.image.save(partial, "PNG", optimize=True)
        written.append(directory / f"{sheet.key}.png")
    return written


def write_drawn(drawn: Mapping[str, str], directory: Path, progress: Progress = SILENT) -> list[Path]:
    """Write whole SVG files into `directory`, and PNG beside them where the extra `png` is installed.

    Args:
        drawn: each by its file's name without ending.
        directory: made if it is not there; files of the same names are replaced.
        progress: told where PNG cannot be had.
    """
    try:
        rasterise: Rasteriser | None = rasteriser()
    except MissingExtra as error:
        progress.line(f"figures are written as SVG only: {error}")
        rasterise = None
    written = []
    for name, text in drawn.items():
        written.append(_write(directory / f"{name}.svg", text.encode()))
        if rasterise:
            written.append(_write(directory / f"{name}.png", rasterise(text)))
    return written


def rasteriser() -> Rasteriser:
    """Return what turns SVG into PNG.

    Raises:
        MissingExtra: resvg is not installed.
    """
    try:
        from resvg_py import svg_to_bytes
    except ImportError:
        raise MissingExtra("PNG needs resvg, which is not installed; `pip install 'ganatomy[png]'`") from None
    return lambda text: bytes(svg_to_bytes(svg_string=text, zoom=ZOOM))


def standalone(figure: Figure) -> str:
    """Return the figure as a whole SVG file: under its title, on a light background, its style inside."""
    text = str(figure.svg)
    found = re.search(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', text)
    assert found is not None  # every figure comes from frame.svg
    width, height = float(found[1]) + 2 * AIR, float(found[2]) + 2 * AIR + TITLE
    body = re.sub(r'<path class="marker".*?/>', "", text[text.index(">") + 1 : text.rindex("</svg>")])
    style, paper = light_style()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{WIDTH * height / width:.1f}" '
        f'viewBox="{-AIR} {-AIR - TITLE} {width:g} {height:g}" role="img" font-size="12" font-family="{FONT}">'
        f'<style>{style}</style><rect x="{-AIR}" y="{-AIR - TITLE}" width="{width:g}" height="{height:g}" '
        f'fill="{paper}"/><text x="4" y="{10 - TITLE}" class="strong" font-size="14">{escape(figure.title)}</text>'
        f"{body}</svg>\n"
    )


def light_style() -> tuple[str, str]:
    """Return the style of the figures' marks in light colours, and the colour of the paper.

    Readers of SVG other than browsers know no variables, so that each is replaced by its colour; a mark's own hue
    becomes `currentColor`.
    """
    page, marks = ((TEMPLATES / name).read_text(encoding="utf-8") for name in ("style.css", "figures.css"))
    light = page[: page.index("@media")]
    colours = dict(re.findall(r"--([\w-]+): ([^;]+);", light))
    marks = re.sub(r"/\*.*?\*/\n?", "", marks)
    marks = re.sub(r"\.([\w-]+) \{ --hue: var\(--([\w-]+)\); \}", r".\1 { color: var(--\2); }", marks)
    marks = marks.replace("var(--hue)", "currentColor")
    marks = re.sub(r"^svg .marker.*\n", "", marks, flags=re.MULTILINE)
    return re.sub(r"var\(--([\w-]+)\)", lambda found: colours[found[1]], marks), colours["paper"]


def _write(path: Path, content: bytes) -> Path:
    with replacing(path) as partial:
        partial.write_bytes(content)
    return path
