"""Figures that stand alone: a whole SVG file under its title, in light colours, and PNG and PDF of it."""

import re
from collections.abc import Callable
from pathlib import Path

from markupsafe import escape

from ganatomy.draw.canvas import Figure
from ganatomy.errors import MissingExtra

STYLES = Path(__file__).parent
FONT = "'DejaVu Sans', Verdana, Arial, Helvetica, sans-serif"
"""Written as an attribute, since rasterisers do not know the shorthand `font`."""
NARROWEST = 800
"""Pixels of a figure, at least, unless its reader says otherwise."""
AIR, TITLE = 10, 26
"""Around a figure, and above it for its title, in its own units."""
ZOOM = 2
"""Pixels of a PNG for each of the SVG's."""

Rasteriser = Callable[[str], bytes]
"""What turns SVG into a file of another kind."""
ON_A_PAGE = """#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(sys.inputs.svg), format: "svg", width: float(sys.inputs.width) * 1pt)"""
"""The document around a figure: a page of its size. Typst draws SVG as vectors and embeds the letters that it has."""


def styles() -> str:
    """Return the colours of light and dark, and the style of the marks: what a page with figures needs."""
    return _read("colours.css") + _read("marks.css")


def standalone(figure: Figure) -> str:
    """Return the figure as a whole SVG file: under its title, on a light background, its style inside."""
    text = str(figure.svg)
    width, height = figure.width + 2 * AIR, figure.height + 2 * AIR + TITLE
    body = re.sub(r'<path class="marker".*?/>', "", text[text.index(">") + 1 : text.rindex("</svg>")])
    pixels = max(NARROWEST, width)
    style, paper = light_style()
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{pixels:g}" height="{pixels * height / width:.1f}" '
        f'viewBox="{-AIR} {-AIR - TITLE} {width:g} {height:g}" role="img" '
        f'aria-labelledby="{escape(figure.key)}-t {escape(figure.key)}-d" font-size="12" font-family="{FONT}">'
        f'<style>{style}</style><rect x="{-AIR}" y="{-AIR - TITLE}" width="{width:g}" height="{height:g}" '
        f'fill="{paper}"/><text x="4" y="{10 - TITLE}" class="strong" font-size="14">{escape(figure.title)}</text>'
        f"{body}</svg>\n"
    )


def light_style() -> tuple[str, str]:
    """Return the style of the figures' marks in light colours, and the colour of the paper.

    Readers of SVG other than browsers know no variables, so that each is replaced by its colour; a mark's own hue
    becomes `currentColor`.
    """
    light, marks = light_colours(), _read("marks.css")
    marks = re.sub(r"/\*.*?\*/\n?", "", marks)
    marks = re.sub(r"\.([\w-]+) \{ --hue: var\(--([\w-]+)\); \}", r".\1 { color: var(--\2); }", marks)
    marks = marks.replace("var(--hue)", "currentColor")
    marks = re.sub(r"^svg .marker.*\n", "", marks, flags=re.MULTILINE)
    return re.sub(r"var\(--([\w-]+)\)", lambda found: light[found[1]], marks), light["paper"]


def light_colours() -> dict[str, str]:
    """Return the light colours by their names, such as `c0`, the first hue of concepts."""
    colours = _read("colours.css")
    return dict(re.findall(r"--([\w-]+): ([^;]+);", colours[: colours.index("@media")]))


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


def pdf_writer() -> Rasteriser:
    """Return what turns SVG into PDF, a page of the figure's size: vectors, and text that can be searched.

    Raises:
        MissingExtra: Typst is not installed.
    """
    try:
        import typst
    except ImportError:
        raise MissingExtra("PDF needs Typst, which is not installed; `pip install 'ganatomy[pdf]'`") from None

    def write(text: str) -> bytes:
        width = re.search(r'viewBox="\S+ \S+ (\S+)', text)
        assert width is not None  # `standalone` gives it
        return bytes(typst.compile(ON_A_PAGE.encode(), sys_inputs={"svg": text, "width": width[1]}))

    return write


def _read(name: str) -> str:
    return (STYLES / name).read_text(encoding="utf-8")
