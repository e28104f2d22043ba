"""Figures of areas: a row per concept, generated against real with intervals; a small histogram per concept."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw.canvas import BOTTOM, TOP, WIDTH, Key, percent_text, svg
from ganatomy.draw.rows import LONGEST_NAME, NAMES, ROW, Interval
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.text import percent

WORDS = 90
"""Right margin, for what a generator does with a concept."""
AS_REAL = "as real"
TICKS = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
LEAST_GAP = 30.0
"""Between ticks."""
COLUMNS, GAP = 3, 16
PANEL, BARS = 104, 44
"""Height of a histogram with its text, and of its bars."""


@dataclass(frozen=True)
class AreaRow:
    """One concept: its areas, and how they are spread over images.

    Attributes:
        name: the concept.
        colour: its CSS class.
        verdict: what the generator does with it, in words.
        generated: mean area with its interval.
        real: the same of real images.
        present: shares of generated and of real images that show any of it.
        shares: (b,) share of generated images in each bin of the histogram; images without it are in none.
        real_shares: (b,) the same of real images.
    """

    name: str
    colour: str
    verdict: str
    generated: Interval
    real: Interval
    present: tuple[float, float]
    shares: Floats
    real_shares: Floats


def area_figure(key: str, title: str, description: str, rows: Sequence[AreaRow], high: float) -> Markup:
    """Return one row per concept: the generated area filled, the real one hollow, and the verdict in words.

    Areas are drawn by their square root, so that small ones are told apart.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        rows: from top to bottom.
        high: end of the axis, a part of all pixels.
    """
    height = TOP + ROW * len(rows) + BOTTOM
    floor = height - BOTTOM
    x = Scale(0.0, high**0.5, NAMES, WIDTH - WORDS)
    body = [
        Markup('<path class="grid" d="M{:.1f} {}V{}"/><text x="{:.1f}" y="{}" class="mid">{}</text>').format(
            place, TOP, floor, place, floor + 16, percent_text(value)
        )
        for place, value in _spaced(x, high)
    ]
    body += [_row(row, x, TOP + ROW * (index + 0.5)) for index, row in enumerate(rows)]
    label = '<text x="{:.1f}" y="{}" class="mid label">mean area of an image</text>'
    body.append(Markup(label).format((NAMES + WIDTH - WORDS) / 2, height - 6))
    keys = (Key("generated", "dot-edit"), Key("real", "dot-control"))
    return svg(key, title, description, height, keys, Markup("").join(body))


def histogram_figure(key: str, title: str, description: str, rows: Sequence[AreaRow], edges: Floats) -> Markup:
    """Return a small histogram per concept, all over the same areas: generated filled, real as a line.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        rows: the concepts in reading order, one or more.
        edges: (b + 1,) bounds of the bins, as parts of all pixels.
    """
    last = max(int(np.flatnonzero(row.shares + row.real_shares).max(initial=0)) for row in rows) + 1
    width = (WIDTH - 2 - GAP * (COLUMNS - 1)) / COLUMNS
    body = []
    for index, row in enumerate(rows):
        left, top = 1 + (index % COLUMNS) * (width + GAP), TOP + PANEL * (index // COLUMNS)
        roots = Scale(0.0, float(edges[last]) ** 0.5, left, left + width)
        body.append(_panel(row, [roots(float(edge) ** 0.5) for edge in edges[: last + 1]], top))
        under = (
            '<text x="{x:.1f}" y="{y}" class="tick">0</text><text x="{end:.1f}" y="{y}" class="end tick">{most}</text>'
        )
        most = percent(float(edges[last]))
        body.append(Markup(under).format(x=left, end=left + width, y=top + PANEL - 26, most=most))
    height = TOP + PANEL * -(-len(rows) // COLUMNS)
    keys = (Key("generated", "dot-edit"), Key("real", "ink", line=True))
    return svg(key, title, description, height, keys, Markup("").join(body))


def _spaced(x: Scale, high: float) -> list[tuple[float, float]]:
    """Return the ticks (place, area) that leave room for their text."""
    ticks: list[tuple[float, float]] = []
    for value in TICKS:
        place = x(value**0.5)
        if value <= high and (not ticks or place - ticks[-1][0] >= LEAST_GAP):
            ticks.append((place, value))
    return ticks


def _row(row: AreaRow, x: Scale, middle: float) -> Markup:
    name = row.name if len(row.name) <= LONGEST_NAME else f"{row.name[: LONGEST_NAME - 1]}…"
    strong = "" if row.verdict == AS_REAL else " strong"
    texts = '<text x="{}" y="{:.1f}" class="end{}">{}</text><text x="{}" y="{:.1f}" class="verdict{}">{}</text>'
    label = Markup(texts).format(
        NAMES - 8, middle + 4, strong, name, WIDTH - WORDS + 8, middle + 4, strong, row.verdict
    )
    return (
        label
        + _interval(row.real, x, middle + 4.5, "control")
        + _interval(row.generated, x, middle - 3.5, f"edit {row.colour}")
    )


def _interval(interval: Interval, x: Scale, y: float, style: str) -> Markup:
    """Return a bar from low to high, and the value as a dot."""
    low, value, high = (x(max(v or 0.0, 0.0) ** 0.5) for v in (interval.low, interval.value, interval.high))
    mark = '<g class="{}"><path d="M{:.1f} {:.1f}H{:.1f}"/><circle cx="{:.1f}" cy="{:.1f}" r="4"/></g>'
    return Markup(mark).format(style, low, y, high, value, y)


def _panel(row: AreaRow, places: Sequence[float], top: float) -> Markup:
    """Return one histogram: name, share of images, bars up to the highest of both."""
    floor = top + PANEL - 40
    bins = len(places) - 1
    y = Scale(0.0, float(max(row.shares.max(), row.real_shares.max())) or 1.0, floor, floor - BARS)
    bars = "".join(
        f"M{a:.1f} {floor}V{y(share):.1f}H{b:.1f}V{floor}z"
        for a, b, share in zip(places[:-1], places[1:], row.shares[:bins], strict=True)
        if share
    )
    line = f"M{places[0]:.1f} {floor}" + "".join(
        f"V{y(share):.1f}H{b:.1f}" for b, share in zip(places[1:], row.real_shares[:bins], strict=True)
    )
    name = row.name if len(row.name) <= LONGEST_NAME else f"{row.name[: LONGEST_NAME - 1]}…"
    present = f"in {percent(row.present[0])} | {percent(row.present[1])}"
    return Markup(
        '<text x="{left:.1f}" y="{above}" class="strong">{name}</text><path class="area {colour}" d="{bars}"/>'
        '<path class="outline" d="{line}V{floor}"/><path class="axis" d="M{left:.1f} {floor}H{right:.1f}"/>'
        '<text x="{middle:.1f}" y="{below}" class="mid tick">{present}</text>'
    ).format(
        left=places[0], right=places[-1], middle=(places[0] + places[-1]) / 2, above=top + 12, floor=floor,
        below=floor + 26, name=name, colour=row.colour, bars=bars, line=line, present=present,
    )  # fmt: skip
