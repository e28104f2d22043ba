"""Inline SVG figures: lines with dots, stacked shares, intervals.

Figures are 400 units wide, so that their text stays readable where a phone shows them at 350 pixels, and
carry a title and a description for readers who cannot see them. Colours are CSS classes of the page.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WIDTH, HEIGHT = 400, 248
LEFT, RIGHT, TOP, BOTTOM = 48, 10, 30, 40


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


@dataclass(frozen=True)
class Scale:
    """A linear map from data [low, high] to SVG units [start, end], values outside held at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the SVG coordinate of `value`."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


def ticks(low: float, high: float, count: int = 5) -> list[float]:
    """Return about `count` round values in [low, high]: steps of 1, 2 or 5 times a power of ten.

    >>> ticks(0, 10)
    [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]
    """
    rough = (high - low) / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, last + 1)]


def tick_text(value: float) -> str:
    """Return a short number: thousands as k, millions as M.

    >>> [tick_text(value) for value in (0.0, -0.25, 1500.0, 2e6)]
    ['0', '\N{MINUS SIGN}0.25', '1.5k', '2M']
    """
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{unit}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def text_width(text: str) -> float:
    """Return about how wide `text` is at the figures' 12 units, in a wide sans serif."""
    return sum(3.6 if letter in "ijlftr1 .,'" else 11.0 if letter in "mwMW%" else 7.3 for letter in text)


def value_range(values: Floats, trim: float = 0.01) -> tuple[float, float]:
    """Return the range of the finite values without the `trim` share at each end, never empty, with 4 % of air.

    A single early outlier would otherwise flatten the whole curve; what lies outside is drawn at the edge.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    low, high = np.quantile(finite, [trim, 1 - trim])
    air = 0.04 * (high - low) or abs(high) * 0.1 or 0.5
    return float(low - air), float(high + air)


def line_figure(
    key: str, title: str, description: str, lines: Sequence[Series], dots: Sequence[Dots] = (), unit: str = ""
) -> Markup:
    """Return lines over generations, above the dots of `dots`.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        description: its message in words, for readers who cannot see it.
        lines: later ones lie above earlier ones; faint ones are left out of the legend.
        dots: drawn first.
        unit: label of the vertical axis.
    """
    clouds: list[Series | Dots] = [*lines, *dots]
    x_all = np.concatenate([cloud.x for cloud in clouds]) if clouds else np.zeros(0)
    y_low, y_high = value_range(np.concatenate([cloud.y for cloud in clouds]) if clouds else np.zeros(0))
    x, y = _frame_scales((float(x_all.min()), float(x_all.max())) if len(x_all) else (0.0, 1.0), (y_low, y_high))
    body = [_axes(x, y, unit)]
    body += [_dot_path(cloud, x, y) for cloud in dots]
    body += [_line_path(line, x, y) for line in lines]
    names = [(line.name, line.colour, line.dashed) for line in lines if not line.faint]
    body.append(_legend(names, [(cloud.name, cloud.colour) for cloud in dots]))
    return _svg(key, title, description, HEIGHT, Markup("").join(body), x)


def share_figure(
    key: str, title: str, description: str, edges: Floats, shares: Sequence[tuple[str, str, Floats]]
) -> Markup:
    """Return stacked shares per window.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        edges: (w + 1,) window bounds in generations.
        shares: (name, colour, (w,) shares in [0, 1]) from bottom to top; they sum to 1 or, in a window
            without survivors, to 0.
    """
    x, y = _frame_scales((float(edges[0]), float(edges[-1])), (0.0, 1.0))
    floor = np.zeros(len(edges) - 1)
    body = [_axes(x, y, "share")]
    for _, colour, share in shares:
        ceiling = floor + share
        steps = "".join(
            f"M{x(a):.1f} {y(low):.1f}V{y(high):.1f}H{x(b):.1f}V{y(low):.1f}z"
            for a, b, low, high in zip(edges[:-1], edges[1:], floor, ceiling, strict=True)
            if high > low
        )
        body.append(Markup('<path class="area {}" d="{}"/>').format(colour, steps))
        floor = ceiling
    body.append(_legend([], [(name, colour) for name, colour, _ in shares]))
    return _svg(key, title, description, HEIGHT, Markup("").join(body), x)


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
        high: end of the axis as a fraction; values beyond it are drawn at the edge.
    """
    row_height, left = 24, 96
    height = TOP + row_height * len(rows) + BOTTOM
    x = Scale(0.0, high, left, WIDTH - RIGHT - 6)
    floor = height - BOTTOM
    body = [
        Markup('<path class="grid{}" d="M{:.1f} {}V{}"/><text x="{:.1f}" y="{}" class="mid">{} %</text>').format(
            " unity" if value == 1.0 else "", x(value), TOP, floor, x(value), floor + 16, tick_text(100 * value)
        )
        for value in ticks(0.0, high, 4)
    ]
    for index, row in enumerate(rows):
        middle = TOP + row_height * (index + 0.5)
        weight = " strong" if row.strong else ""
        body.append(
            Markup('<text x="{}" y="{:.1f}" class="end{}">{}</text>').format(
                left - 8, middle + 4, weight, row.name if len(row.name) <= 14 else row.name[:13] + "…"
            )
        )
        body.append(_interval(row.control, x, middle + 4.5, "control"))
        body.append(_interval(row.edit, x, middle - 3.5, f"edit {row.colour}"))
    body.append(_legend([], [(names[0], "dot-edit"), (names[1], "dot-control")]))
    body.append(
        Markup('<text x="{:.1f}" y="{}" class="mid label">area kept</text>').format(
            (left + WIDTH - RIGHT) / 2, height - 6
        )
    )
    return _svg(key, title, description, height, Markup("").join(body), None)


