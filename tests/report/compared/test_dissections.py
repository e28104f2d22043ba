"""Figures of compared dissections: what is drawn where."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest
from tests.dissect.test_comparison_page import PROTOCOL, ROOF, SKY, TREE, row

from ganatomy.dissect.comparison import Comparison, ConceptUnits
from ganatomy.report.compared.dissected_concepts import MOST_BARS, WIDTH
from ganatomy.report.compared.dissections import dissection_figures

OBJECT, PART = "area o0", "area o1"


@pytest.fixture
def compared():
    rows = (
        row("0001-a", "layer2", (SKY, 6), (ROOF, 2), interval=(5, 10)),
        row("0002-b<", "layer2", (TREE, 4), (SKY, 1)),
        row("0002-b<", "layer3", (ROOF, 2)),
    )
    return Comparison(("0001-a", "0002-b<"), PROTOCOL, ("object", "part"), rows)


def drawn(compared):
    figures = dissection_figures("0003-dissections", compared)
    return {figure.key: ElementTree.fromstring(figure.svg) for figure in figures}


def texts(figure):
    return ["".join(text.itertext()) for text in figure.iter("text")]


def filled(figure, colour):
    return [path for path in figure.iter("path") if path.get("class") == colour]


def numbers(path):
    return [float(number) for number in re.findall(r"-?[\d.]+", path.get("d"))]


def of_class(figure, name):
    return [path for path in figure.iter() if path.get("class") == name]


def test_three_figures_say_what_they_show(compared):
    figures = drawn(compared)
    assert list(figures) == ["units", "concepts", "units-per-concept"]
    said = texts(figures["units"])
    assert figures["units"].find("title").text == "0003-dissections: interpretable units"
    assert said[0].startswith("Line: 95 % interval over samples.")
    assert {"0001-a", "0002-b<", "layer2", "layer3", "not in 0001-a", "object", "part"} <= set(said)
    assert "8 (5 to 10) of 8" in said
    assert "2 (1 to 3)" in texts(figures["concepts"])


def test_bars_are_stacked_by_category_on_one_scale(compared):
    figure = drawn(compared)["units"]
    objects, parts = filled(figure, OBJECT), filled(figure, PART)
    assert (len(objects), len(parts)) == (2, 2), "no bar of no units"
    (start, _, _, end, _), (again, _, _, last, _) = numbers(objects[0]), numbers(parts[0])
    assert end == again
    assert end - start == pytest.approx(3 * (last - again), abs=0.2), "6 objects, 2 parts"
    assert numbers(objects[1])[3] - start == pytest.approx((end - start) * 5 / 6, abs=0.2)
    low, _, high = numbers(of_class(figure, "whisker")[0])[:3]
    assert (low - start, high - start) == (
        pytest.approx((end - start) * 5 / 6, abs=0.2), pytest.approx((end - start) * 10 / 6, abs=0.2)
    )  # fmt: skip
    marks = [numbers(mark)[0] for mark in of_class(figure, "less")]
    assert marks[0] - start == pytest.approx((end - start) * 5 / 6, abs=0.2), "8 without 2 by place and 1 by area"
    assert not of_class(drawn(compared)["concepts"], "less")


def test_panels_show_units_of_each_concept_by_category_most_first(compared):
    figure = drawn(compared)["units-per-concept"]
    said = texts(figure)
    assert {"layer2 of 0001-a", "layer3 of 0002-b<", "8 of 8 units: 1 object, 1 part"} <= set(said)
    first = filled(figure, OBJECT)
    groups = [group for group in figure.iter("g") if group.find("title") is not None]
    said = [group.find("title").text for group in groups if group.find("path").get("class") == OBJECT]
    assert said == ["sky: 6 units", "tree: 4 units", "sky: 1 unit"]
    heights = [numbers(path)[1] - numbers(path)[2] for path in first]
    assert heights == pytest.approx([120, 80, 20], abs=0.2), "one scale a layer"
    assert numbers(first[0])[0] < numbers(filled(figure, PART)[0])[0] < WIDTH / 2 < numbers(first[1])[0]


def test_concepts_beyond_the_width_are_left_out_and_told(compared):
    many = tuple(ConceptUnits(f"a concept of number {index}", "object", 90 - index) for index in range(80))
    rows = tuple(replace(one, shown=many) for one in compared.rows[:2])
    figure = drawn(replace(compared, rows=rows))["units-per-concept"]
    bars = filled(figure, OBJECT)
    assert len(bars) == 2 * MOST_BARS
    assert max(numbers(bar)[3] for bar in bars) < WIDTH
    assert f"8 of 8 units: 80 objects, {80 - MOST_BARS} left out" in texts(figure)
    assert "a concept of numb…" in texts(figure)
    tops = sorted({numbers(bar)[1] for bar in bars})
    assert len(tops) == 2, "a panel of many concepts takes the whole width"


def test_layers_without_concepts_are_drawn_empty(compared):
    rows = tuple(replace(one, shown=()) for one in compared.rows)
    figures = drawn(replace(compared, rows=rows, categories=()))
    assert "8 of 8 units: no concept" in texts(figures["units-per-concept"])
    assert not filled(figures["units"], OBJECT)


def test_long_names_are_cut(compared):
    rows = tuple(replace(one, run="a run of a name that is much too long") for one in compared.rows[:1])
    figure = drawn(replace(compared, runs=(rows[0].run,), rows=rows))["units"]
    assert "a run of a name that is much …" in texts(figure)
