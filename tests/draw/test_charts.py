"""Figures are SVG whose coordinates come from the values."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ganatomy.draw.axes import Axis
from ganatomy.draw.canvas import BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH
from ganatomy.draw.charts import Dots, Mark, Series, averaged, line_figure, share_figure

FLOOR, END = HEIGHT - BOTTOM, WIDTH - RIGHT


def parse(figure):
    """Return the figure as a tree: it has to be well-formed XML."""
    return ET.fromstring(figure.svg)


def paths(tree, style):
    return [p.get("d") for p in tree.iter("path") if set(style.split()) <= set(p.get("class", "").split())]


def numbers(path):
    return [float(n) for n in re.findall(r"-?\d+\.?\d*", path)]


def texts(tree):
    return [t.text for t in tree.iter("text")]


def series(y, **style):
    return Series("fitness", np.arange(1.0, len(y) + 1), np.array(y, dtype=float), "ink", **style)


def test_a_line_goes_through_its_values():
    tree = parse(line_figure("key", "Title", "Words", [series([0.0, 1.0, 0.5])], unit="F"))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    x1, y1, x2, y2, x3, y3 = numbers(line)
    assert (x1, x3) == (LEFT, END)
    assert x2 == (LEFT + END) / 2
    assert TOP < y2 < y3 < y1 < FLOOR
    assert y3 == pytest.approx((y1 + y2) / 2, abs=0.11)
    assert {"fitness", "generation", "F", "1", "2", "3"} <= set(texts(tree))
    assert "1.5" not in texts(tree)
    assert (tree.get("data-moment"), tree.get("data-low"), tree.get("data-high")) == ("generation", "1.0", "3.0")


def test_a_gap_interrupts_the_line_and_a_lone_value_is_a_dot():
    tree = parse(line_figure("key", "Title", "Words", [series([1, 2, np.nan, 3, np.nan, np.nan, 1, 2])]))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    assert re.sub(r"[\d. ]+", " ", line).replace(" ", "") == "MLMhML"


def test_one_generation_is_drawn():
    tree = parse(line_figure("key", "Title", "Words", [series([0.3])], [Dots("a", np.ones(1), np.array([0.2]), "o0")]))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    assert numbers(line)[0] == (LEFT + END) / 2
    assert len(paths(tree, "dots o0 few")) == len(paths(tree, "line lone")) == 1
    assert "nan" not in line_figure("key", "Title", "Words", [series([0.3])]).svg.lower()


@pytest.mark.parametrize("lines", [[], [series([])], [series([np.nan, np.nan])]])
def test_nothing_to_draw_is_an_empty_frame(lines):
    assert not [p for p in paths(parse(line_figure("key", "Title", "Words", lines)), "line ink") if "h18" not in p]


def test_faint_lines_have_no_legend_and_dashed_ones_are_dashed():
    tree = parse(line_figure("key", "Title", "Words", [series([1, 2], faint=True), series([1, 2], dashed=True)]))
    assert texts(tree).count("fitness") == 1
    assert len(paths(tree, "line dashed")) == 2
    assert len(paths(tree, "line faint")) == 1


def test_the_baseline_is_in_sight():
    tree = parse(line_figure("key", "Title", "Words", [series([5, 6])], baseline=0.0))
    (baseline,) = paths(tree, "unity")
    assert numbers(baseline)[1] == FLOOR


def test_names_are_escaped_and_not_ascii():
    name = '</text><script>alert("é")</script>'
    figure = line_figure("key", name, name, [Series(name, np.ones(1), np.ones(1), "ink")], unit=name)
    assert "<script>" not in figure.svg
    assert name in texts(parse(figure))
    assert parse(figure).find("title").text == parse(figure).find("desc").text == name


def test_a_long_legend_wraps_above_the_frame():
    few = parse(line_figure("key", "Title", "Words", [series([1, 2])]))
    names = [f"a rather long objective {n}" for n in range(6)]
    many = parse(line_figure("key", "Title", "Words", [Series(n, np.ones(1), np.ones(1), "ink") for n in names]))
    assert float(many.get("viewBox").split()[3]) > float(few.get("viewBox").split()[3])
    places = [(float(t.get("x")), float(t.get("y"))) for t in many.iter("text") if t.text in names]
    assert len(set(places)) == 6
    assert max(x for x, _ in places) < WIDTH - 100
    shift = float(re.search(r"translate\(0 ([\d.]+)\)", many.find("g").get("transform"))[1])
    assert max(y for _, y in places) <= shift


def test_shares_are_stacked_to_the_top():
    shares = [("a", "o0", np.array([0.25, 0.0])), ("b", "o1", np.array([0.75, 0.0]))]
    tree = parse(share_figure("key", "Title", "Words", np.array([1.0, 11.0, 21.0]), shares, "of survivors"))
    below, above = (numbers(paths(tree, f"area o{n}")[0]) for n in (0, 1))
    quarter = FLOOR - 0.25 * (FLOOR - TOP)
    assert below == pytest.approx([LEFT, FLOOR, quarter, (LEFT + END) / 2, FLOOR], abs=0.06)
    assert above == pytest.approx([LEFT, quarter, TOP, (LEFT + END) / 2, quarter], abs=0.06)
    assert {"100 %", "0 %", "of survivors"} <= set(texts(tree))


def test_the_marker_of_an_axis_of_minutes_goes_by_seconds():
    minutes = Axis("minutes of training", "seconds", 60.0)
    tree = parse(line_figure("key", "Title", "Words", [series([0.0, 1.0, 0.5])], axis=minutes))
    assert (tree.get("data-moment"), tree.get("data-low"), tree.get("data-high")) == ("seconds", "60.0", "180.0")
    assert {"minutes of training", "1.5"} <= set(texts(tree))


def test_an_axis_that_is_no_time_has_no_marker():
    tree = parse(line_figure("key", "Title", "Words", [series([0.0, 1.0])], axis=Axis("D(G(z))"), y_range=(0.0, 2.0)))
    assert tree.get("data-low") is None
    assert not paths(tree, "marker")
    assert numbers(paths(tree, "line ink")[-1])[3] == (FLOOR + TOP) / 2


@pytest.mark.parametrize(("y", "side"), [([0.0, 1.0, 0.0], 1), ([1.0, 0.0, 1.0], -1)])
def test_the_marked_value_is_ringed_and_its_text_inside_the_frame(y, side):
    """Below a ring at the top, above any other."""
    for at in (1, 2, 3):
        tree = parse(line_figure("key", "Title", "Words", [series(y)], mark=Mark(at, y[1], "a best value")))
        (ring,) = tree.iter("circle")
        (text,) = (t for t in tree.iter("text") if t.text == "a best value")
        assert ring.get("class") == "ring"
        assert float(ring.get("cx")) == pytest.approx(LEFT + (at - 1) / 2 * (END - LEFT), abs=0.06)
        assert LEFT + 20 < float(text.get("x")) < END - 20
        assert np.sign(float(text.get("y")) - float(ring.get("cy"))) == side


def test_averaged_lines_lie_above_their_values():
    x, y = np.arange(6.0), np.array([0.0, 3.0, 0.0, 3.0, 0.0, 3.0])
    raw, mean = averaged("a", x, y, "o1", 3, dashed=True)
    assert (raw.faint, raw.y.tolist()) == (True, y.tolist())
    assert (mean.faint, mean.dashed, mean.y.tolist()) == (False, True, [1.5, 1.0, 2.0, 1.0, 2.0, 1.5])
    assert [line.faint for line in averaged("a", x, y, "o1", 1)] == [False]


def test_a_band_lies_around_its_line():
    x = np.array([0.0, 100.0, 200.0, 1000.0])
    tree = parse(line_figure("k", "t", "c", [Series("layer2", x, x / 10, "ink", low=x / 20, high=x / 5)], unit="units"))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    (band,) = paths(tree, "area band ink")
    places, values = numbers(line)[::2], numbers(line)[1::2]
    assert places[2] - places[1] == pytest.approx(places[1] - places[0], abs=0.2)
    assert places[3] - places[0] == pytest.approx(10 * (places[1] - places[0]), abs=1)
    assert len(numbers(band)) == 16
    high, low = numbers(band)[1:8:2], numbers(band)[9::2][::-1]
    assert all(h <= v <= b for h, v, b in zip(high, values, low, strict=True)), "down is up in SVG"


def test_one_value_has_no_band():
    one = np.ones(1)
    tree = parse(line_figure("k", "t", "c", [Series("layer2", one, one, "ink", True, low=one, high=one)]))
    assert not paths(tree, "band")
    assert len(paths(tree, "line ink dashed lone")) == 1
