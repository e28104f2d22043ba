"""Numbers and names as a reader wants them."""

from ganatomy.draw.text import SPACE, decimal, fitted, natural, percent, plain, shortened, span, text_width


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


def test_wide_letters_are_wide():
    assert text_width("mmm") > text_width("nnn") > text_width("iii")


def test_long_names_are_cut_where_they_matter_least():
    assert fitted("door", 104) == "door"
    name = "generator.synthesis.block32.conv1"
    assert fitted(name, 104).startswith("generator.")
    assert fitted(name, 104).endswith("…")
    assert fitted(name, 104, keep_end=True).endswith("block32.conv1")
    assert text_width(fitted(name, 104, keep_end=True)) <= 104
    assert fitted("mm", 1) == "…"


def test_shortened_names_have_the_letters_that_fit():
    assert (shortened("sky", 3), shortened("skies", 3)) == ("sky", "sk…")
