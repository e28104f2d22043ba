"""Figures of dissected layers: units per concept of one layer; units and concepts of several.

Source: the bar figures of GAN Dissection (Bau et al., arXiv 1811.10597), figure 6 and the authors' code.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.draw.canvas import BOTTOM, RIGHT, TOP, WIDTH, Key, svg
from ganatomy.draw.rows import Interval
from ganatomy.draw.scales import Scale, text_width, tick_text, ticks
from ganatomy.draw.text import count

NAMES = 112
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
CATEGORIES = ("object", "part", "material")
"""In the order of the paper; others follow."""


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
    interpretable: Interval
    concepts: Interval
    units_by_category: dict[str, int]
    concepts_by_category: dict[str, int]


def category_colours(categories: Sequence[str]) -> dict[str, str]:
    """Return a CSS class per category, those of GAN Dissection always the same one; unknown ones follow in order."""
    rest = [name for name in dict.fromkeys(categories) if name not in CATEGORIES]
    return {name: f"o{min(index, 9)}" for index, name in enumerate((*CATEGORIES, *rest)) if name in categories}


def fitted(name: str, at_end: bool = False) -> str:
    """Return a name that fits into the left margin, shortened at its end, or to its end: layers differ there."""
    kept = name
    while text_width(kept) > NAMES - 8:
        kept = f"…{kept[2:]}" if at_end else f"{kept[:-2]}…"
    return kept


def concept_figure(key: str, title: str, description: str, groups: Sequence[CategoryBars]) -> Markup:
    """Return one bar per concept under the heading of its category: filled above chance, hollow for the rest.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        groups: from top to bottom, each of one concept or more.
    """
    most = max(bar.units for group in groups for bar in group.bars)
    x = Scale(0.0, float(most), NAMES, WIDTH - COUNTS)
    height = TOP + sum(HEADING + BAR * len(group.bars) for group in groups) + BOTTOM
    body, top = [_grid(x, TOP, height - BOTTOM, 5)], float(TOP)
    for group in groups:
        heading = (
            '<text x="4" y="{:.1f}" class="strong halo">{}</text><text x="{}" y="{:.1f}" class="end halo">{}</text>'
        )
        body.append(
            Markup(heading).format(
                top + 17, count(len(group.bars), group.category), WIDTH - RIGHT, top + 17, count(group.units, "unit")
            )
        )
        top += HEADING
        for bar in group.bars:
            body.append(_bar(bar, x, top + BAR / 2))
            top += BAR
    body.append(_label((NAMES + WIDTH - COUNTS) / 2, height - 6, "units"))
    by_chance = any(bar.by_chance for group in groups for bar in group.bars)
    keys = [Key("above chance", "ink"), Key("no more than chance", "dot-control")] if by_chance else []
    return svg(key, title, description, height, keys, Markup("").join(body))


def layer_figure(key: str, title: str, description: str, rows: Sequence[LayerRow]) -> Markup:
    """Return one row per layer: interpretable units and distinct concepts, stacked by category, with intervals.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        rows: from top to bottom.
    """
    colours = category_colours([category for row in rows for category in row.units_by_category])
    units = Scale(0.0, _end([row.interpretable for row in rows]), NAMES, UNITS_END)
    concepts = Scale(0.0, _end([row.concepts for row in rows]), CONCEPTS_START, WIDTH - COUNTS)
    top = TOP + PANEL_HEAD
    height = top + LAYER_ROW * len(rows) + BOTTOM - 16
    floor = height - BOTTOM + 16
    body = [_grid(units, top, floor, 3), _grid(concepts, top, floor, 2)]
    for scale, text in ((units, "units"), (concepts, "concepts")):
        body.append(Markup('<text x="{:.1f}" y="{}" class="strong">{}</text>').format(scale.start, TOP + 12, text))
    for index, row in enumerate(rows):
        middle = top + LAYER_ROW * (index + 0.5)
        texts = '<text x="{}" y="{:.1f}" class="end">{}</text><text x="{}" y="{:.1f}">{}</text>'
        told = f"{row.interpretable.value or 0:.0f} of {row.units}"
        body.append(
            Markup(texts).format(NAMES - 8, middle + 4, fitted(row.name, at_end=True), UNITS_END + 8, middle + 4, told)
        )
        last = '<text x="{}" y="{:.1f}" class="end">{:.0f}</text>'
        body.append(Markup(last).format(WIDTH - RIGHT, middle + 4, row.concepts.value or 0))
        body.append(_stack(row.units_by_category, row.interpretable, colours, units, middle))
        body.append(_stack(row.concepts_by_category, row.concepts, colours, concepts, middle))
    keys = [Key(category, colour) for category, colour in colours.items()]
    return svg(key, title, description, height, keys, Markup("").join(body))


def _grid(x: Scale, top: float, floor: float, count_of_ticks: int) -> Markup:
    lines = [
        Markup('<path class="grid" d="M{:.1f} {:g}V{:g}"/><text x="{:.1f}" y="{:g}" class="mid">{}</text>').format(
            x(value), top, floor, x(value), floor + 16, tick_text(value)
        )
        for value in ticks(x.low, x.high, count_of_ticks, least=1.0)
    ]
    return Markup("").join(lines)


def _label(x: float, y: float, text: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:g}" class="mid label">{}</text>').format(x, y, text)


def _end(counts: Sequence[Interval]) -> float:
    """Return the end of an axis of counts, at least 1."""
    return max(1.0, *(bound or 0.0 for item in counts for bound in (item.value, item.high)))


def _bar(bar: ConceptBar, x: Scale, middle: float) -> Markup:
    text = '<text x="{:.1f}" y="{:.1f}" class="{}">{}</text>'
    parts = [
        Markup(text).format(NAMES - 8, middle + 4, "end", fitted(bar.name)),
        Markup(text).format(x(bar.units) + 6, middle + 4, "halo", bar.units),
    ]
    if bar.above_chance:
        parts.append(_block(f"area {bar.colour}", x(0), x(bar.above_chance), middle))
    if bar.by_chance:
        parts.append(_block(f"chance {bar.colour}", x(bar.above_chance) + 0.8, x(bar.units) - 0.8, middle))
    return Markup("").join(parts)


def _block(style: str, start: float, end: float, middle: float) -> Markup:
    path = '<path class="{}" d="M{:.1f} {:.1f}H{:.1f}v{:g}H{:.1f}z"/>'
    return Markup(path).format(style, start, middle - THICK / 2, max(end, start), THICK, start)


def _stack(parts: dict[str, int], total: Interval, colours: dict[str, str], x: Scale, middle: float) -> Markup:
    """Return a bar of one piece per category, and the interval of the whole across its end."""
    pieces, floor = [], 0
    for category, colour in colours.items():
        if value := parts.get(category, 0):
            pieces.append(_block(f"area {colour}", x(floor), x(floor + value), middle))
            floor += value
    if total.low is not None and total.high is not None:
        whisker = "M{0:.1f} {2:.1f}H{1:.1f}M{0:.1f} {3:.1f}v6M{1:.1f} {3:.1f}v6"
        path = whisker.format(x(total.low), x(total.high), middle, middle - 3)
        pieces.append(Markup('<path class="whisker under" d="{0}"/><path class="whisker" d="{0}"/>').format(path))
    return Markup("").join(pieces)
