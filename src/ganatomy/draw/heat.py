"""Heat maps: a panel for each, of cells shaded by how far their value lies from 0 to either side."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.canvas import WIDTH, Figure, figure
from ganatomy.draw.scales import Floats
from ganatomy.draw.text import fitted, tick_text

ABOVE, BELOW = "o1", "o0"
"""Colours of values above and below 0."""
SHADES = 12
"""Steps from 0 to the full colour."""
TRIM = 0.01
"""Part of the values that may lie beyond the full colour, so that a single cell does not pale all others."""
COLUMNS, GAP, HEAD = 3, 14.0, 18.0
"""Panels beside one another, the space between them, and the height of a panel's name."""
SCALE, FOOT = 9.0, 46.0
"""Height of the bar that tells the colours, and of all that stands below the panels."""


@dataclass(frozen=True)
class HeatMap:
    """A named map (rows, columns) of values; NaN where there is none."""

    name: str
    values: Floats


def heat_figure(
    key: str, title: str, caption: str, maps: Sequence[HeatMap], unit: str, *, description: str = ""
) -> Figure:
    """Return maps side by side in the same colours: the colour of the page for 0, grey where there is no value.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        maps: one or more, in the order of reading.
        unit: what the values are.
        description: its message in words, for readers who cannot see it.
    """
    across = min(COLUMNS, len(maps))
    wide = (WIDTH - GAP * (COLUMNS - 1)) / COLUMNS
    high = max(wide * len(one.values) / len(one.values[0]) for one in maps)
    most = full_colour([one.values for one in maps])
    body = []
    for place, one in enumerate(maps):
        left, top = (place % across) * (wide + GAP), (place // across) * (HEAD + high + GAP)
        body += _panel(one, left, top, wide, most)
    floor = -(-len(maps) // across) * (HEAD + high + GAP)
    body += _scale(most, floor, unit)
    return figure(key, title, caption, body, description=description, height=floor + FOOT)


def full_colour(maps: Sequence[Floats]) -> float:
    """Return the distance from 0 that has the full colour: that of all but a hundredth of the values, 1 for zeros.

    >>> full_colour([np.array([[0.0, -2.0]])])
    2.0
    """
    values = np.abs(np.concatenate([one[np.isfinite(one)] for one in maps]))
    if not values.any():
        return 1.0
    return float(np.quantile(values, 1 - TRIM, method="higher")) or float(values.max())


def _panel(one: HeatMap, left: float, top: float, wide: float, most: float) -> list[Markup]:
    """Return a map under its name: cells of the same shade are one path."""
    rows, columns = one.values.shape
    side = wide / columns
    paths: dict[tuple[str, int], list[str]] = {}
    for (row, column), value in np.ndenumerate(one.values):
        x, y = left + side * column, top + HEAD + side * row
        if shade := _shade(float(value), most):
            paths.setdefault(shade, []).append(marks.block(x, x + side, y, y + side))
    cells = [
        marks.shade(colour, "".join(blocks), step / SHADES if colour != "none" else 1.0)
        for (colour, step), blocks in sorted(paths.items())
    ]
    outline = marks.path("axis", marks.block(left, left + wide, top + HEAD, top + HEAD + side * rows))
    return [
        marks.text(left, top + HEAD - 6, fitted(one.name, wide)),
        Markup('<g shape-rendering="crispEdges">{}</g>').format(Markup("").join(cells)),
        outline,
    ]


def _shade(value: float, most: float) -> tuple[str, int] | None:
    """Return the colour of a value and its step; None for what rounds to 0."""
    if not np.isfinite(value):
        return "none", SHADES
    step = min(round(abs(value) / most * SHADES), SHADES)
    return (ABOVE if value > 0 else BELOW, step) if step else None


def _scale(most: float, top: float, unit: str) -> list[Markup]:
    """Return the bar of all colours, from the most below 0 to the most above, with its label."""
    start, end = WIDTH * 0.2, WIDTH * 0.8
    side = (end - start) / (2 * SHADES + 1)
    bars = []
    for place, step in enumerate(range(-SHADES, SHADES + 1)):
        x = start + side * place
        if step:
            colour = ABOVE if step > 0 else BELOW
            bars.append(marks.shade(colour, marks.block(x, x + side, top, top + SCALE), abs(step) / SHADES))
    ticks = [(start, -most), ((start + end) / 2, 0.0), (end, most)]
    return [
        Markup('<g shape-rendering="crispEdges">{}</g>').format(Markup("").join(bars)),
        marks.path("axis", marks.block(start, end, top, top + SCALE)),
        *(marks.text(x, top + SCALE + 14, tick_text(float(f"{value:.2g}")), "mid") for x, value in ticks),
        marks.text(WIDTH / 2, top + SCALE + 30, unit, "mid label"),
    ]
