"""Results show themselves on one screen, whatever their size."""

import base64
import io
import math
import re

from PIL import Image

from ganatomy.face.shown import SCREEN, Rows, as_html, as_text, rounded


def rows(n: int) -> Rows[int]:
    return Rows(range(n), lambda value: {"value": value, "square": float(value**2)}, "squares")


def test_rows_are_a_sequence_and_a_slice_of_rows_is_rows() -> None:
    assert list(rows(3)) == [0, 1, 2]
    assert rows(3)[1] == 1
    assert list(rows(9)[2:5]) == [2, 3, 4]
    assert repr(rows(9)[2:4]).splitlines() == ["squares", "value  square", "    2       4", "    3       9"]


def test_a_long_table_fills_one_screen_and_says_how_much_more_there_is() -> None:
    lines = repr(rows(500)).splitlines()
    assert len(lines) == SCREEN + 3
    assert lines[-1] == "... and 480 more"
    assert rows(500)._repr_html_().count("<tr>") == SCREEN + 1
    assert "... and 480 more" in rows(500)._repr_html_()


def test_nothing_is_a_title_alone() -> None:
    assert as_text("units", []) == "units"
    assert as_html("units", []) == "<p><b>units</b></p>"


def test_html_escapes_what_it_is_given() -> None:
    assert "<b>a &lt; b</b>" in as_html("a < b", [])
    assert "&lt;script&gt;" in as_html("x", [{"concept": "<script>"}])


def test_a_picture_is_held_by_the_html() -> None:
    html = as_html("x", [], picture=Image.new("RGB", (3, 2), "red"))
    found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', html)
    assert found is not None
    assert Image.open(io.BytesIO(base64.b64decode(found[1]))).size == (3, 2)


def test_an_interval_of_which_nothing_is_known_is_none() -> None:
    assert rounded((0.12345, 1.5)) == "0.123 to 1.5"
    assert rounded((math.nan, math.nan)) is None
