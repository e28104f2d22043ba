"""How the area of each concept is spread over images: a small histogram each, generated against real."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.canvas import LONGEST_NAME, TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.text import percent, shortened

COLUMNS, GAP = 3, 16
PANEL, BARS = 104, 44
"""Height of a histogram with its text, and of its bars."""
HEAD, FOOT = PANEL - 40, 26
"""From the top of a panel to the floor of its bars, and from there to the text below."""
CAPTION = (
    "Images by how much of them a concept covers; below, the share of generated | real images that show any of it, "
    "and only those are counted. Heights are scaled per concept, areas drawn by their square root."
)


@dataclass(frozen=True)
class AreaHistogram:
    """How many images show how much of one concept.

    Attributes:
        name: the concept.
        colour: its CSS class.
        present: shares of generated and of real images that show any of it.
        shares: (b,) share of generated images in each bin; images without it are in none.
        real_shares: (b,) the same of real images.
    """

    name: str
    colour: str
    present: tuple[float, float]
    shares: Floats
    real_shares: Floats


def histogram_figure(histograms: Sequence[AreaHistogram], edges: Floats) -> Figure:
    """Return a small histogram per concept, all over the same areas: generated filled, real as a line.

    Args:
        histograms: the concepts in reading order, one or more.
        edges: (b + 1,) bounds of the bins, as parts of all pixels.
    """
    last = max(int(np.flatnonzero(one.shares + one.real_shares).max(initial=0)) for one in histograms) + 1
    width = (WIDTH - 2 - GAP * (COLUMNS - 1)) / COLUMNS
    body: list[Markup] = []
    for index, one in enumerate(histograms):
        left, top = 1 + (index % COLUMNS) * (width + GAP), TOP + PANEL * (index // COLUMNS)
        x = Scale(0.0, float(edges[last]), left, left + width, by="root")
        body += _panel(one, x, edges[: last + 1], top)
    return figure(
        "area-histograms",
        "How it is spread over images",
        CAPTION,
        body,
        description=f"How many images show how much of {', '.join(one.name for one in histograms)}; "
        "generated against real.",
        keys=(Key("generated", "dot-filled"), Key("real", "ink", line=True)),
        height=TOP + PANEL * -(-len(histograms) // COLUMNS),
    )


def _panel(one: AreaHistogram, x: Scale, edges: Floats, top: float) -> Iterator[Markup]:
    """Yield one histogram: name, bars up to the highest of both, the line of real images, share of images."""
    floor, bins = top + HEAD, len(edges) - 1
    y = Scale(0.0, float(max(one.shares.max(), one.real_shares.max())) or 1.0, floor, floor - BARS)
    places = [x(float(edge)) for edge in edges]
    bars = "".join(
        marks.block(a, b, y(share), floor)
        for a, b, share in zip(places[:-1], places[1:], one.shares[:bins], strict=True)
        if share
    )
    steps = "".join(
        f"V{marks.short(y(share))}H{marks.short(b)}"
        for b, share in zip(places[1:], one.real_shares[:bins], strict=True)
    )
    foot = marks.short(floor)
    yield marks.text(x.start, top + 12, shortened(one.name, LONGEST_NAME), "strong")
    yield marks.path(f"area {one.colour}", bars)
    yield marks.path("outline", f"M{marks.short(x.start)} {foot}{steps}V{foot}")
    yield marks.across("axis", floor, x.start, x.end)
    yield marks.text(x.start, floor + 14, "0", "tick")
    yield marks.text(x.end, floor + 14, percent(float(edges[-1])), "end tick")
    present = f"in {percent(one.present[0])} | {percent(one.present[1])}"
    yield marks.text((x.start + x.end) / 2, floor + FOOT, present, "mid tick")
