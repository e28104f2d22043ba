"""Panels of the concepts of compared layers: what is drawn where, and what has no room."""

from dataclasses import replace

import pytest
from tests.report.compared.test_dissections import OBJECT, PART, drawn, filled, numbers, texts

from ganatomy.dissect.comparison import ConceptUnits
from ganatomy.report.compared.dissected_concepts import MOST_BARS, WIDTH


def test_panels_show_units_of_each_concept_by_category_most_first(compared):
    figure = drawn(compared)["units-per-concept"]
    said = texts(figure)
    assert {"layer2 of 0001-a", "layer3 of 0002-b<", "8 of 8 units: 1 object, 1 part"} <= set(said)
    first = filled(figure, OBJECT)
    groups = [group for group in figure.iter("g") if group.get("data-said")]
    said = [group.get("data-said") for group in groups if group.find("path").get("class") == OBJECT]
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
