"""Inline SVG figures: lines with dots, stacked shares, intervals.

Figures are 400 units wide, so that their text stays readable where a phone shows them at 350 pixels, and
carry a title and a description for readers who cannot see them. Colours are CSS classes of the page.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape

from ganatomy.report.scales import Floats, Scale, text_width, tick_text, ticks, value_range

WIDTH, HEIGHT = 400, 226
LEFT, RIGHT, TOP, BOTTOM = 64, 10, 8, 40
LEGEND_ROW = 22
FEW = 20
"""Dots of a cloud that are so few that they are drawn large."""
ROW = 24
NAMES = 96
"""Left margin of an interval figure, for the concepts' names."""
LONGEST_NAME = 14
CIRCLE = '<circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>'
BEYOND = '<path class="beyond" d="M{:.1f} {:.1f}m4 0l-8 -4.5v9z"/></g>'
"""An arrowhead, where a value lies past the end of its axis."""


@dataclass(frozen=True)
class Series:
    """One line, `colour` being a CSS class; a dashed line differs from another in more than its colour."""

    name: str
    x: Floats
    y: Floats
    colour: str
    dashed: bool = False
    faint: bool = False


@dataclass(frozen=True)
class Key:
    """An entry of a legend: a line or, without, a dot."""

    name: str
    colour: str
    line: bool = False
    dashed: bool = False


@dataclass(frozen=True)
class Dots:
    """A cloud of faint points."""

    name: str
    x: Floats
    y: Floats
    colour: str


@dataclass(frozen=True)
class Interval:
    """One row of an interval figure: a value and its bounds, None where unknown."""

    value: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Row:
    """A named row with two intervals: the edit and its control."""

    name: str
    colour: str
    edit: Interval
    control: Interval
    strong: bool = False


def line_figure(
    key: str,
    title: str,
    description: str,
    lines: Sequence[Series],
    dots: Sequence[Dots] = (),
    unit: str = "",
    baseline: float | None = None,
) -> Markup:
    """Return lines over generations, above the dots of `dots`.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        description: its message in words, for readers who cannot see it.
        lines: later ones lie above earlier ones; faint ones are left out of the legend.
        dots: drawn first.
        unit: label of the vertical axis.
        baseline: a value that is always in sight, with a dashed line.
    """
    clouds: list[Series | Dots] = [*lines, *dots]
    x_all = np.concatenate([cloud.x for cloud in clouds]) if clouds else np.zeros(0)
    y_low, y_high = value_range(np.concatenate([cloud.y for cloud in clouds]) if clouds else np.zeros(0))
    if baseline is not None:
        y_low, y_high = min(y_low, baseline), max(y_high, baseline)
    x, y = _frame_scales((float(x_all.min()), float(x_all.max())) if len(x_all) else (0.0, 1.0), (y_low, y_high))
    body = [_axes(x, y, unit, tick_text)]
    if baseline is not None:
        body.append(Markup('<path class="grid unity" d="M{} {:.1f}H{}"/>').format(LEFT, y(baseline), WIDTH - RIGHT))
    body += [_dot_path(cloud, x, y) for cloud in dots]
    body += [_line_path(line, x, y) for line in lines]
    keys = [Key(line.name, line.colour, True, line.dashed) for line in lines if not line.faint]
    keys += [Key(cloud.name, cloud.colour) for cloud in dots]
    return _svg(key, title, description, HEIGHT, keys, Markup("").join(body), x)


