"""Figures of areas: places follow the root of the area, heights the share of images."""

from itertools import pairwise

import numpy as np
import pytest
from tests.draw.test_charts import numbers, parse, paths, texts

from ganatomy.draw.canvas import TOP, WIDTH
from ganatomy.draw.rows import Interval
from ganatomy.report.sections.areas_figures import BARS, NAMES, WORDS, AreaRow, area_figure, histogram_figure

EDGES = np.array([0.0, 0.0625, 0.25, 1.0])


def row(name="tree", verdict="overdrawn", shares=(0.5, 0.25, 0.0), real_shares=(0.1, 0.0, 0.0)):
    return AreaRow(
        name, "c1", verdict, Interval(0.16, 0.09, 0.25), Interval(0.04, 0.01, 0.09), (0.75, 0.1),
        np.array(shares), np.array(real_shares),
    )  # fmt: skip


def test_areas_lie_at_their_roots_between_names_and_verdicts():
    tree = parse(area_figure("key", "Title", "Words", [row(), row("a concept of a long name", "as real")], 0.64))
    width = WIDTH - WORDS - NAMES
    generated = next(g for g in tree.iter("g") if g.get("class") == "edit c1")
    assert float(generated.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.4 / 0.8, abs=0.06)
    assert numbers(generated.find("path").get("d"))[::2] == pytest.approx(
        [NAMES + width * 0.3 / 0.8, NAMES + width * 0.5 / 0.8], abs=0.06
    )
    real = next(g for g in tree.iter("g") if g.get("class") == "control")
    assert float(real.find("circle").get("cx")) == pytest.approx(NAMES + width * 0.2 / 0.8, abs=0.06)
    assert {"tree", "a concept of …", "overdrawn", "as real", "mean area of an image"} <= set(texts(tree))
    strong = [t.text for t in tree.iter("text") if "strong" in t.get("class", "")]
    assert strong == ["tree", "overdrawn"]


def test_ticks_leave_room_for_each_other_and_end_with_the_axis():
    tree = parse(area_figure("key", "Title", "Words", [row()], 0.29))
    ticks = [t for t in tree.iter("text") if t.text.endswith(" %")]
    assert [t.text for t in ticks] == ["0 %", "1 %", "5 %", "10 %", "20 %"]
    places = [float(t.get("x")) for t in ticks]
    assert min(b - a for a, b in pairwise(places)) >= 30


def test_an_unknown_interval_is_drawn_at_zero():
    nothing = AreaRow("sea", "c2", "as real", *[Interval(None, None, None)] * 2, (0.0, 0.0), np.zeros(3), np.zeros(3))
    tree = parse(area_figure("key", "Title", "Words", [nothing], 0.5))
    assert {float(c.get("cx")) for g in tree.iter("g") if g.get("class") for c in g.iter("circle")} == {NAMES}


def test_histograms_share_their_axis_and_are_as_high_as_their_shares():
    tree = parse(histogram_figure("key", "Title", "Words", [row(), row("sea", shares=(0.0, 0.2, 0.0))], EDGES))
    first, second = paths(tree, "area c1")
    left, floor, top, right, _ = numbers(first.split("z")[0])
    assert floor - top == BARS  # half of the images is the most of this panel
    x1, floor, top, x2, _ = numbers(first.split("z")[1])
    assert floor - top == pytest.approx(BARS / 2, abs=0.06)
    assert (x1, x2 - x1) == pytest.approx((right, right - left), abs=0.11)  # bins of roots 0, 1/4, 1/2: of one width
    assert len(second.split("z")) == 2
    assert texts(tree).count("25\N{NO-BREAK SPACE}%") == 2  # the last bin holds no image and is left out
    assert {"tree", "sea", "in 75\N{NO-BREAK SPACE}% | 10\N{NO-BREAK SPACE}%"} <= set(texts(tree))
    real = next(p for p in paths(tree, "outline"))
    assert float(real.split("V")[1].split("H")[0]) == pytest.approx(floor - BARS / 5, abs=0.06)


def test_histograms_of_nothing_and_of_many_rows():
    empty = row(shares=(0.0, 0.0, 0.0), real_shares=(0.0, 0.0, 0.0))
    tree = parse(histogram_figure("key", "Title", "Words", [empty] * 4, EDGES))
    assert {p for p in paths(tree, "area c1")} == {""}
    names = [t for t in tree.iter("text") if t.get("class") == "strong"]
    assert [float(t.get("y")) - TOP - 12 for t in names] == [0, 0, 0, 104]
    assert float(names[3].get("x")) == float(names[0].get("x"))
