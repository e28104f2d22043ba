"""Numbers and names as a reader wants them."""

from ganatomy.draw.text import SPACE, decimal, natural, percent, plain, span


def test_percent_keeps_a_decimal_where_it_matters():
    assert [percent(v).replace(SPACE, " ") for v in (0.0994, 0.0996, 1.0, 18.19)] == [
        "9.9 %",
        "10 %",
        "100 %",
        "1819 %",
    ]


def test_span_writes_its_unit_once():
    assert span(0.025, 0.52).replace(SPACE, " ") == "2.5–52 %"


def test_decimal_of_negative_and_large_values():
    assert [decimal(v) for v in (-0.25, -0.001, 0.0, 12.5)] == [
        "\N{MINUS SIGN}.25",
        "\N{MINUS SIGN}.00",
        ".00",
        "12.50",
    ]


def test_plain_hides_where_files_are_kept_but_keeps_other_text():
    values = ("../shared/photos.zip", "~/photos", "a/b", {"gamma": 0.5, "flip": False}, [], {}, "/a\nb")
    assert [plain(v) for v in values] == ["photos.zip", "photos", "a/b", "gamma: 0.5, flip: no", "–", "–", "/a\nb"]


def test_natural_order_of_edits_and_dotted_layers():
    names = ["0010-a", "0002-b", "block10.conv", "block9.conv2", "block9.conv"]
    assert sorted(names, key=natural) == ["0002-b", "0010-a", "block9.conv", "block9.conv2", "block10.conv"]
