"""Figures of rows."""

import pytest
from tests.draw.test_charts import END, numbers, parse, texts

from ganatomy.draw.canvas import NAMES
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale

NAMED = {"names": ("20 units", "20 random units"), "unit": "area kept"}


def test_intervals_lie_on_an_axis_in_percent_and_point_past_its_end():
    rows = [
        Row("tree", "c1", Bounded(0.5, 0.25, 0.75), Bounded(1.0), strong=True),
        Row("a concept of a very long name", "c2", Bounded(9.0, 0.5, 12.0), Bounded(None)),
    ]
    figure = row_figure("key", "Title", "Words", rows, Scale(0.0, 2.0, NAMES, END), unity=1.0, **NAMED)
    tree, width = parse(figure), END - NAMES
    filled = next(g for g in tree.iter("g") if g.get("class") == "filled c1")
    assert float(filled.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.25, abs=0.06)
    assert numbers(filled.find("path").get("d"))[::2] == pytest.approx(
        [NAMES + width * 0.125, NAMES + width * 0.375], abs=0.06
    )
    (hollow,) = (g for g in tree.iter("g") if g.get("class") == "hollow")
    assert hollow.find("path") is None
    beyond = next(g for g in tree.iter("g") if g.get("class") == "filled c2")
    assert beyond.find("circle") is None
    assert beyond.findall("path")[1].get("class") == "beyond"
    assert {"0 %", "50 %", "100 %", "200 %", "area kept", "20 random units", "a concept of …"} <= set(texts(tree))
    assert [path.get("class") for path in tree.iter("path")].count("grid unity") == 1
    assert tree.get("data-low") is None
    assert figure.caption == "Words"


def test_a_word_stands_behind_its_row():
    rows = [
        Row("sea", "c2", Bounded(0.5), Bounded(0.5), word="as real"),
        Row("sky", "c0", Bounded(0.5), Bounded(0.5)),
    ]
    tree = parse(row_figure("key", "Title", "", rows, Scale(0.0, 1.0, NAMES, 300.0), **NAMED))
    (word,) = (text for text in tree.iter("text") if text.get("class") == "verdict")
    assert (word.text, float(word.get("x"))) == ("as real", 308)
