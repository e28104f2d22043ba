"""Marks: the pieces of SVG that figures are made of."""

import re
import xml.etree.ElementTree as ET

import numpy as np
import pytest

from ganatomy.draw import marks
from ganatomy.draw.marks import Bounded
from ganatomy.draw.scales import Scale

X, Y = Scale(0.0, 10.0, 0.0, 100.0), Scale(0.0, 10.0, 100.0, 0.0)


def parse(*parts):
    return ET.fromstring(f"<svg>{''.join(parts)}</svg>")


def numbers(steps):
    return [float(number) for number in re.findall(r"-?[\d.]+", steps)]


def test_text_is_escaped_and_a_mark_without_style_has_no_class():
    (text,) = parse(marks.text(1.25, 2, "a < b & c"))
    assert (text.text, text.attrib) == ("a < b & c", {"x": "1.2", "y": "2"})
    (turned,) = parse(marks.turned(3, 4, "up", "mid", -90))
    assert (turned.get("transform"), turned.get("class")) == ("translate(3 4) rotate(-90)", "mid")


def test_a_bar_that_would_end_before_it_begins_is_empty():
    (bar,) = parse(marks.bar("area", 5.0, 4.0, 0.0, 10.0))
    assert bar.get("d") == "M5 10V0H5V10z"


def test_a_stack_goes_on_where_the_piece_before_ended_and_leaves_out_nothings():
    first, second = parse(*marks.stack([("a", 3), ("b", 0), ("c", 2)], X, 0, 10))
    assert (first.get("class"), numbers(first.get("d"))) == ("a", [0, 10, 0, 30, 10])
    assert (second.get("class"), numbers(second.get("d"))) == ("c", [30, 10, 0, 50, 10])


def test_a_line_skips_what_is_missing():
    (line,) = parse(marks.line("ink", np.arange(5.0), np.array([1, np.nan, 3, 4, np.nan]), X, Y))
    assert line.get("d") == "M0 90h0M20 70L30 60"
    assert marks.line("ink", np.zeros(0), np.zeros(0), X, Y) == ""


def test_a_band_goes_there_along_the_upper_line_and_back_along_the_lower():
    x, low, high = np.array([0.0, 5.0, 10.0]), np.array([1.0, np.nan, 2.0]), np.array([3.0, 9.0, 4.0])
    (band,) = parse(marks.band("ink", x, low, high, X, Y))
    assert numbers(band.get("d")) == [0, 70, 100, 60, 100, 80, 0, 90]
    assert marks.band("ink", x[:1], low[:1], high[:1], X, Y) == ""


def test_a_whisker_is_set_off_from_its_bar():
    under, whisker = parse(marks.whisker(Bounded(5.0, 2.0, 8.0), X, 50.0))
    assert (under.get("class"), whisker.get("class")) == ("whisker under", "whisker")
    assert whisker.get("d") == under.get("d") == "M20 50H80M20 47v6M80 47v6"
    assert marks.whisker(Bounded(5.0), X, 50.0) == ""


@pytest.mark.parametrize(
    ("found", "drawn"),
    [
        (Bounded(5.0, 4.0, 6.0), ["path", "circle"]),
        (Bounded(5.0), ["circle"]),
        (Bounded(5.0, -1.0, 6.0), ["path", "path tip", "circle"]),
        (Bounded(5.0, 4.0, 11.0), ["path", "path tip", "circle"]),
        (Bounded(12.0, 4.0, 15.0), ["path", "path beyond"]),
        (Bounded(5.0, 4.0, float("inf")), ["circle"]),
    ],
)
def test_an_interval_says_where_it_goes_on_beyond_the_axis(found, drawn):
    (group,) = parse(marks.interval("filled c1", found, X, 50.0))
    assert [" ".join(filter(None, (mark.tag, mark.get("class")))) for mark in group] == drawn


@pytest.mark.parametrize("value", [None, float("nan")])
def test_an_unknown_value_is_not_drawn(value):
    assert marks.interval("hollow", Bounded(value, 1.0, 2.0), X, 50.0) == ""


def test_bounds_are_known_or_not():
    assert Bounded(1.0, 0.5, 2.0).has_bounds
    assert not Bounded(1.0, 0.5).has_bounds
