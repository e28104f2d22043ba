"""Figures of dissected layers: units per concept of one layer; units and concepts of several.

Source: the bar figures of GAN Dissection (Bau et al., arXiv 1811.10597), figure 6 and the authors' code.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import columns, label
from ganatomy.draw.canvas import BOTTOM, RIGHT, TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import category_colours
from ganatomy.draw.rows import bounds_said
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import count, fitted

LABELS = 112
"""Left margin, for the names of concepts and layers."""
BAR, THICK = 18.0, 11.0
"""Height of a row of units per concept, and of its bar."""
HEADING = 26.0
"""Height of a category's heading."""
COUNTS = 34.0
"""Right margin, for the number at the end of a bar."""
LAYER_ROW = 26.0
PANEL_HEAD = 20.0
UNITS_END, CONCEPTS_START = 220.0, 302.0
"""Where the bars of units end, and where those of concepts start; between them stand the units in numbers."""


@dataclass(frozen=True)
class ConceptBar:
    """How many units show one concept: more than by chance, and no more than that."""

    name: str
    colour: str
    above_chance: int
    by_chance: int

    @property
    def units(self) -> int:
        """All of them."""
        return self.above_chance + self.by_chance


@dataclass(frozen=True)
class CategoryBars:
    """The concepts of one category, most units first."""

    category: str
    bars: tuple[ConceptBar, ...]

    @property
    def units(self) -> int:
        """Units of all its concepts."""
        return sum(bar.units for bar in self.bars)


@dataclass(frozen=True)
class LayerRow:
    """One layer: its interpretable units and their concepts, in all with intervals, and by category."""

    name: str
    units: int
    """All units of the layer."""
    interpretable: Bounded
    concepts: Bounded
    units_by_category: dict[str, int]
    concepts_by_category: dict[str, int]


def concept_figure(key: str, title: str, caption: str, groups: Sequence[CategoryBars], description: str) -> Figure:
    """Return one bar per concept under the heading of its category: filled above chance, hollow for the rest.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        groups: from top to bottom, each of one concept or more.
        description: its message in words, for readers who cannot see it.
    """
    bars = [bar for group in groups for bar in group.bars]
    x = Scale(0.0, float(max(bar.units for bar in bars)), LABELS, WIDTH - COUNTS)
    floor = TOP + HEADING * len(groups) + BAR * len(bars)
    body, top = columns(x, TOP, floor, 5, least=1.0), float(TOP)
    for group in groups:
        body.append(marks.text(4, top + 17, count(len(group.bars), group.category), "strong halo"))
        body.append(marks.text(WIDTH - RIGHT, top + 17, count(group.units, "unit"), "end halo"))
        top += HEADING
        for bar in group.bars:
            said = f"{bar.name}: {count(bar.units, 'unit')}, {bar.above_chance} above chance"
            body.append(marks.said(said, _bar(bar, x, top + BAR / 2), marks.block(0, WIDTH, top, top + BAR)))
            top += BAR
    body.append(label(x, floor, "units"))
    by_chance = any(bar.by_chance for bar in bars)
    keys = [Key("above chance", "ink"), Key("no more than chance", "dot-hollow")] if by_chance else []
    return figure(key, title, caption, body, description=description, keys=keys, height=floor + BOTTOM)


def layer_figure(key: str, title: str, caption: str, rows: Sequence[LayerRow], description: str) -> Figure:
    """Return one row per layer: interpretable units and distinct concepts, stacked by category, with intervals.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        rows: from top to bottom.
        description: its message in words, for readers who cannot see it.
    """
    colours = category_colours([category for row in rows for category in row.units_by_category])
    units = Scale(0.0, _end([row.interpretable for row in rows]), LABELS, UNITS_END)
    concepts = Scale(0.0, _end([row.concepts for row in rows]), CONCEPTS_START, WIDTH - COUNTS)
    top = TOP + PANEL_HEAD
    floor = top + LAYER_ROW * len(rows)
    body = [*columns(units, top, floor, 3, least=1.0), *columns(concepts, top, floor, 2, least=1.0)]
    body += [marks.text(x.start, TOP + 12, word, "strong") for x, word in ((units, "units"), (concepts, "concepts"))]
    for index, row in enumerate(rows):
        row_top = top + LAYER_ROW * index
        drawn = _layer(row, colours, units, concepts, row_top + LAYER_ROW / 2)
        body.append(marks.said(_said(row), drawn, marks.block(0, WIDTH, row_top, row_top + LAYER_ROW)))
    keys = [Key(category, colour) for category, colour in colours.items()]
    return figure(key, title, caption, body, description=description, keys=keys, height=floor + BOTTOM - 16)


def _said(row: LayerRow) -> str:
    units = bounds_said(row.interpretable, "{:.0f}".format)
    return f"{row.name}: {units} of {count(row.units, 'unit')}; {bounds_said(row.concepts, '{:.0f}'.format)} concepts"


def _layer(row: LayerRow, colours: dict[str, str], units: Scale, concepts: Scale, middle: float) -> Iterator[Markup]:
    """Yield a layer's name, and its units and concepts as bars and in numbers."""
    yield marks.text(LABELS - 8, middle + 4, fitted(row.name, LABELS - 8, keep_end=True), "end")
    yield marks.text(UNITS_END + 8, middle + 4, f"{row.interpretable.value or 0:.0f} of {row.units}")
    yield marks.text(WIDTH - RIGHT, middle + 4, f"{row.concepts.value or 0:.0f}", "end")
    yield from _stack(row.units_by_category, row.interpretable, colours, units, middle)
    yield from _stack(row.concepts_by_category, row.concepts, colours, concepts, middle)


def _stack(parts: dict[str, int], total: Bounded, colours: dict[str, str], x: Scale, middle: float) -> Iterator[Markup]:
    """Yield a bar of one piece per category, and the interval of the whole across its end."""
    pieces = [(f"area {colour}", parts.get(category, 0)) for category, colour in colours.items()]
    yield from marks.stack(pieces, x, middle - THICK / 2, middle + THICK / 2)
    yield marks.whisker(total, x, middle)


def _end(counts: Sequence[Bounded]) -> float:
    """Return the end of an axis of counts, at least 1."""
    return max(1.0, *(bound or 0.0 for item in counts for bound in (item.value, item.high)))


def _bar(bar: ConceptBar, x: Scale, middle: float) -> Iterator[Markup]:
    """Yield a concept's name, its units, and their number behind them."""
    top, floor = middle - THICK / 2, middle + THICK / 2
    yield marks.text(LABELS - 8, middle + 4, fitted(bar.name, LABELS - 8), "end")
    yield marks.text(x(bar.units) + 6, middle + 4, bar.units, "halo")
    if bar.above_chance:
        yield marks.bar(f"area {bar.colour}", x(0), x(bar.above_chance), top, floor)
    if bar.by_chance:
        yield marks.bar(f"chance {bar.colour}", x(bar.above_chance) + 0.8, x(bar.units) - 0.8, top, floor)
