"""Figures over time: lines with bands, dots and a marked value; stacked shares."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import GENERATION, Axis, Frame, axes
from ganatomy.draw.canvas import Figure, Key, figure, plot
from ganatomy.draw.scales import Floats, value_range
from ganatomy.draw.series import smooth, thin
from ganatomy.draw.text import percent_text, text_width

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
    low: Floats | None = None
    """With `high` the bounds of a band around it."""
    high: Floats | None = None


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
    caption: str,
    lines: Sequence[Series],
    dots: Sequence[Dots] = (),
    unit: str = "",
    *,
    description: str = "",
    baseline: float | None = None,
    axis: Axis = GENERATION,
    mark: Mark | None = None,
    y_range: tuple[float, float] | None = None,
) -> Figure:
    """Return lines over generations or another axis, above the dots of `dots`.

    Args:
        key: unique in the page; names the title and description.
        title: what the figure shows.
        caption: how to read it.
        lines: later ones lie above earlier ones; faint ones are left out of the legend.
        dots: drawn first.
        unit: label of the vertical axis.
        description: its message in words, for readers who cannot see it; the caption where it is empty.
        baseline: a value that is always in sight, with a dashed line.
        axis: what x counts.
        mark: a value to ring.
        y_range: bounds of the vertical axis; None takes those of the values, without outliers.
    """
    clouds: list[Series | Dots] = [*lines, *dots]
    x = np.concatenate([cloud.x for cloud in clouds]) if clouds else np.zeros(0)
    low, high = y_range or value_range(np.concatenate([cloud.y for cloud in clouds]) if clouds else np.zeros(0))
    if baseline is not None:
        low, high = min(low, baseline), max(high, baseline)
    frame = plot((float(x.min()), float(x.max())) if len(x) else (0.0, 1.0), (low, high))
    body = axes(frame, axis, unit)
    if baseline is not None:
        body.append(marks.across("grid unity", frame.y(baseline), frame.x.start, frame.x.end))
    body += [_cloud(cloud, frame) for cloud in dots]
    body += curves(lines, frame)
    body += _marked(mark, frame) if mark else []
    keys = [Key(line.name, line.colour, True, line.dashed) for line in lines if not line.faint]
    keys += [Key(cloud.name, cloud.colour) for cloud in dots]
    return figure(key, title, caption, body, description=description, keys=keys, moments=(frame, axis))


def curves(lines: Sequence[Series], frame: Frame) -> Iterator[Markup]:
    """Yield the bands of all lines, then the lines, the last one on top."""
    for line in lines:
        if line.low is not None and line.high is not None:
            yield marks.band(line.colour, line.x, line.low, line.high, frame.x, frame.y)
    for line in lines:
        style = f"{line.colour}{' dashed' * line.dashed}{' faint' * line.faint}"
        yield marks.line(style, line.x, line.y, frame.x, frame.y, "" if line.faint else line.name)


def averaged(name: str, x: Floats, y: Floats, colour: str, window: int, dashed: bool = False) -> list[Series]:
    """Return the running mean over `window` values as a line, above the values themselves as a faint one."""
    if window == 1:
        return [Series(name, *thin(x, y), colour, dashed)]
    return [Series(name, *thin(x, y), colour, faint=True), Series(name, *thin(x, smooth(y, window)), colour, dashed)]


def share_figure(
    key: str, title: str, caption: str, edges: Floats, shares: Sequence[tuple[str, str, Floats]], unit: str
) -> Figure:
    """Return stacked shares per window.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        edges: (w + 1,) window bounds in generations.
        shares: (name, colour, (w,) shares in [0, 1]) from bottom to top; they sum to 1 or, in a window
            without survivors, to 0.
        unit: label of the vertical axis.
    """
    frame = plot((float(edges[0]), float(edges[-1])), (0.0, 1.0))
    x, y = frame.x, frame.y
    floor = np.zeros(len(edges) - 1)
    body = axes(frame, GENERATION, unit, percent_text)
    for _, colour, share in shares:
        ceiling = floor + share
        steps = "".join(
            marks.block(x(a), x(b), y(high), y(low))
            for a, b, low, high in zip(edges[:-1], edges[1:], floor, ceiling, strict=True)
            if high > low
        )
        body.append(marks.path(f"area {colour}", steps))
        floor = ceiling
    keys = [Key(name, colour) for name, colour, _ in shares]
    return figure(key, title, caption, body, keys=keys, moments=(frame, GENERATION))


def _cloud(cloud: Dots, frame: Frame) -> Markup:
    few = " few" if len(cloud.x) <= FEW else ""
    return marks.dots(f"{cloud.colour}{few}", cloud.x, cloud.y, frame.x, frame.y)


def _marked(mark: Mark, frame: Frame) -> list[Markup]:
    """Return the ring and its text, which stays inside the frame."""
    x, y, half = frame.x(mark.x), frame.y(mark.y), text_width(mark.text) / 2
    middle = min(max(x, frame.x.start + half), frame.x.end - half)
    is_above = y - frame.y.end > 26
    return [
        marks.dot("ring", x, y, 5.5),
        marks.text(middle, y + (-11 if is_above else 20), mark.text, "mid strong halo"),
    ]