def _frame_scales(x: tuple[float, float], y: tuple[float, float]) -> tuple[Scale, Scale]:
    x_high = x[1] if x[1] > x[0] else x[0] + 1.0
    return Scale(x[0], x_high, LEFT, WIDTH - RIGHT), Scale(y[0], y[1], HEIGHT - BOTTOM, TOP)


def _axes(x: Scale, y: Scale, unit: str) -> Markup:
    floor = HEIGHT - BOTTOM
    parts = [
        Markup('<path class="grid" d="M{} {:.1f}H{}"/><text x="{}" y="{:.1f}" class="end">{}</text>').format(
            LEFT, y(value), WIDTH - RIGHT, LEFT - 6, y(value) + 4, tick_text(value)
        )
        for value in ticks(y.low, y.high)
    ]
    parts += [
        Markup('<path class="axis" d="M{:.1f} {}v4"/><text x="{:.1f}" y="{}" class="mid">{}</text>').format(
            x(value), floor, x(value), floor + 16, tick_text(value)
        )
        for value in ticks(x.low, x.high)
    ]
    parts.append(Markup('<path class="axis" d="M{} {}H{}"/>').format(LEFT, floor, WIDTH - RIGHT))
    parts.append(
        Markup('<text x="{}" y="{}" class="mid label">generation</text>').format((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 6)
    )
    middle = (TOP + floor) / 2
    parts.append(
        Markup('<text class="mid label" transform="translate(10 {}) rotate(-90)">{}</text>').format(middle, unit)
    )
    return Markup("").join(parts)


def _line_path(line: Series, x: Scale, y: Scale) -> Markup:
    finite = np.isfinite(line.y)
    points = "L".join(f"{x(a):.1f} {y(b):.1f}" for a, b in zip(line.x[finite], line.y[finite], strict=True))
    style = "".join([" dashed" * line.dashed, " faint" * line.faint])
    return Markup('<path class="line {}{}" d="M{}"/>').format(line.colour, style, points) if points else Markup("")


def _dot_path(cloud: Dots, x: Scale, y: Scale) -> Markup:
    finite = np.isfinite(cloud.y)
    points = "".join(f"M{x(a):.1f} {y(b):.1f}h0" for a, b in zip(cloud.x[finite], cloud.y[finite], strict=True))
    return Markup('<path class="dots {}" d="{}"/>').format(cloud.colour, points)


def _interval(interval: Interval, x: Scale, y: float, style: str) -> Markup:
    if interval.value is None:
        return Markup("")
    parts = [Markup('<g class="{}">').format(style)]
    if interval.low is not None and interval.high is not None:
        parts.append(Markup('<path d="M{:.1f} {:.1f}H{:.1f}"/>').format(x(interval.low), y, x(interval.high)))
    parts.append(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>').format(x(interval.value), y))
    return Markup("").join(parts)


def _legend(lines: Sequence[tuple[str, str, bool]], dots: Sequence[tuple[str, str]]) -> Markup:
    parts, at = [], 4.0
    for name, colour, dashed in lines:
        parts.append(
            Markup('<path class="line {}{}" d="M{:.1f} 12h18"/><text x="{:.1f}" y="16">{}</text>').format(
                colour, " dashed" if dashed else "", at, at + 23, name
            )
        )
        at += 36 + text_width(name)
    for name, colour in dots:
        parts.append(
            Markup('<circle class="key {}" cx="{:.1f}" cy="12" r="4.5"/><text x="{:.1f}" y="16">{}</text>').format(
                colour, at + 5, at + 14, name
            )
        )
        at += 26 + text_width(name)
    return Markup("").join(parts)


def _svg(key: str, title: str, description: str, height: float, body: Markup, x: Scale | None) -> Markup:
    span = (
        Markup(' data-low="{}" data-high="{}" data-start="{}" data-end="{}"').format(x.low, x.high, x.start, x.end)
        if x
        else Markup("")
    )
    marker = Markup('<path class="marker" d="M0 {}V{}"/>').format(TOP, height - BOTTOM) if x else Markup("")
    return Markup(
        '<svg class="figure" viewBox="0 0 {w} {h}" role="img" aria-labelledby="{k}-t {k}-d"{span}>'
        '<title id="{k}-t">{t}</title><desc id="{k}-d">{d}</desc>{body}{marker}</svg>'
    ).format(w=WIDTH, h=height, k=escape(key), span=span, t=title, d=description, body=body, marker=marker)
