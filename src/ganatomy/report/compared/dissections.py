"""Figures of compared dissections, each a whole SVG file.

Source: the bar figures of GAN Dissection (Bau et al., arXiv 1811.10597): units per concept of one layer, by category;
how many units and distinct concepts each layer has.
"""

import math
from collections.abc import Sequence

from markupsafe import Markup

from ganatomy.dissect.comparison import Comparison, ConceptUnits, Count, LayerOfRun
from ganatomy.draw.canvas import FONT
from ganatomy.draw.scales import Scale, text_width, tick_text, ticks
from ganatomy.draw.text import count as counted
from ganatomy.report.sections.layers_figures import category_colours

WIDTH, MARGIN, HEAD, FOOT = 960.0, 12.0, 84.0, 44.0
LAYER, ROW, THICK = 30.0, 24.0, 13.0
"""Heights of a layer's name, of a run's row, and of its bar."""
NUMBERS = 170.0
"""Right margin, for the count of each bar in words."""
LONGEST_NAME, LONGEST_CONCEPT = 30, 18
PANEL_HEAD, PLOT, PANEL_FOOT, LEFT = 50.0, 120.0, 44.0, 40.0
"""Of a panel of bars: its title, its bars, below them what is not the concepts' names; and its left margin."""
NARROWEST, ROOM, WIDEST = 13.0, 24.0, 48.0
"""Between two bars of a panel; from the second on there is room for their numbers."""
NARROWEST_PANEL = 230.0
SLOPE = 60
"""Degrees by which a concept's name is turned below its bar."""
STEEP = math.sin(math.radians(SLOPE))
MOST_BARS = int((WIDTH - 2 * MARGIN - LEFT) / NARROWEST)
HUES = (
    *("#0072b2", "#d55e00", "#009e73", "#b0568c", "#b08500"),
    *("#5b4bb5", "#2b9db5", "#8c3b2e", "#5f7d1e", "#6c6c6c"),
)
"""The colours `o0` to `o9` of a report, in which categories stand there."""
STYLE = """
text { font-size: 12px; fill: #333; } .title { font-size: 15px; font-weight: 600; fill: #111; }
.strong { font-weight: 600; fill: #111; } .mid { text-anchor: middle; } .end { text-anchor: end; }
.soft { fill: #666; } .grid { stroke: #e2e2e2; fill: none; } .axis { stroke: #777; fill: none; }
.interval { stroke: #111; stroke-width: 1.4; fill: none; }
.under { stroke: #fff; stroke-width: 3.4; fill: none; }
.less { fill: #111; stroke: #fff; stroke-width: .8; }
"""


def dissection_figures(name: str, comparison: Comparison) -> dict[str, str]:
    """Return the figures of compared dissections, by the names of their files.

    Args:
        name: what the comparison is called.
        comparison: what is compared.
    """
    return {
        "units": _units(name, comparison),
        "concepts": _concepts(name, comparison),
        "units-per-concept": _units_per_concept(name, comparison),
    }


def hues_of(categories: Sequence[str]) -> dict[str, str]:
    """Return a colour per category, the same as in a report."""
    return {category: HUES[int(name.removeprefix("o"))] for category, name in category_colours(categories).items()}


def _units(name: str, comparison: Comparison) -> str:
    bars = {
        id(row): (row.interpretable, [row.units_of(category) for category in comparison.categories], f"of {row.units}")
        for row in comparison.rows
    }
    less = {id(row): row.interpretable.value - row.by_place - row.by_area for row in comparison.rows}
    how = "Line: 95 % interval over samples. Triangle: without units that place or area alone explain."
    return _summary(f"{name}: interpretable units", how, "interpretable units", comparison, bars, less)


def _concepts(name: str, comparison: Comparison) -> str:
    bars = {
        id(row): (row.concepts, [row.concepts_of(category) for category in comparison.categories], "")
        for row in comparison.rows
    }
    how = "Concepts with one interpretable unit or more. Line: 95 % interval over samples."
    return _summary(f"{name}: distinct concepts", how, "distinct concepts", comparison, bars, {})


