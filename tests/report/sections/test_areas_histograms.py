"""Histograms of areas: places follow the root of the area, heights the share of images."""

import numpy as np
import pytest
from tests.draw.test_charts import numbers, parse, paths, texts

from ganatomy.draw.canvas import TOP
from ganatomy.report.sections.areas_histograms import BARS, AreaHistogram, histogram_figure

EDGES = np.array([0.0, 0.0625, 0.25, 1.0])


def histogram(name="tree", shares=(0.5, 0.25, 0.0), real_shares=(0.1, 0.0, 0.0)):
    return AreaHistogram(name, "c1", (0.75, 0.1), np.array(shares), np.array(real_shares))


def test_histograms_share_their_axis_and_are_as_high_as_their_shares():
    tree = parse(histogram_figure([histogram(), histogram("sea", shares=(0.0, 0.2, 0.0))], EDGES))
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
    empty = histogram(shares=(0.0, 0.0, 0.0), real_shares=(0.0, 0.0, 0.0))
    tree = parse(histogram_figure([empty] * 4, EDGES))
    assert {p for p in paths(tree, "area c1")} == {""}
    names = [t for t in tree.iter("text") if t.get("class") == "strong"]
    assert [float(t.get("y")) - TOP - 12 for t in names] == [0, 0, 0, 104]
    assert float(names[3].get("x")) == float(names[0].get("x"))
