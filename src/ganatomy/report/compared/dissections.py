"""Figures of compared dissections.

Source: the bar figures of GAN Dissection (Bau et al., arXiv 1811.10597): units per concept of one layer, by category;
how many units and distinct concepts each layer has.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from ganatomy.dissect.comparison import Comparison, Count, LayerOfRun
from ganatomy.draw import marks
from ganatomy.draw.axes import columns, label
from ganatomy.draw.canvas import Figure, Key, figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import category_colours
from ganatomy.draw.scales import Scale
from ganatomy.draw.text import shortened, text_width
from ganatomy.report.compared.dissected_concepts import WIDTH, concept_panels

LEFT, FOOT = 4.0, 40.0
"""Left margin, and height of the axis."""
LAYER, ROW, THICK = 30.0, 24.0, 13.0
"""Heights of a layer's name, of a run's row, and of its bar."""
NUMBERS = 170.0
"""Right margin, for the count of each bar in words."""
LONGEST_NAME = 30
WHISKER = "Line: 95 % interval over samples."


@dataclass(frozen=True)
class Bar:
    """One layer of one run: a count, its parts by category, and what is told beside it."""

    count: Count
    parts: tuple[int, ...]
    behind: str = ""
    """What stands behind the number."""
    less: int | None = None
    """A part of the count that is marked."""


def dissection_figures(name: str, comparison: Comparison) -> tuple[Figure, Figure, Figure]:
    """Return the figures of compared dissections: interpretable units, distinct concepts, units per concept.

    Args:
        name: what the comparison is called.
        comparison: what is compared.
    """
    units = f"{WHISKER} Triangle: without units that place or area alone explain."
    concepts = f"Concepts with one interpretable unit or more. {WHISKER}"
    unit_bars = [_units(row, comparison.categories) for row in comparison.rows]
    concept_bars = [_concepts(row, comparison.categories) for row in comparison.rows]
    return (
        _summary("units", name, "interpretable units", units, comparison, unit_bars),
        _summary("concepts", name, "distinct concepts", concepts, comparison, concept_bars),
        concept_panels("units-per-concept", f"{name}: units per concept", comparison),
    )


def _units(row: LayerOfRun, categories: Sequence[str]) -> Bar:
    parts = tuple(row.units_of(category) for category in categories)
    return Bar(row.interpretable, parts, f"of {row.units}", row.interpretable.value - row.by_place - row.by_area)


def _concepts(row: LayerOfRun, categories: Sequence[str]) -> Bar:
    return Bar(row.concepts, tuple(row.concepts_of(category) for category in categories))


def _summary(key: str, name: str, unit: str, caption: str, comparison: Comparison, bars: Sequence[Bar]) -> Figure:
    """Return a row per layer and run: its count by category, with its interval.

    Args:
        key: of the figure.
        name: what the comparison is called.
        unit: what is counted.
        caption: what is drawn.
        comparison: what is compared.
        bars: of its rows, in their order.
    """
    names = max(text_width(shortened(run, LONGEST_NAME)) for run in comparison.runs) * 1.1 + LEFT + 8
    most = max([1.0, *(max(bar.count.value, bar.count.high) for bar in bars)])
    x = Scale(0.0, most, names, WIDTH - NUMBERS)
    colours = category_colours(comparison.categories)
    body: list[Markup] = []
    top, of_row = 0.0, dict(zip(map(id, comparison.rows), bars, strict=True))
    for layer in comparison.layers:
        body += _heading(layer, comparison.without(layer), top + 20)
        top += LAYER
        for row in comparison.of(layer):
            bar = of_row[id(row)]
            drawn = _bar(row, bar, [f"area {colour}" for colour in colours.values()], x, top + ROW / 2)
            said = f"{row.run}, {layer}: {_in_words(bar)}"
            body.append(marks.said(said, drawn, marks.block(LEFT, WIDTH, top, top + ROW)))
            top += ROW
    grid = [*columns(x, 4.0, top + 6, 8, least=1.0), label(x, top + 6, unit)]
    keys = [Key(category, colour) for category, colour in colours.items()]
    title, height = f"{name}: {unit}", top + 6 + FOOT
    return figure(key, title, caption, [*grid, *body], lead=caption, keys=keys, width=WIDTH, height=height)


def _heading(layer: str, missing: tuple[str, ...], y: float) -> Iterator[Markup]:
    """Yield a layer's name, and which runs do not have it."""
    yield marks.text(LEFT, y, layer, "strong")
    if missing:
        yield marks.text(LEFT + 1.1 * text_width(layer) + 12, y, f"not in {', '.join(missing)}")


def _in_words(bar: Bar) -> str:
    return f"{bar.count.value} ({bar.count.low:.0f} to {bar.count.high:.0f}) {bar.behind}".strip()


def _bar(row: LayerOfRun, bar: Bar, styles: list[str], x: Scale, middle: float) -> Iterator[Markup]:
    """Yield a run's name, its bar by category with the interval of the whole, and the count in words."""
    top, floor = middle - THICK / 2, middle + THICK / 2
    found = Bounded(bar.count.value, bar.count.low, bar.count.high)
    yield marks.text(x.start - 8, middle + 4, shortened(row.run, LONGEST_NAME), "end")
    yield from marks.stack(list(zip(styles, bar.parts, strict=True)), x, top, floor)
    yield marks.whisker(found, x, middle)
    yield marks.text(WIDTH - NUMBERS + 12, middle + 4, _in_words(bar))
    if bar.less is not None:
        yield marks.path("less", f"M{marks.short(x(bar.less))} {marks.short(top + 3)}l4.5 -7h-9z")