def _summary(
    title: str,
    how: str,
    unit: str,
    comparison: Comparison,
    bars: dict[int, tuple[Count, list[int], str]],
    less: dict[int, int],
) -> str:
    """Return a row per layer and run: its count by category, with its interval.

    Args:
        title: of the figure.
        how: what is drawn.
        unit: what is counted.
        comparison: what is compared.
        bars: for each row the count, its parts by category, and what stands behind its number.
        less: for each row a part of the count that is marked.
    """
    names = max(text_width(_short(run, LONGEST_NAME)) for run in comparison.runs) * 1.1 + MARGIN + 8
    most = max([1.0, *(max(count.value, count.high) for count, _, _ in bars.values())])
    x = Scale(0.0, most, names, WIDTH - NUMBERS)
    hues = hues_of(comparison.categories)
    colours = [hues[category] for category in comparison.categories]
    parts, top = [], HEAD
    for layer in comparison.layers:
        missing = comparison.without(layer)
        note = f"not in {', '.join(missing)}" if missing else ""
        heading = (
            '<text x="{:g}" y="{:g}" class="strong">{}<tspan class="soft" dx="8" font-weight="400">{}</tspan></text>'
        )
        parts.append(Markup(heading).format(MARGIN, top + 20, layer, note))
        top += LAYER
        for row in comparison.of(layer):
            parts.append(_bar(row, bars[id(row)], colours, x, top))
            if id(row) in less:
                mark = '<path class="less" d="M{:.1f} {:g}l4.5 -7h-9z"/>'
                parts.append(Markup(mark).format(x(less[id(row)]), top + ROW / 2 - THICK / 2 + 3))
            top += ROW
    top += 6
    grid = [
        Markup('<path class="grid" d="M{:.1f} {:g}V{:g}"/><text x="{:.1f}" y="{:g}" class="mid">{}</text>').format(
            x(value), HEAD + 4, top, x(value), top + 16, tick_text(value)
        )
        for value in ticks(0.0, most, 8, least=1)
    ]
    label = '<text x="{:.1f}" y="{:g}" class="mid soft">{}</text>'
    grid.append(Markup(label).format((names + WIDTH - NUMBERS) / 2, top + 34, unit))
    return _file(title, how, comparison.categories, top + FOOT, Markup("").join([*grid, *parts]))


def _bar(row: LayerOfRun, bar: tuple[Count, list[int], str], colours: Sequence[str], x: Scale, top: float) -> Markup:
    count, by_category, behind = bar
    middle, floor = top + ROW / 2, top + ROW / 2 + THICK / 2
    parts = [
        Markup('<text x="{:.1f}" y="{:g}" class="end">{}</text>').format(
            x.start - 8, middle + 4, _short(row.run, LONGEST_NAME)
        )
    ]
    start = 0
    for number, colour in zip(by_category, colours, strict=True):
        rectangle = '<path fill="{}" d="M{:.1f} {:g}V{:g}H{:.1f}V{:g}z"/>'
        here = x(start), floor, floor - THICK, x(start + number), floor
        parts.append(Markup(rectangle).format(colour, *here) if number else Markup(""))
        start += number
    ends = x(count.low), middle, x(count.high)
    line = Markup("M{0:.1f} {1:g}H{2:.1f}m0 -3.5v7M{0:.1f} {1:g}m0 -3.5v7").format(*ends)
    parts.append(Markup('<path class="under" d="{0}"/><path class="interval" d="{0}"/>').format(line))
    words = f"{count.value} ({count.low:.0f} to {count.high:.0f}) {behind}"
    parts.append(Markup('<text x="{:g}" y="{:g}">{}</text>').format(WIDTH - NUMBERS + 12, middle + 4, words))
    return Markup("").join(parts)