def share_figure(
    key: str, title: str, description: str, edges: Floats, shares: Sequence[tuple[str, str, Floats]], unit: str
) -> Markup:
    """Return stacked shares per window.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        edges: (w + 1,) window bounds in generations.
        shares: (name, colour, (w,) shares in [0, 1]) from bottom to top; they sum to 1 or, in a window
            without survivors, to 0.
        unit: label of the vertical axis.
    """
    x, y = _frame_scales((float(edges[0]), float(edges[-1])), (0.0, 1.0))
    floor = np.zeros(len(edges) - 1)
    body = [_axes(x, y, unit, _percent)]
    for _, colour, share in shares:
        ceiling = floor + share
        steps = "".join(
            f"M{x(a):.1f} {y(low):.1f}V{y(high):.1f}H{x(b):.1f}V{y(low):.1f}z"
            for a, b, low, high in zip(edges[:-1], edges[1:], floor, ceiling, strict=True)
            if high > low
        )
        body.append(Markup('<path class="area {}" d="{}"/>').format(colour, steps))
        floor = ceiling
    keys = [Key(name, colour) for name, colour, _ in shares]
    return _svg(key, title, description, HEIGHT, keys, Markup("").join(body), x)


def interval_figure(
    key: str, title: str, description: str, rows: Sequence[Row], names: tuple[str, str], high: float
) -> Markup:
    """Return one row per concept with two intervals on a shared axis from 0 to `high`, in percent.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        rows: from top to bottom.
        names: legend of the edit (filled) and the control (hollow).
        high: end of the axis as a fraction; values beyond it are arrowheads at the edge.
    """
    height = TOP + ROW * len(rows) + BOTTOM
    x = Scale(0.0, high, NAMES, WIDTH - RIGHT - 6)
    floor = height - BOTTOM
    body = [
        Markup('<path class="grid{}" d="M{:.1f} {}V{}"/><text x="{:.1f}" y="{}" class="mid">{}</text>').format(
            " unity" if value == 1.0 else "", x(value), TOP, floor, x(value), floor + 16, _percent(value)
        )
        for value in ticks(0.0, high, 4)
    ]
    body += [_interval_row(row, x, TOP + ROW * (index + 0.5)) for index, row in enumerate(rows)]
    label = '<text x="{:.1f}" y="{}" class="mid label">area kept</text>'
    body.append(Markup(label).format((NAMES + WIDTH - RIGHT) / 2, height - 6))
    keys = [Key(names[0], "dot-edit"), Key(names[1], "dot-control")]
    return _svg(key, title, description, height, keys, Markup("").join(body))


def _percent(fraction: float) -> str:
    return f"{tick_text(100 * fraction)} %"


def _frame_scales(x: tuple[float, float], y: tuple[float, float]) -> tuple[Scale, Scale]:
    air = 0.0 if x[1] > x[0] else 0.5
    return Scale(x[0] - air, x[1] + air, LEFT, WIDTH - RIGHT), Scale(y[0], y[1], HEIGHT - BOTTOM, TOP)


def _axes(x: Scale, y: Scale, unit: str, text: Callable[[float], str]) -> Markup:
    floor = HEIGHT - BOTTOM
    parts = [
        Markup('<path class="grid" d="M{} {:.1f}H{}"/><text x="{}" y="{:.1f}" class="end">{}</text>').format(
            LEFT, y(value), WIDTH - RIGHT, LEFT - 6, y(value) + 4, text(value)
        )
        for value in ticks(y.low, y.high)
    ]
    parts += [
        Markup('<path class="axis" d="M{:.1f} {}v4"/><text x="{:.1f}" y="{}" class="mid">{}</text>').format(
            x(value), floor, x(value), floor + 16, tick_text(value)
        )
        for value in ticks(x.low, x.high, 7, least=1.0)
    ]
    parts.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(LEFT, floor, WIDTH - RIGHT))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(Markup('<text x="{}" y="{}" class="mid label">generation</text>').format(middle, HEIGHT - 6))
    turned = '<text class="mid label" transform="translate(10 {}) rotate(-90)">{}</text>'
    parts.append(Markup(turned).format((TOP + floor) / 2, unit))
    return Markup("").join(parts)


