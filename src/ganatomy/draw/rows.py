"""Interval figures: a row per concept, the effect of an edit beside that of its control."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw.canvas import BOTTOM, RIGHT, TOP, WIDTH, Key, percent_text, svg
from ganatomy.draw.scales import Scale, ticks

ROW = 24
NAMES = 96
"""Left margin, for the concepts' names."""
LONGEST_NAME = 14
CIRCLE = '<circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>'
BEYOND = '<path class="beyond" d="M{:.1f} {:.1f}m4 0l-8 -4.5v9z"/></g>'
"""An arrowhead, where a value lies past the end of its axis."""


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
            " unity" if value == 1.0 else "", x(value), TOP, floor, x(value), floor + 16, percent_text(value)
        )
        for value in ticks(0.0, high, 4)
    ]
    body += [_row(row, x, TOP + ROW * (index + 0.5)) for index, row in enumerate(rows)]
    label = '<text x="{:.1f}" y="{}" class="mid label">area kept</text>'
    body.append(Markup(label).format((NAMES + WIDTH - RIGHT) / 2, height - 6))
    keys = [Key(names[0], "dot-edit"), Key(names[1], "dot-control")]
    return svg(key, title, description, height, keys, Markup("").join(body))


def _row(row: Row, x: Scale, middle: float) -> Markup:
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
