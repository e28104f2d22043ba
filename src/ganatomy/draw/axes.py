"""Axes: grid lines, ticks and labels around the place where values are drawn."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import text_width, tick_text

Write = Callable[[float], str]


@dataclass(frozen=True)
class Axis:
    """What a horizontal axis counts."""

    label: str
    moment: str = ""
    """The time of a sample grid that it shows, `generation` or `seconds`: the page's script moves a marker along it."""
    per_unit: float = 1.0
    """How many of that make one on the axis, 60 where seconds are shown as minutes."""
    least: float = 0.0
    """The smallest step between ticks."""


GENERATION = Axis("generation", "generation", least=1.0)


@dataclass(frozen=True)
class Frame:
    """The place of a plot: its horizontal scale from left to right, its vertical one from the floor up."""

    x: Scale
    y: Scale

    @property
    def floor(self) -> float:
        """Where the horizontal axis lies."""
        return self.y.start


def axes(frame: Frame, axis: Axis, unit: str, write: Write = tick_text) -> list[Markup]:
    """Return grid lines, ticks and labels of a plot.

    Args:
        frame: where it is.
        axis: what the horizontal axis counts.
        unit: label of the vertical axis.
        write: how its values are written.
    """
    x, y = frame.x, frame.y
    return [
        *levels(y, x.start, x.end, write=write),
        *along(frame, axis),
        marks.turned(x.start - 54, (y.start + y.end) / 2, unit, "mid label", -90),
    ]


def levels(
    y: Scale, left: float, right: float, count: int = 5, least: float = 0.0, write: Write | None = tick_text
) -> list[Markup]:
    """Return horizontal grid lines at round values, and the values left of them unless `write` is None."""
    values = y.ticks(count, least)
    lines = [marks.across("grid", y(value), left, right) for value in values]
    return lines + [marks.text(left - 6, y(value) + 4, write(value), "end") for value in values if write]


def along(frame: Frame, axis: Axis, count: int = 7) -> list[Markup]:
    """Return the horizontal axis below a plot: its line, its values and its label."""
    x, floor = frame.x, frame.floor
    numbers = [marks.text(x(value), floor + 16, tick_text(value), "mid") for value in x.ticks(count, axis.least)]
    return [*numbers, marks.across("axis", floor, x.start, x.end), label(x, floor, axis.label)]


def columns(
    x: Scale,
    top: float,
    floor: float,
    count: int = 5,
    least: float = 0.0,
    write: Write = tick_text,
    unity: float | None = None,
) -> list[Markup]:
    """Return vertical grid lines at round values, the values below them; the line of `unity` is dashed."""
    values = x.ticks(count, least)
    styles = ["grid unity" if value == unity else "grid" for value in values]
    lines = [marks.upright(style, x(value), top, floor) for style, value in zip(styles, values, strict=True)]
    return lines + [marks.text(x(value), floor + 16, write(value), "mid") for value in values]


def label(x: Scale, floor: float, words: str) -> Markup:
    """Return the label of a horizontal axis, below its ticks."""
    return marks.text((x.start + x.end) / 2, floor + 34, words, "mid label")


def named(places: Sequence[tuple[float, float]], floor: float, air: float = 10.0) -> list[Markup]:
    """Return values below their places, from the left, as many as have room.

    Args:
        places: (value, x) from left to right.
        floor: where the axis lies.
        air: between two of them.
    """
    parts, free = [], 0.0
    for value, x in places:
        half = text_width(tick_text(value)) / 2
        if x - half >= free:
            parts.append(marks.text(x, floor + 16, tick_text(value), "mid"))
            free = x + half + air
    return parts
