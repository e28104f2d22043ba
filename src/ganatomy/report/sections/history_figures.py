"""Figures of a history: a unit x generation matrix, the course of each concept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

import numpy as np
from markupsafe import Markup

from ganatomy.draw import marks
from ganatomy.draw.axes import GENERATION, named
from ganatomy.draw.canvas import BOTTOM, LONGEST_NAME, NAMES, RIGHT, TOP, WIDTH, Figure, Key, figure
from ganatomy.draw.scales import Floats, Scale
from ganatomy.draw.text import shortened

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
class ConceptCourse:
    """How many units a concept has at each generation, and what becomes of it in words."""

    name: str
    colour: str
    units: Floats
    fate: str
    is_lost: bool


def unit_figure(
    key: str,
    title: str,
    caption: str,
    generations: Floats,
    rows: Sequence[Sequence[str | None]],
    colours: Mapping[str, str],
) -> Figure:
    """Return a row per unit and a column per generation, coloured by the concept that the unit shows.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        generations: (m,) of the columns, which are equally wide.
        rows: each unit's concepts, one per column, None where it shows none; units of the same last concept stand
            together.
        colours: a CSS class per concept; unknown concepts are grey.
    """
    thick = min(max(ROWS_HEIGHT / len(rows), THINNEST), THICKEST)
    floor = TOP + thick * len(rows)
    edges = np.linspace(NAMES, WIDTH - RIGHT, len(generations) + 1)
    body = [marks.bar("area none back", NAMES, WIDTH - RIGHT, TOP, floor)]
    body += [marks.path(f"area {colour}", path) for colour, path in _runs(rows, edges, thick, colours).items()]
    body += _groups(rows, thick)
    body += _columns(generations, edges, floor)
    shown = {concept for row in rows for concept in row if concept}
    ordered = sorted(shown, key=lambda concept: (colours.get(concept, "c-rest"), concept))
    keys = [Key(concept, colours.get(concept, "c-rest")) for concept in ordered]
    return figure(key, title, caption, body, keys=keys, height=floor + BOTTOM)


def course_figure(
    key: str, title: str, caption: str, generations: Floats, courses: Sequence[ConceptCourse], description: str
) -> Figure:
    """Return a row per concept: its units at each generation, up to its own most, and what becomes of it.

    Args:
        key: unique in the page.
        title: what the figure shows.
        caption: how to read it.
        generations: (m,) of the columns, which are equally wide.
        courses: from top to bottom.
        description: its message in words, for readers who cannot see it.
    """
    edges = np.linspace(NAMES, WIDTH - FATE, len(generations) + 1)
    floor = TOP + COURSE * len(courses)
    body = [part for index, one in enumerate(courses) for part in _course(one, edges, TOP + COURSE * (index + 1))]
    body += _columns(generations, edges, floor)
    return figure(key, title, caption, body, description=description, height=floor + BOTTOM)


def _course(course: ConceptCourse, edges: Floats, low: float) -> list[Markup]:
    """Return one concept's row, which stands on `low`: its name, its units as steps, and its fate."""
    y = Scale(0.0, float(course.units.max()) or 1.0, low, low - COURSE + AIR)
    steps = "".join(
        marks.block(a, b, y(units), low) for (a, b), units in zip(pairwise(edges), course.units, strict=True) if units
    )
    strong, right = " strong" * course.is_lost, WIDTH - FATE
    return [
        marks.across("grid", low, NAMES, right),
        marks.path(f"area {course.colour}", steps),
        marks.text(NAMES - 8, low - 9, shortened(course.name, LONGEST_NAME), f"end{strong}"),
        marks.text(right + 8, low - 15, course.fate, strong.strip()),
        marks.text(right + 8, low - 2, f"most {course.units.max():g}, end {course.units[-1]:g}", "tick"),
    ]


def _runs(
    rows: Sequence[Sequence[str | None]], edges: Floats, thick: float, colours: Mapping[str, str]
) -> dict[str, str]:
    """Return a path per colour: a rectangle for each stretch of columns in which a unit shows the same concept.

    Rectangles overlap a little, where seams would show between them, so that their places have two decimals.
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


def _groups(rows: Sequence[Sequence[str | None]], thick: float) -> list[Markup]:
    """Return the names of the units' last concepts beside their rows, of those that have room."""
    parts, top = [], float(TOP)
    for concept, group in groupby(row[-1] for row in rows):
        height = thick * len(list(group))
        if height >= NAME_HEIGHT:
            name = shortened(str(concept), LONGEST_NAME)
            parts.append(marks.text(NAMES - 9, top + height / 2 + 4, name, "end"))
            parts.append(marks.upright("axis", NAMES - 4, top + 1, top + height - 1))
        top += height
    return parts


def _columns(generations: Floats, edges: Floats, floor: float) -> list[Markup]:
    """Return the generations below their columns, as many as have room, and the axis' label."""
    middles = [(start + end) / 2 for start, end in pairwise(edges)]
    label = marks.text((edges[0] + edges[-1]) / 2, floor + BOTTOM - 6, GENERATION.label, "mid label")
    return [*named([*zip(generations, middles, strict=True)], floor), label]
