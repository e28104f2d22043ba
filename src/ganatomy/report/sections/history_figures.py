"""Figures of a history: counts with bands, a unit x generation matrix, the course of each concept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from markupsafe import Markup

from ganatomy.draw.canvas import BOTTOM, GENERATION, HEIGHT, RIGHT, TOP, WIDTH, Key, axes, scales, svg
from ganatomy.draw.rows import LONGEST_NAME, NAMES
from ganatomy.draw.scales import Floats, Scale, text_width, tick_text

ROWS_HEIGHT, THINNEST, THICKEST = 330.0, 1.4, 12.0
"""Height that the rows of a matrix may take, and that of a row."""
SEAM = 0.25
NAME_HEIGHT = 13.0
"""Room that the name of a group of rows needs."""
COURSE, AIR = 34.0, 7.0
"""Height of a concept's course, and of the space above it."""
FATE = 108
"""Right margin, for what becomes of a concept."""


@dataclass(frozen=True)
class Counts:
    """A count of one layer with its interval at each generation."""

    name: str
    x: Floats
    value: Floats
    low: Floats
    high: Floats
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class ConceptCourse:
    """How many units a concept has at each generation, and what becomes of it in words."""

    name: str
    colour: str
    units: Floats
    fate: str
    is_lost: bool


def count_figure(key: str, title: str, description: str, lines: Sequence[Counts], unit: str) -> Markup:
    """Return counts against generations with their intervals as bands.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        lines: one or more.
        unit: label of the vertical axis.
    """
    x_all = np.concatenate([line.x for line in lines])
    highest = max(1.0, *(float(np.maximum(line.high, line.value).max()) for line in lines))
    x, y = scales((float(x_all.min()), float(x_all.max())), (0.0, 1.04 * highest))
    body = [axes(x, y, GENERATION, unit)]
    for line in lines:
        there, back = _points(line.x, line.high, x, y), _points(line.x[::-1], line.low[::-1], x, y)
        body.append(Markup('<path class="area band {}" d="M{}L{}z"/>').format(line.colour, there, back))
    for line in lines:
        lone = len(line.x) == 1
        style = f"{line.colour}{' dashed' * line.dashed}{' lone' * lone}"
        path = Markup('<path class="line {}" d="M{}{}"/>')
        body.append(path.format(style, _points(line.x, line.value, x, y), "h0" * lone))
    keys = [Key(line.name, line.colour, True, line.dashed) for line in lines]
    return svg(key, title, description, HEIGHT, keys, Markup("").join(body), x)


