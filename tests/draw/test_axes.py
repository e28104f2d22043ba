"""Axes: grid lines, ticks and labels."""

import xml.etree.ElementTree as ET

from ganatomy.draw.axes import GENERATION, Axis, Frame, along, axes, columns, levels, named
from ganatomy.draw.scales import Scale

FRAME = Frame(Scale(0.0, 10.0, 50.0, 150.0), Scale(0.0, 4.0, 100.0, 20.0))


def parse(parts):
    return ET.fromstring(f"<svg>{''.join(parts)}</svg>")


def texts(parts):
    return [text.text for text in parse(parts).iter("text")]


def test_a_plot_has_both_labels_its_levels_and_its_values():
    said = texts(axes(FRAME, Axis("minutes"), "F"))
    assert said == ["0", "1", "2", "3", "4", "0", "2", "4", "6", "8", "10", "minutes", "F"]


def test_levels_may_stay_without_numbers():
    parts = parse(levels(FRAME.y, 50.0, 150.0, write=None))
    assert [line.get("d") for line in parts] == ["M50 100H150", "M50 80H150", "M50 60H150", "M50 40H150", "M50 20H150"]


def test_things_that_are_counted_have_whole_ticks():
    frame = Frame(Scale(1.0, 3.0, 0.0, 100.0), FRAME.y)
    assert texts(along(frame, GENERATION)) == ["1", "2", "3", "generation"]


def test_columns_go_from_top_to_floor_and_unity_is_dashed():
    parts = parse(columns(Scale(0.0, 2.0, 0.0, 100.0), 5.0, 95.0, 2, unity=1.0))
    lines = [(line.get("class"), line.get("d")) for line in parts.iter("path")]
    assert lines == [("grid", "M0 5V95"), ("grid unity", "M50 5V95"), ("grid", "M100 5V95")]


def test_named_places_leave_room_for_each_other():
    assert texts(named([(1000.0, 10.0), (2000.0, 20.0), (3000.0, 60.0)], 100.0)) == ["1k", "3k"]