def _line_path(line: Series, x: Scale, y: Scale) -> Markup:
    """Return a line that is interrupted where values are missing; a value alone becomes a dot."""
    finite = np.isfinite(line.y)
    joined = finite & np.concatenate([[False], finite[:-1]])
    alone = finite & ~joined & ~np.concatenate([joined[1:], [False]])
    points = [
        f"{'L' if joined[i] else 'M'}{x(line.x[i]):.1f} {y(line.y[i]):.1f}{'h0' if alone[i] else ''}"
        for i in np.flatnonzero(finite)
    ]
    style = " dashed" * line.dashed + " faint" * line.faint + " lone" * bool((alone == finite).all())
    path = '<path class="line {}{}" d="{}"/>'
    return Markup(path).format(line.colour, style, "".join(points)) if points else Markup("")


def _dot_path(cloud: Dots, x: Scale, y: Scale) -> Markup:
    finite = np.isfinite(cloud.y)
    points = "".join(f"M{x(a):.1f} {y(b):.1f}h0" for a, b in zip(cloud.x[finite], cloud.y[finite], strict=True))
    few = " few" if len(cloud.x) <= FEW else ""
    return Markup('<path class="dots {}{}" d="{}"/>').format(cloud.colour, few, points)


def _interval_row(row: Row, x: Scale, middle: float) -> Markup:
    name = row.name if len(row.name) <= LONGEST_NAME else f"{row.name[: LONGEST_NAME - 1]}…"
    label = Markup('<text x="{}" y="{:.1f}" class="end{}">{}</text>').format(
        NAMES - 8, middle + 4, " strong" if row.strong else "", name
    )
    control = _interval(row.control, x, middle + 4.5, "control")
    return label + control + _interval(row.edit, x, middle - 3.5, f"edit {row.colour}")


def _interval(interval: Interval, x: Scale, y: float, style: str) -> Markup:
    if interval.value is None:
        return Markup("")
    parts = [Markup('<g class="{}">').format(style)]
    if interval.low is not None and interval.high is not None:
        parts.append(Markup('<path d="M{:.1f} {:.1f}H{:.1f}"/>').format(x(interval.low), y, x(interval.high)))
    parts.append(Markup(BEYOND if interval.value > x.high else CIRCLE).format(x(interval.value), y))
    return Markup("").join(parts)


def _legend(keys: Sequence[Key]) -> tuple[Markup, float]:
    """Return the legend, wrapped into as many rows as it needs, and its height."""
    parts, left, top = [], 4.0, 0.0
    for key in keys:
        indent = 23.0 if key.line else 14.0
        width = indent + text_width(key.name)
        if left > 4.0 and left + width > WIDTH:
            left, top = 4.0, top + LEGEND_ROW
        if key.line:
            mark = Markup('<path class="line {}{}" d="M{:.1f} {}h18"/>')
            parts.append(mark.format(key.colour, " dashed" * key.dashed, left, top + 12))
        else:
            parts.append(
                Markup('<circle class="key {}" cx="{:.1f}" cy="{}" r="4.5"/>').format(key.colour, left + 5, top + 12)
            )
        parts.append(Markup('<text x="{:.1f}" y="{}">{}</text>').format(left + indent, top + 16, key.name))
        left += width + 13
    return Markup("").join(parts), top + LEGEND_ROW


def _svg(
    key: str, title: str, description: str, height: float, keys: Sequence[Key], body: Markup, x: Scale | None = None
) -> Markup:
    """Return the legend above the body; with `x`, the page's script can move a marker along it."""
    legend, above = _legend(keys)
    span, marker = Markup(""), Markup("")
    if x:
        span = Markup(' data-low="{}" data-high="{}" data-start="{}" data-end="{}"').format(
            x.low, x.high, x.start, x.end
        )
        marker = Markup('<path class="marker" d="M0 {}V{}"/>').format(TOP, height - BOTTOM)
    return Markup(
        '<svg class="figure" viewBox="0 0 {w} {h:g}" role="img" aria-labelledby="{k}-t {k}-d"{span}>'
        '<title id="{k}-t">{t}</title><desc id="{k}-d">{d}</desc>'
        '{legend}<g transform="translate(0 {above:g})">{body}{marker}</g></svg>'
    ).format(
        w=WIDTH, h=height + above, k=escape(key), span=span, t=title, d=description, legend=legend, above=above,
        body=body, marker=marker,
    )  # fmt: skip
