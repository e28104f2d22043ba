"""Figures of dissected layers."""

import pytest
from tests.draw.test_charts import numbers, parse, texts

from ganatomy.draw.canvas import WIDTH
from ganatomy.draw.rows import Interval
from ganatomy.draw.scales import text_width
from ganatomy.report.sections.layers_figures import (
    CONCEPTS_START,
    COUNTS,
    NAMES,
    UNITS_END,
    CategoryBars,
    ConceptBar,
    LayerRow,
    category_colours,
    concept_figure,
    fitted,
    layer_figure,
)

GROUPS = [
    CategoryBars("object", (ConceptBar("tree", "c1", 6, 2), ConceptBar("sky", "c0", 0, 1))),
    CategoryBars("part", (ConceptBar("door", "c7", 4, 0),)),
]


def ends(tree, style):
    """Return the left and right end of the bar of a class."""
    (path,) = (path for path in tree.iter("path") if path.get("class") == style)
    left, _, right = numbers(path.get("d"))[:3]
    return [left, right]


def at(*units):
    return [pytest.approx(NAMES + (WIDTH - COUNTS - NAMES) * n / 8, abs=0.06) for n in units]


def test_bars_are_filled_above_chance_and_hollow_for_the_rest():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS))
    assert ends(tree, "area c1") == at(0, 6)
    left, right = at(6, 8)
    assert ends(tree, "chance c1") == [pytest.approx(left.expected + 0.8, abs=0.1), right.expected - 0.8]
    assert ends(tree, "area c7") == at(0, 4)
    classes = [path.get("class") for path in tree.iter("path")]
    assert "area c0" not in classes
    assert "chance c7" not in classes


def test_categories_head_their_concepts_and_counts_stand_at_the_bars():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS))
    assert [text for text in texts(tree) if text not in {"0", "2", "4", "6", "8", "1"}] == [
        "above chance", "no more than chance", "2 objects", "9 units", "tree", "sky", "1 part", "4 units", "door",
        "units",
    ]  # fmt: skip
    assert [text for text in texts(tree) if text == "8"] == ["8", "8"]


def test_without_chance_there_is_no_legend():
    tree = parse(concept_figure("key", "Title", "Words", GROUPS[1:]))
    assert "above chance" not in texts(tree)
    assert list(tree.iter("circle")) == []


def layers():
    return [
        LayerRow(
            "layer1", 16, Interval(5, 3, 8), Interval(2, 2, 2), {"part": 4, "object": 1}, {"part": 1, "object": 1}
        ),
        LayerRow("layer2", 32, Interval(0, None, None), Interval(0, None, None), {}, {}),
    ]


def test_layers_are_stacked_by_category_with_an_interval():
    tree = parse(layer_figure("layers", "Title", "Words", layers()))
    width, narrow = (UNITS_END - NAMES) / 8, (WIDTH - COUNTS - CONCEPTS_START) / 2
    objects = [path.get("d") for path in tree.iter("path") if path.get("class") == "area o0"]
    parts = [path.get("d") for path in tree.iter("path") if path.get("class") == "area o1"]
    assert [[numbers(d)[0], numbers(d)[2]] for d in objects] == [
        [pytest.approx(NAMES, abs=0.06), pytest.approx(NAMES + width, abs=0.06)],
        [CONCEPTS_START, pytest.approx(CONCEPTS_START + narrow, abs=0.06)],
    ]
    assert numbers(parts[0])[2] == pytest.approx(NAMES + 5 * width, abs=0.06)
    whiskers = [path.get("d") for path in tree.iter("path") if path.get("class") == "whisker"]
    assert [numbers(whiskers[0])[0], numbers(whiskers[0])[2]] == [
        pytest.approx(NAMES + 3 * width, abs=0.06), pytest.approx(UNITS_END, abs=0.06),
    ]  # fmt: skip
    assert len(whiskers) == 2
    assert {"object", "part", "layer1", "5 of 16", "0 of 32", "units", "concepts"} <= set(texts(tree))


def test_layers_without_any_unit_are_drawn():
    tree = parse(layer_figure("layers", "Title", "Words", layers()[1:] * 2))
    assert texts(tree).count("0 of 32") == 2
    assert [path for path in tree.iter("path") if "area" in path.get("class")] == []


def test_categories_keep_their_colour_whatever_else_there_is():
    assert category_colours(["part", "colour", "object"]) == {"object": "o0", "part": "o1", "colour": "o3"}
    assert category_colours(["material"]) == {"material": "o2"}
    many = [f"kind {n}" for n in range(9)]
    assert category_colours(many)["kind 8"] == "o9"


def test_long_names_are_cut_where_they_matter_least():
    assert fitted("door") == "door"
    name = "generator.synthesis.block32.conv1"
    assert fitted(name).startswith("generator.")
    assert fitted(name).endswith("…")
    assert fitted(name, at_end=True).endswith("block32.conv1")
    assert text_width(fitted(name, at_end=True)) <= NAMES - 8
