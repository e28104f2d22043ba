"""The one canvas of all figures: a legend above what is drawn, a title and a description for who cannot see it.

Figures of a page are 400 units wide, so that their text stays readable where a phone shows them at 350 pixels;
figures that compare are as wide as they need. Colours are CSS classes of the page.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import Axis, Frame
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import text_width

WIDTH, HEIGHT = 400, 226
LEFT, RIGHT, TOP, BOTTOM = 64, 10, 8, 40
"""Margins of a plot, for its ticks and labels."""
NAMES = 96
"""Left margin of rows, for their names."""
LONGEST_NAME = 14
"""Letters of a name that fit there."""
LEGEND_ROW, LEAD = 22, 18
"""Heights of a row of the legend, and of the line above it."""


@dataclass(frozen=True)
class Figure:
    """A figure with its title and caption; `key` is unique in the page and names its file."""

    key: str
    title: str
    caption: str
    svg: Markup
    width: float
    height: float


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a line or, without, a dot."""

    name: str
    colour: str
    line: bool = False
    dashed: bool = False


def plot(x: tuple[float, float], y: tuple[float, float]) -> Frame:
    """Return the place of a figure's only plot, for values from low to high."""
    air = 0.0 if x[1] > x[0] else 0.5
    return Frame(Scale(x[0] - air, x[1] + air, LEFT, WIDTH - RIGHT), Scale(y[0], y[1], HEIGHT - BOTTOM, TOP))


def figure(
    key: str,
    title: str,
    caption: str,
    body: Iterable[Markup],
    *,
    description: str = "",
    lead: str = "",
    keys: Sequence[Key] = (),
    width: float = WIDTH,
    height: float = HEIGHT,
    moments: tuple[Frame, Axis] | None = None,
) -> Figure:
    """Return a figure: the legend above the body.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        caption: how to read it; empty where the title says it all.
        body: what is drawn.
        description: its message in words, for readers who cannot see it; the caption where it is empty.
        lead: a line above the legend, of figures that are not on a page with their caption.
        keys: the legend.
        width: of the body.
        height: of the body.
        moments: the plot, whose lines the page's script can tell the values of, and its axis, along which it can move
            a marker where that has moments; None leaves both out.
    """
    legend, above = _legend(keys, width, LEAD if lead else 0.0)
    said = marks.text(4, 6, lead) if lead else Markup("")
    span, marker = Markup(""), Markup("")
    if moments:
        span = _scales(moments[0])
    if moments and moments[1].moment:
        frame, axis = moments
        span += _span(frame.x, axis)
        marker = Markup('<path class="marker" d="M0 {:g}V{:g}"/>').format(frame.y.end, frame.y.start)
    svg = Markup(
        '<svg class="figure" viewBox="0 0 {w:g} {h:g}" role="img" aria-labelledby="{k}-t {k}-d"{span}>'
        '<title id="{k}-t">{t}</title><desc id="{k}-d">{d}</desc>'
        '{said}{legend}<g transform="translate(0 {above:g})">{body}{marker}</g></svg>'
    ).format(
        w=width, h=height + above, k=key, span=span, t=title, d=description or caption, said=said, legend=legend,
        above=above, body=Markup("").join(body), marker=marker,
    )  # fmt: skip
    return Figure(key, title, caption, svg, width, height + above)


def _scales(frame: Frame) -> Markup:
    """Return what the page's script needs to tell the values of a plot's lines."""
    ends = (f"{x.low:.6g} {x.high:.6g} {x.start:g} {x.end:g} {x.by}" for x in (frame.x, frame.y))
    return Markup(' data-x="{}" data-y="{}"').format(*ends)


def _span(x: Scale, axis: Axis) -> Markup:
    """Return what the page's script needs to move the marker."""
    data = ' data-moment="{}" data-low="{}" data-high="{}" data-start="{}" data-end="{}"'
    return Markup(data).format(axis.moment, x.low * axis.per_unit, x.high * axis.per_unit, x.start, x.end)


def _legend(keys: Sequence[Key], width: float, top: float) -> tuple[Markup, float]:
    """Return the legend from `top` on, wrapped into as many rows as it needs, and where it ends."""
    parts, left = [], 4.0
    for key in keys:
        indent = 23.0 if key.line else 14.0
        needed = indent + text_width(key.name)
        if left > 4.0 and left + needed > width:
            left, top = 4.0, top + LEGEND_ROW
        if key.line:
            style = f"line {key.colour}{' dashed' * key.dashed}"
            parts.append(marks.path(style, f"M{marks.short(left)} {top + 12:g}h18"))
        else:
            parts.append(marks.dot(f"key {key.colour}", left + 5, top + 12, 4.5))
        parts.append(marks.text(left + indent, top + 16, key.name))
        left += needed + 13
    return Markup("").join(parts), top + LEGEND_ROW if keys else top
