"""Figures of dissected layers."""

import pytest
from tests.draw.test_charts import numbers, parse, texts

from ganatomy.draw.canvas import WIDTH
from ganatomy.draw.marks import Bounded
from ganatomy.report.sections.layers_figures import (
    CONCEPTS_START,
    COUNTS,
    LABELS,
    UNITS_END,
    CategoryBars,
    ConceptBar,
    LayerRow,
    concept_figure,
    layer_figure,
)

GROUPS = [
    CategoryBars("object", (ConceptBar("tree", "c1", 6, 2), ConceptBar("sky", "c0", 0, 1))),
    CategoryBars("part", (ConceptBar("door", "c7", 4, 0),)),
]


def ends(tree, style):
    """Return the left and right end of the bar of a class."""
    (path,) = (path for path in tree.iter("path") if path.get("class") == style)
    left, _, _, right = numbers(path.get("d"))[:4]
    return [left, right]


def at(*units):
    return [pytest.approx(LABELS + (WIDTH - COUNTS - LABELS) * n / 8, abs=0.06) for n in units]


def test_bars_are_filled_above_chance_and_hollow_for_the_rest():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS, "Said"))
    assert ends(tree, "area c1") == at(0, 6)
    left, right = at(6, 8)
    assert ends(tree, "chance c1") == [pytest.approx(left.expected + 0.8, abs=0.1), right.expected - 0.8]
    assert ends(tree, "area c7") == at(0, 4)
    classes = [path.get("class") for path in tree.iter("path")]
    assert "area c0" not in classes
    assert "chance c7" not in classes


def test_categories_head_their_concepts_and_counts_stand_at_the_bars():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS, "Said"))
    assert [text for text in texts(tree) if text not in {"0", "2", "4", "6", "8", "1"}] == [
        "above chance", "no more than chance", "2 objects", "9 units", "tree", "sky", "1 part", "4 units", "door",
        "units",
    ]  # fmt: skip
    assert [text for text in texts(tree) if text == "8"] == ["8", "8"]


def test_without_chance_there_is_no_legend():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS[1:], "Said"))
    assert "above chance" not in texts(tree)
    assert list(tree.iter("circle")) == []


def layers():
    return [
        LayerRow("layer1", 16, Bounded(5, 3, 8), Bounded(2, 2, 2), {"part": 4, "object": 1}, {"part": 1, "object": 1}),
        LayerRow("layer2", 32, Bounded(0, None, None), Bounded(0, None, None), {}, {}),
    ]


def test_layers_are_stacked_by_category_with_an_interval():
    tree = parse(layer_figure("layers", "Title", "Words", layers(), "Said"))
    width, narrow = (UNITS_END - LABELS) / 8, (WIDTH - COUNTS - CONCEPTS_START) / 2
    objects = [path.get("d") for path in tree.iter("path") if path.get("class") == "area o0"]
    parts = [path.get("d") for path in tree.iter("path") if path.get("class") == "area o1"]
    assert [[numbers(d)[0], numbers(d)[3]] for d in objects] == [
        [pytest.approx(LABELS, abs=0.06), pytest.approx(LABELS + width, abs=0.06)],
        [CONCEPTS_START, pytest.approx(CONCEPTS_START + narrow, abs=0.06)],
    ]
    assert numbers(parts[0])[3] == pytest.approx(LABELS + 5 * width, abs=0.06)
    whiskers = [path.get("d") for path in tree.iter("path") if path.get("class") == "whisker"]
    assert [numbers(whiskers[0])[0], numbers(whiskers[0])[2]] == [
        pytest.approx(LABELS + 3 * width, abs=0.06), pytest.approx(UNITS_END, abs=0.06),
    ]  # fmt: skip
    assert len(whiskers) == 2
    assert {"object", "part", "layer1", "5 of 16", "0 of 32", "units", "concepts"} <= set(texts(tree))


def test_layers_without_any_unit_are_drawn():
    tree = parse(layer_figure("layers", "Title", "Words", layers()[1:] * 2, "Said"))
    assert texts(tree).count("0 of 32") == 2
    assert [path for path in tree.iter("path") if "area" in path.get("class")] == []
