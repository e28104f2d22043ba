"""What figures are made of, each a piece of SVG: text, lines, bars, dots, bands, whiskers, intervals.

Places are SVG units, x to the right and y downwards. A style is one or more CSS classes of `marks.css`; colours are
classes too (`palette.py`), so that a figure follows the page's light and dark.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw.scales import Floats, Scale

ARROW = "m4 0l-8 -4.5v9z"
"""A filled head, in place of a dot that lies past the end of its axis."""
CAP = 3.0
"""Half the height of a whisker's ends."""


@dataclass(frozen=True)
class Bounded:
    """A value and the bounds of its interval, None where unknown."""

    value: float | None
    low: float | None = None
    high: float | None = None

    @property
    def has_bounds(self) -> bool:
        """Whether both ends of the interval are known."""
        return self.low is not None and self.high is not None


def short(place: float) -> str:
    """Return a place to a tenth of a unit.

    >>> short(12.0), short(3.14159), short(-0.01)
    ('12', '3.1', '0')
    """
    text = f"{place:.1f}".removesuffix(".0")
    return "0" if text == "-0" else text


def text(x: float, y: float, words: object, style: str = "") -> Markup:
    """Return text whose line stands on y."""
    return Markup('<text{} x="{}" y="{}">{}</text>').format(_styled(style), short(x), short(y), words)


def turned(x: float, y: float, words: object, style: str, degrees: float) -> Markup:
    """Return text that is turned around its place, clockwise."""
    mark = '<text{} transform="translate({} {}) rotate({:g})">{}</text>'
    return Markup(mark).format(_styled(style), short(x), short(y), degrees, words)


def path(style: str, steps: str) -> Markup:
    """Return a path of SVG's own commands."""
    return Markup('<path{} d="{}"/>').format(_styled(style), steps)


def across(style: str, y: float, start: float, end: float) -> Markup:
    """Return a horizontal line."""
    return path(style, f"M{short(start)} {short(y)}H{short(end)}")


def upright(style: str, x: float, top: float, floor: float) -> Markup:
    """Return a vertical line."""
    return path(style, f"M{short(x)} {short(top)}V{short(floor)}")


def block(start: float, end: float, top: float, floor: float) -> str:
    """Return the steps of a rectangle, for a path of one or more."""
    return f"M{short(start)} {short(floor)}V{short(top)}H{short(end)}V{short(floor)}z"


def shade(style: str, steps: str, opacity: float) -> Markup:
    """Return a path that is filled to a degree in [0, 1]."""
    return Markup('<path{} opacity="{:g}" d="{}"/>').format(_styled(f"area {style}"), opacity, steps)


def bar(style: str, start: float, end: float, top: float, floor: float) -> Markup:
    """Return a rectangle."""
    return path(style, block(start, max(start, end), top, floor))


def said(words: str, parts: Iterable[Markup], hit: str = "") -> Markup:
    """Return marks as a group that a page tells of, in words, where the pointer or the keyboard rests on it.

    Args:
        words: the value, with its name.
        parts: what is drawn.
        hit: steps of the place around them that counts as theirs; none given takes the marks alone.
    """
    around = path("hit", hit) if hit else Markup("")
    return Markup('<g data-said="{}">{}{}</g>').format(words, around, Markup("").join(parts))


def dot(style: str, x: float, y: float, radius: float = 4.0) -> Markup:
    """Return a circle."""
    return Markup('<circle{} cx="{}" cy="{}" r="{:g}"/>').format(_styled(style), short(x), short(y), radius)


