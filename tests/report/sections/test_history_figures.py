"""Figures of a history: what is drawn where."""

import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

from ganatomy.draw.canvas import NAMES, RIGHT, TOP, WIDTH
from ganatomy.report.sections.history_figures import (
    COURSE,
    FATE,
    THICKEST,
    THINNEST,
    ConceptCourse,
    course_figure,
    unit_figure,
)

X = np.array([0.0, 100.0, 200.0, 1000.0])
COLOURS = {"sky": "c0", "sea": "c2"}


def parsed(figure):
    return ElementTree.fromstring(figure.svg)


def numbers(path):
    return [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]


def of_class(figure, name):
    return [element for element in figure.iter() if name in (element.get("class") or "").split()]


def texts(figure):
    return ["".join(text.itertext()) for text in figure.iter() if text.tag.endswith("text")]


def test_a_stretch_of_one_concept_is_one_rectangle():
    rows = [["sky", "sky", "sea", "sea"], [None, "sea", "sea", "sea"], ["gull", None, None, "sea"]]
    figure = parsed(unit_figure("k", "t", "d", X, rows, COLOURS))
    width = (WIDTH - RIGHT - NAMES) / 4
    (sky,), (sea,), (rest,) = (of_class(figure, f"area {c}".split()[1])[1:] for c in ("c0", "c2", "c-rest"))
    left, top, right, _, back = numbers(sky)
    assert (left, back, top) == (NAMES, NAMES, TOP)
    assert right == pytest.approx(NAMES + 2 * width, abs=0.1)
    assert sea.get("d").count("M") == 3
    assert numbers(rest)[1] == TOP + 2 * THICKEST
    assert {"sky", "sea", "gull", "0", "100", "200", "1k"} <= set(texts(figure))


def test_groups_of_rows_are_named_where_there_is_room():
    rows = [["sea"]] * 200 + [["sky"]] * 2
    figure = parsed(unit_figure("k", "t", "d", X[:1], rows, COLOURS))
    named = [text for text in of_class(figure, "end")]
    assert ["".join(text.itertext()) for text in named] == ["sea"]
    back = numbers(of_class(figure, "back")[0])
    assert back[1] - back[2] == pytest.approx(330, abs=0.1)
    thin = parsed(unit_figure("k", "t", "d", X[:1], [["sea"]] * 512, COLOURS))
    back = numbers(of_class(thin, "back")[0])
    assert back[1] - back[2] == pytest.approx(512 * THINNEST, abs=0.1)


def test_generations_leave_room_for_each_other():
    rows = [["sea"] * 60]
    figure = parsed(unit_figure("k", "t", "d", np.arange(60) * 1000.0, rows, COLOURS))
    shown = [float(text.get("x")) for text in of_class(figure, "mid")[:-1]]
    assert 5 < len(shown) < 20
    assert min(b - a for a, b in pairwise(shown)) > 15


def test_each_concept_stands_in_its_row_up_to_its_own_most():
    courses = [
        ConceptCourse("sky", "c0", np.array([0.0, 40.0, 20.0, 0.0]), "lost at 1,000", True),
        ConceptCourse("a concept of a long name", "c2", np.array([1.0, 1.0, 1.0, 1.0]), "from 0", False),
    ]
    figure = parsed(course_figure("k", "t", "c", X, courses, "d"))
    sky, sea = (of_class(figure, "area")[index] for index in (0, 1))
    assert sky.get("d").count("M") == 2, "no bar where there are no units"
    tops = [float(top) for top in re.findall(r"V([\d.]+)H", sky.get("d"))]
    floor = TOP + COURSE
    assert floor - tops[0] == pytest.approx(2 * (floor - tops[1]))
    assert sea.get("d").count("M") == 4
    (end,) = of_class(figure, "grid")[:1]
    assert numbers(end) == [NAMES, floor, WIDTH - FATE]
    assert figure.find("desc").text == "d"
    said = texts(figure)
    assert said[:3] == ["sky", "lost at 1,000", "most 40, end 0"]
    assert said[3:6] == ["a concept of …", "from 0", "most 1, end 1"]
    assert len(of_class(figure, "strong")) == 2, "the lost concept's name and fate"
