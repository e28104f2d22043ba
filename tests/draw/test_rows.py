"""Interval figures."""

import pytest
from tests.draw.test_charts import END, numbers, parse, texts

from ganatomy.draw.rows import NAMES, Interval, Row, interval_figure


def test_intervals_lie_on_an_axis_in_percent_and_point_past_its_end():
    rows = [
        Row("tree", "c1", Interval(0.5, 0.25, 0.75), Interval(1.0, None, None), strong=True),
        Row("a concept of a very long name", "c2", Interval(9.0, 0.5, 12.0), Interval(None, None, None)),
    ]
    tree = parse(interval_figure("key", "Title", "Words", rows, ("20 units", "20 random units"), 2.0))
    width = END - 6 - NAMES
    edit = next(g for g in tree.iter("g") if g.get("class") == "edit c1")
    assert float(edit.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.25, abs=0.06)
    assert numbers(edit.find("path").get("d"))[::2] == pytest.approx(
        [NAMES + width * 0.125, NAMES + width * 0.375], abs=0.06
    )
    (control,) = (g for g in tree.iter("g") if g.get("class") == "control")
    assert control.find("path") is None
    beyond = next(g for g in tree.iter("g") if g.get("class") == "edit c2")
    assert beyond.find("circle") is None
    assert beyond.findall("path")[1].get("class") == "beyond"
    assert {"0 %", "50 %", "100 %", "200 %", "area kept", "20 random units", "a concept of …"} <= set(texts(tree))
    assert tree.get("data-low") is None