def _units_per_concept(name: str, comparison: Comparison) -> str:
    """Return a panel per layer and run: units of each concept, by category, most first."""
    names = [_short(one.concept, LONGEST_CONCEPT) for row in comparison.rows for one in row.shown]
    height = PANEL_HEAD + PLOT + PANEL_FOOT + STEEP * max(map(text_width, names), default=0.0)
    parts, top = [], HEAD
    for layer in comparison.layers:
        rows = comparison.of(layer)
        highest = max([1, *(one.units for row in rows for one in row.shown)])
        columns = _columns(rows)
        width = (WIDTH - 2 * MARGIN) / columns
        for index, row in enumerate(rows):
            left = MARGIN + index % columns * width
            parts.append(_panel(row, comparison.categories, left, width, top + index // columns * height, highest))
        top += height * -(-len(rows) // columns)
    how = "Interpretable units of each concept. One layer has one scale."
    return _file(f"{name}: units per concept", how, comparison.categories, top, Markup("").join(parts))


def _columns(rows: Sequence[LayerOfRun]) -> int:
    """Return how many panels of a layer stand beside each other."""
    widest = max(min(len(row.shown), MOST_BARS) for row in rows)
    fit = math.floor((WIDTH - 2 * MARGIN) / max(LEFT + widest * (NARROWEST + 5), NARROWEST_PANEL))
    return max(1, min(fit, len(rows)))


def _panel(row: LayerOfRun, categories: Sequence[str], left: float, width: float, top: float, highest: int) -> Markup:
    shown = sorted(row.shown[:MOST_BARS], key=lambda one: categories.index(one.category))  # stable: most units first
    step = min(WIDEST, (width - LEFT - MARGIN) / max(1, len(shown)))
    colours = hues_of(categories)
    floor = top + PANEL_HEAD + PLOT
    y = Scale(0.0, float(highest), floor, floor - PLOT)
    start, end = left + LEFT, left + LEFT + max(step * len(shown), 60.0)
    title = _short(f"{row.layer} of {row.run}", int(width / 8))
    left_out = f", {len(row.shown) - len(shown)} left out" if len(shown) < len(row.shown) else ""
    said = ", ".join(counted(n, category) for category in categories if (n := row.concepts_of(category)))
    note = f"{row.interpretable.value} of {counted(row.units, 'unit')}: {said or 'no concept'}{left_out}"
    heading = '<text x="{0:g}" y="{1:g}" class="strong">{2}</text><text x="{0:g}" y="{3:g}" class="soft">{4}</text>'
    parts = [Markup(heading).format(left, top + 8, title, top + 24, _short(note, int(width / 6.4)))]
    parts += [
        Markup('<path class="grid" d="M{:g} {:.1f}H{:.1f}"/><text x="{:g}" y="{:.1f}" class="end">{}</text>').format(
            start, y(value), end, start - 6, y(value) + 4, tick_text(value)
        )
        for value in ticks(0.0, float(highest), 6, least=1)
    ]
    parts += [
        _concept(one, colours[one.category], start + step * (index + 0.5), step, y) for index, one in enumerate(shown)
    ]
    parts.append(Markup('<path class="axis" d="M{:g} {:g}H{:.1f}"/>').format(start, floor, end))
    return Markup("").join(parts)


def _concept(one: ConceptUnits, colour: str, middle: float, step: float, y: Scale) -> Markup:
    """Return a bar, its number where there is room, and the concept's name below it."""
    half = min(step * 0.4, 15.0)
    bar = '<path fill="{}" d="M{:.1f} {:g}V{:.1f}H{:.1f}V{:g}z"><title>{}</title></path>'
    said = f"{one.concept}: {counted(one.units, 'unit')}"
    parts = [Markup(bar).format(colour, middle - half, y.start, y(one.units), middle + half, y.start, said)]
    if step >= ROOM:
        number = '<text x="{:.1f}" y="{:.1f}" class="mid soft">{}</text>'
        parts.append(Markup(number).format(middle, y(one.units) - 4, one.units))
    name = '<text class="end" transform="translate({:.1f} {:g}) rotate(-{})">{}</text>'
    parts.append(Markup(name).format(middle + 4, y.start + 12, SLOPE, _short(one.concept, LONGEST_CONCEPT)))
    return Markup("").join(parts)


def _file(title: str, how: str, categories: Sequence[str], height: float, body: Markup) -> str:
    """Return a whole SVG file: title, what is drawn, legend, body."""
    legend, left = [], MARGIN
    for category, colour in hues_of(categories).items():
        key = '<rect x="{:.1f}" y="54" width="11" height="11" fill="{}"/><text x="{:.1f}" y="64">{}</text>'
        legend.append(Markup(key).format(left, colour, left + 16, category))
        left += 16 + text_width(category) + 18
    figure = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w:g} {h:g}" width="{w:g}" height="{h:g}" role="img" '
        'font-family="{font}" aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{how}</desc>'
        '<style>{style}</style><rect width="100%" height="100%" fill="#fff"/>'
        '<text x="{m:g}" y="24" class="title">{title}</text><text x="{m:g}" y="43" class="soft">{how}</text>'
        "{legend}{body}</svg>"
    ).format(
        w=WIDTH, h=height, font=FONT, title=title, how=how, style=Markup(STYLE), m=MARGIN,
        legend=Markup("").join(legend), body=body,
    )  # fmt: skip
    return f"{figure}\n"


def _short(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
