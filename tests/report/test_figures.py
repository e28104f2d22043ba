"""Figures are SVG whose coordinates come from the values."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ganatomy.report.figures import (
    BOTTOM,
    HEIGHT,
    LEFT,
    NAMES,
    RIGHT,
    TOP,
    WIDTH,
    Dots,
    Interval,
    Row,
    Series,
    interval_figure,
    line_figure,
    share_figure,
)

FLOOR, END = HEIGHT - BOTTOM, WIDTH - RIGHT


def parse(svg):
    """Return the figure as a tree: it has to be well-formed XML."""
    return ET.fromstring(svg)


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
    assert (tree.get("data-low"), tree.get("data-high")) == ("1.0", "3.0")


def test_a_gap_interrupts_the_line_and_a_lone_value_is_a_dot():
    tree = parse(line_figure("key", "Title", "Words", [series([1, 2, np.nan, 3, np.nan, np.nan, 1, 2])]))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    assert re.sub(r"[\d. ]+", " ", line).replace(" ", "") == "MLMhML"


def test_one_generation_is_drawn():
    tree = parse(line_figure("key", "Title", "Words", [series([0.3])], [Dots("a", np.ones(1), np.array([0.2]), "o0")]))
    (line,) = (p for p in paths(tree, "line ink") if not p.endswith("h18"))
    assert numbers(line)[0] == (LEFT + END) / 2
    assert len(paths(tree, "dots o0 few")) == len(paths(tree, "line lone")) == 1
    assert "nan" not in line_figure("key", "Title", "Words", [series([0.3])]).lower()


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
    svg = line_figure("key", name, name, [Series(name, np.ones(1), np.ones(1), "ink")], unit=name)
    assert "<script>" not in svg
    assert name in texts(parse(svg))
    assert parse(svg).find("title").text == name


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