def line(style: str, x: Floats, y: Floats, across: Scale, up: Scale, name: str = "") -> Markup:
    """Return a line that is interrupted where values are missing; a value alone becomes a dot.

    Args:
        style: its colour.
        x: values from left to right.
        y: one for each.
        across: the horizontal scale.
        up: the vertical one.
        name: by which a page tells its values; none given leaves them untold.
    """
    finite = np.isfinite(y)
    joined = finite & np.concatenate([[False], finite[:-1]])
    alone = finite & ~joined & ~np.concatenate([joined[1:], [False]])
    points = [
        f"{'L' if joined[i] else 'M'}{short(across(x[i]))} {short(up(y[i]))}{'h0' if alone[i] else ''}"
        for i in np.flatnonzero(finite)
    ]
    lone = " lone" * bool((alone == finite).all())
    if not points:
        return Markup("")
    told = Markup(' data-name="{}"').format(name) if name else Markup("")
    return Markup('<path{} d="{}"{}/>').format(_styled(f"line {style}{lone}"), "".join(points), told)


def band(style: str, x: Floats, low: Floats, high: Floats, across: Scale, up: Scale) -> Markup:
    """Return the area between two lines, without a point where either is missing; nothing of a single point."""
    there = np.isfinite(low) & np.isfinite(high)
    if there.sum() < 2:
        return Markup("")
    x, low, high = x[there], low[there], high[there]
    around = [*zip(x, high, strict=True), *zip(x[::-1], low[::-1], strict=True)]
    return path(f"area band {style}", f"M{' '.join(f'{short(across(a))} {short(up(b))}' for a, b in around)}z")


def dots(style: str, x: Floats, y: Floats, across: Scale, up: Scale) -> Markup:
    """Return a cloud of small dots, one path."""
    finite = np.isfinite(y)
    points = "".join(f"M{short(across(a))} {short(up(b))}h0" for a, b in zip(x[finite], y[finite], strict=True))
    return path(f"dots {style}", points)


def stack(parts: Sequence[tuple[str, float]], x: Scale, top: float, floor: float) -> Iterable[Markup]:
    """Yield a horizontal bar of pieces of (style, value), one behind the other."""
    start = 0.0
    for style, value in parts:
        if value:
            yield bar(style, x(start), x(start + value), top, floor)
            start += value


def whisker(found: Bounded, x: Scale, middle: float) -> Markup:
    """Return the interval across a bar's end, set off from the bar; nothing where it is not known."""
    if found.low is None or found.high is None:
        return Markup("")
    low, high, ends = short(x(found.low)), short(x(found.high)), f"{short(middle - CAP)}v{2 * CAP:g}"
    steps = f"M{low} {short(middle)}H{high}M{low} {ends}M{high} {ends}"
    return path("whisker under", steps) + path("whisker", steps)


def interval(style: str, found: Bounded, x: Scale, y: float) -> Markup:
    """Return a value as a dot on its interval; what lies past the end of the axis is an arrowhead at its edge.

    Args:
        style: `filled` with a colour, or `hollow`.
        found: nothing is drawn where its value is not known.
        x: the horizontal scale.
        y: where it lies.
    """
    if found.value is None or not math.isfinite(found.value):
        return Markup("")
    is_inside = found.value <= x.high
    parts = [Markup('<g class="{}">').format(style)]
    if found.low is not None and found.high is not None and math.isfinite(found.low + found.high):
        parts.append(across("", y, x(found.low), x(found.high)))
        parts += [_tip(x(found.low), y, -1)] if found.low < x.low else []
        parts += [_tip(x(found.high), y, 1)] if found.high > x.high and is_inside else []
    parts.append(dot("", x(found.value), y) if is_inside else path("beyond", f"M{short(x(x.high))} {short(y)}{ARROW}"))
    return Markup("").join([*parts, Markup("</g>")])


def _styled(style: str) -> Markup:
    return Markup(' class="{}"').format(style) if style else Markup("")


def _tip(x: float, y: float, side: int) -> Markup:
    """Return an open arrowhead at the end of an interval that goes on to the left (-1) or right (1)."""
    return path("tip", f"M{short(x - 5 * side)} {short(y - 4)}l{5 * side} 4l{-5 * side} 4")
