"""Figures over time: lines with dots and a marked value, stacked shares."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw.canvas import (
    GENERATION,
    HEIGHT,
    LEFT,
    RIGHT,
    TOP,
    WIDTH,
    Axis,
    Key,
    axes,
    percent_text,
    scales,
    svg,
)
from ganatomy.draw.scales import Floats, Scale, text_width, value_range
from ganatomy.draw.series import smooth, thin

FEW = 20
"""Dots of a cloud that are so few that they are drawn large."""


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
class Mark:
    """A ringed value, written beside its ring."""

    x: float
    y: float
    text: str


def line_figure(
    key: str,
    title: str,
    description: str,
    lines: Sequence[Series],
    dots: Sequence[Dots] = (),
    unit: str = "",
    baseline: float | None = None,
    axis: Axis = GENERATION,
    mark: Mark | None = None,
    y_range: tuple[float, float] | None = None,
) -> Markup:
    """Return lines over generations or another axis, above the dots of `dots`.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        description: its message in words, for readers who cannot see it.
        lines: later ones lie above earlier ones; faint ones are left out of the legend.
        dots: drawn first.
        unit: label of the vertical axis.
        baseline: a value that is always in sight, with a dashed line.
        axis: what x counts.
        mark: a value to ring.
        y_range: bounds of the vertical axis; None takes those of the values, without outliers.
    """
    clouds: list[Series | Dots] = [*lines, *dots]
    x_all = np.concatenate([cloud.x for cloud in clouds]) if clouds else np.zeros(0)
    y_low, y_high = y_range or value_range(np.concatenate([cloud.y for cloud in clouds]) if clouds else np.zeros(0))
    if baseline is not None:
        y_low, y_high = min(y_low, baseline), max(y_high, baseline)
    x, y = scales((float(x_all.min()), float(x_all.max())) if len(x_all) else (0.0, 1.0), (y_low, y_high))
    body = [axes(x, y, axis, unit)]
    if baseline is not None:
        body.append(Markup('<path class="grid unity" d="M{} {:.1f}H{}"/>').format(LEFT, y(baseline), WIDTH - RIGHT))
    body += [_dot_path(cloud, x, y) for cloud in dots]
    body += [_line_path(line, x, y) for line in lines]
    if mark:
        body.append(_mark(mark, x, y))
    keys = [Key(line.name, line.colour, True, line.dashed) for line in lines if not line.faint]
    keys += [Key(cloud.name, cloud.colour) for cloud in dots]
    return svg(key, title, description, HEIGHT, keys, Markup("").join(body), x, axis)


def averaged(name: str, x: Floats, y: Floats, colour: str, window: int, dashed: bool = False) -> list[Series]:
    """Return the running mean over `window` values as a line, above the values themselves as a faint one."""
    if window == 1:
        return [Series(name, *thin(x, y), colour, dashed)]
    return [Series(name, *thin(x, y), colour, faint=True), Series(name, *thin(x, smooth(y, window)), colour, dashed)]


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
    x, y = scales((float(edges[0]), float(edges[-1])), (0.0, 1.0))
    floor = np.zeros(len(edges) - 1)
    body = [axes(x, y, GENERATION, unit, percent_text)]
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
    return svg(key, title, description, HEIGHT, keys, Markup("").join(body), x)


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


def _mark(mark: Mark, x: Scale, y: Scale) -> Markup:
    """Return the ring and its text, which stays inside the frame."""
    half = text_width(mark.text) / 2
    middle = min(max(x(mark.x), LEFT + half), WIDTH - RIGHT - half)
    above = y(mark.y) - TOP > 26
    return Markup(
        '<circle class="ring" cx="{:.1f}" cy="{:.1f}" r="5.5"/>'
        '<text x="{:.1f}" y="{:.1f}" class="mid strong halo">{}</text>'
    ).format(x(mark.x), y(mark.y), middle, y(mark.y) + (-11 if above else 20), mark.text)