def unit_figure(
    key: str,
    title: str,
    description: str,
    generations: Floats,
    rows: Sequence[Sequence[str | None]],
    colours: Mapping[str, str],
) -> Markup:
    """Return a row per unit and a column per generation, coloured by the concept that the unit shows.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        generations: (m,) of the columns, which are equally wide.
        rows: each unit's concepts, one per column, None where it shows none; units of the same last concept stand
            together.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    thick = min(max(ROWS_HEIGHT / len(rows), THINNEST), THICKEST)
    floor = TOP + thick * len(rows)
    edges = np.linspace(NAMES, WIDTH - RIGHT, len(generations) + 1)
    back = '<path class="area none back" d="M{} {}H{}V{:.1f}H{}z"/>'
    body = [Markup(back).format(NAMES, TOP, WIDTH - RIGHT, floor, NAMES)]
    for colour, path in _runs(rows, edges, thick, colours).items():
        body.append(Markup('<path class="area {}" d="{}"/>').format(colour, path))
    top = float(TOP)
    for concept, group in groupby(row[-1] for row in rows):
        height = thick * len(list(group))
        if height >= NAME_HEIGHT:
            name = '<text x="{}" y="{:.1f}" class="end">{}</text><path class="axis" d="M{} {:.1f}V{:.1f}"/>'
            middle = top + height / 2 + 4
            marks = NAMES - 9, middle, _short(str(concept)), NAMES - 4, top + 1, top + height - 1
            body.append(Markup(name).format(*marks))
        top += height
    body.append(_columns(generations, edges, floor))
    shown = {concept for row in rows for concept in row if concept}
    ordered = sorted(shown, key=lambda concept: (colours.get(concept, "c-rest"), concept))
    keys = [Key(concept, colours.get(concept, "c-rest")) for concept in ordered]
    return svg(key, title, description, floor + BOTTOM, keys, Markup("").join(body))


def concept_figure(
    key: str, title: str, description: str, generations: Floats, courses: Sequence[ConceptCourse]
) -> Markup:
    """Return a row per concept: its units at each generation, up to its own most, and what becomes of it.

    Args:
        key: unique in the page.
        title: what the figure shows.
        description: its message in words.
        generations: (m,) of the columns, which are equally wide.
        courses: from top to bottom.
    """
    edges = np.linspace(NAMES, WIDTH - FATE, len(generations) + 1)
    floor = TOP + COURSE * len(courses)
    body = [_course(course, edges, TOP + COURSE * (index + 1)) for index, course in enumerate(courses)]
    body.append(_columns(generations, edges, floor))
    return svg(key, title, description, floor + BOTTOM, [], Markup("").join(body))


def _course(course: ConceptCourse, edges: Floats, low: float) -> Markup:
    """Return one concept's row, which stands on `low`: its name, its units as steps, and its fate."""
    y = Scale(0.0, float(course.units.max()) or 1.0, low, low - COURSE + AIR)
    steps = "".join(
        f"M{a:.1f} {low:g}V{y(units):.1f}H{b:.1f}V{low:g}z"
        for (a, b), units in zip(pairwise(edges), course.units, strict=True)
        if units
    )
    strong = " strong" * course.is_lost
    numbers = f"most {course.units.max():g}, end {course.units[-1]:g}"
    return Markup(
        '<path class="grid" d="M{0:g} {1:g}H{2:g}"/><path class="area {3}" d="{4}"/>'
        '<text x="{5:g}" y="{6:.1f}" class="end{7}">{8}</text>'
        '<text x="{9:g}" y="{10:.1f}" class="fate{7}">{11}</text><text x="{9:g}" y="{12:.1f}" class="tick">{13}</text>'
    ).format(
        NAMES, low, WIDTH - FATE, course.colour, steps, NAMES - 8, low - 9, strong, _short(course.name),
        WIDTH - FATE + 8, low - 15, course.fate, low - 2, numbers,
    )  # fmt: skip


def _points(x: Floats, y: Floats, across: Scale, up: Scale) -> str:
    return " ".join(f"{across(a):.1f} {up(b):.1f}" for a, b in zip(x, y, strict=True))


def _runs(
    rows: Sequence[Sequence[str | None]], edges: Floats, thick: float, colours: Mapping[str, str]
) -> dict[str, str]:
    """Return a path per colour: a rectangle for each stretch of columns in which a unit shows the same concept.

    Rectangles overlap a little, where seams would show between them.
    """
    paths: dict[str, list[str]] = {}
    for index, row in enumerate(rows):
        top, column = TOP + thick * index, 0
        for concept, stretch in groupby(row):
            end = column + len(list(stretch))
            if concept:
                rectangle = f"M{edges[column]:.1f} {top:.2f}H{edges[end]:.1f}v{thick + SEAM:.2f}H{edges[column]:.1f}z"
                paths.setdefault(colours.get(concept, "c-rest"), []).append(rectangle)
            column = end
    return {colour: "".join(rectangles) for colour, rectangles in paths.items()}


def _columns(generations: Floats, edges: Floats, floor: float) -> Markup:
    """Return the generations below their columns, as many as have room, and the axis' label."""
    parts, free = [], 0.0
    for generation, (start, end) in zip(generations, pairwise(edges), strict=True):
        middle, half = (start + end) / 2, text_width(tick_text(generation)) / 2
        if middle - half >= free:
            parts.append(Markup('<text x="{:.1f}" y="{:.1f}" class="mid">{}</text>').format(
                middle, floor + 16, tick_text(generation)
            ))  # fmt: skip
            free = middle + half + 10
    label = '<text x="{:.1f}" y="{:.1f}" class="mid label">{}</text>'
    parts.append(Markup(label).format((edges[0] + edges[-1]) / 2, floor + BOTTOM - 6, GENERATION.label))
    return Markup("").join(parts)


def _short(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
