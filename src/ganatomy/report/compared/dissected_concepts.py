"""The figure of units per concept of compared dissections: a panel of bars for each layer of each run."""

import math
from collections.abc import Iterator, Sequence

from markupsafe import Markup

from ganatomy.dissect.comparison import Comparison, ConceptUnits, LayerOfRun
from ganatomy.draw import marks
from ganatomy.draw.axes import levels
from ganatomy.draw.canvas import Figure, Key, figure
from ganatomy.draw.palette import category_colours
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import count, shortened, text_width

WIDTH, MARGIN, HEAD = 940.0, 4.0, 14.0
PANEL_HEAD, PLOT, PANEL_FOOT, LEFT = 50.0, 120.0, 44.0, 40.0
"""Of a panel of bars: its title, its bars, below them what is not the concepts' names; and its left margin."""
NARROWEST, ROOM, WIDEST = 13.0, 24.0, 48.0
"""Between two bars of a panel; from the second on there is room for their numbers."""
NARROWEST_PANEL = 230.0
LONGEST_CONCEPT = 18
SLOPE = 60
"""Degrees by which a concept's name is turned below its bar."""
STEEP = math.sin(math.radians(SLOPE))
MOST_BARS = int((WIDTH - 2 * MARGIN - LEFT) / NARROWEST)
HOW = "Interpretable units of each concept. One layer has one scale."


def concept_panels(key: str, title: str, comparison: Comparison) -> Figure:
    """Return a panel per layer and run: units of each concept, by category, most first."""
    names = [shortened(one.concept, LONGEST_CONCEPT) for row in comparison.rows for one in row.shown]
    height = PANEL_HEAD + PLOT + PANEL_FOOT + STEEP * max(map(text_width, names), default=0.0)
    body: list[Markup] = []
    top = HEAD
    for layer in comparison.layers:
        rows = comparison.of(layer)
        highest = max([1, *(one.units for row in rows for one in row.shown)])
        side_by_side = _side_by_side(rows)
        width = (WIDTH - 2 * MARGIN) / side_by_side
        for index, row in enumerate(rows):
            left, down = MARGIN + index % side_by_side * width, top + index // side_by_side * height
            body += _panel(row, comparison.categories, left, width, down, highest)
        top += height * -(-len(rows) // side_by_side)
    keys = [Key(category, colour) for category, colour in category_colours(comparison.categories).items()]
    return figure(key, title, HOW, body, lead=HOW, keys=keys, width=WIDTH, height=top)


def _side_by_side(rows: Sequence[LayerOfRun]) -> int:
    """Return how many panels of a layer stand beside each other."""
    widest = max(min(len(row.shown), MOST_BARS) for row in rows)
    fit = math.floor((WIDTH - 2 * MARGIN) / max(LEFT + widest * (NARROWEST + 5), NARROWEST_PANEL))
    return max(1, min(fit, len(rows)))


def _panel(
    row: LayerOfRun, categories: Sequence[str], left: float, width: float, top: float, highest: int
) -> Iterator[Markup]:
    """Yield a panel: its title, what it counts in words, and a bar for each concept."""
    shown = sorted(row.shown[:MOST_BARS], key=lambda one: categories.index(one.category))  # stable: most units first
    step = min(WIDEST, (width - LEFT - MARGIN) / max(1, len(shown)))
    colours = category_colours(categories)
    floor = top + PANEL_HEAD + PLOT
    y = Scale(0.0, float(highest), floor, floor - PLOT)
    start, end = left + LEFT, left + LEFT + max(step * len(shown), 60.0)
    yield marks.text(left, top + 8, shortened(f"{row.layer} of {row.run}", int(width / 8)), "strong")
    yield marks.text(left, top + 24, shortened(_said(row, categories, len(shown)), int(width / 6.4)))
    yield from levels(y, start, end, 6, least=1.0)
    for index, one in enumerate(shown):
        yield from _concept(one, colours[one.category], start + step * (index + 0.5), step, y)
    yield marks.across("axis", floor, start, end)


def _said(row: LayerOfRun, categories: Sequence[str], shown: int) -> str:
    """Return the units and concepts of a panel in words, and how many concepts had no room."""
    left_out = f", {len(row.shown) - shown} left out" if shown < len(row.shown) else ""
    concepts = ", ".join(count(n, category) for category in categories if (n := row.concepts_of(category)))
    return f"{row.interpretable.value} of {count(row.units, 'unit')}: {concepts or 'no concept'}{left_out}"


def _concept(one: ConceptUnits, colour: str, middle: float, step: float, y: Scale) -> Iterator[Markup]:
    """Yield a bar, its number where there is room, and the concept's name below it."""
    half = min(step * 0.4, 15.0)
    said = f"{one.concept}: {count(one.units, 'unit')}"
    drawn = marks.bar(f"area {colour}", middle - half, middle + half, y(one.units), y.start)
    yield marks.said(said, [drawn])
    if step >= ROOM:
        yield marks.text(middle, y(one.units) - 4, one.units, "mid")
    name = shortened(one.concept, LONGEST_CONCEPT)
    yield marks.turned(middle + 4, y.start + 12, name, "end", -SLOPE)
