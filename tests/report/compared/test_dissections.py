"""Figures of compared dissections: what is drawn where."""

import re
from dataclasses import replace
from xml.etree import ElementTree

import pytest

from ganatomy.report.compared.dissections import dissection_figures

OBJECT, PART = "area o0", "area o1"


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


def test_layers_without_concepts_are_drawn_empty(compared):
    rows = tuple(replace(one, shown=()) for one in compared.rows)
    figures = drawn(replace(compared, rows=rows, categories=()))
    assert "8 of 8 units: no concept" in texts(figures["units-per-concept"])
    assert not filled(figures["units"], OBJECT)


def test_long_names_are_cut(compared):
    rows = tuple(replace(one, run="a run of a name that is much too long") for one in compared.rows[:1])
    figure = drawn(replace(compared, runs=(rows[0].run,), rows=rows))["units"]
    assert "a run of a name that is much …" in texts(figure)
