"""The canvas: legend, lead, title and description around what is drawn."""

import xml.etree.ElementTree as ET

from ganatomy.draw import marks
from ganatomy.draw.axes import GENERATION, Axis
from ganatomy.draw.canvas import HEIGHT, LEAD, LEGEND_ROW, WIDTH, Key, figure, plot

BODY = [marks.text(1, 2, "drawn")]


def parse(found):
    return ET.fromstring(found.svg)


def test_a_figure_has_its_title_and_caption_once():
    found = figure("key", "Title", "Caption", BODY, description="Words")
    assert (found.key, found.title, found.caption) == ("key", "Title", "Caption")
    tree = parse(found)
    assert (tree.find("title").text, tree.find("desc").text) == ("Title", "Words")
    assert tree.get("aria-labelledby") == "key-t key-d"
    assert parse(figure("key", "Title", "Caption", BODY)).find("desc").text == "Caption"


def test_legend_and_lead_stand_above_the_body():
    keys = [Key("line", "ink", line=True, dashed=True), Key("dot", "c1")]
    for given, above in (({}, 0), ({"keys": keys}, LEGEND_ROW), ({"keys": keys, "lead": "How"}, LEGEND_ROW + LEAD)):
        found = figure("key", "Title", "", BODY, **given)
        assert (found.width, found.height) == (WIDTH, HEIGHT + above)
        assert parse(found).get("viewBox") == f"0 0 {WIDTH} {HEIGHT + above}"
        assert parse(found).find("g").get("transform") == f"translate(0 {above})"
    tree = parse(found)
    assert [path.get("class") for path in tree.iter("path")] == ["line ink dashed"]
    assert [text.text for text in tree.iter("text")] == ["How", "line", "dot", "drawn"]


def test_a_legend_wraps_at_the_width_of_its_figure():
    keys = [Key(f"a rather long name {n}", "c1") for n in range(4)]
    narrow, wide = (figure("key", "Title", "", BODY, keys=keys, width=width) for width in (WIDTH, 3 * WIDTH))
    assert (narrow.height - HEIGHT, wide.height - HEIGHT) == (2 * LEGEND_ROW, LEGEND_ROW)


def test_a_plot_along_moments_has_a_marker_for_the_pages_script():
    frame = plot((1.0, 3.0), (0.0, 1.0))
    tree = parse(figure("key", "Title", "", BODY, moments=(frame, GENERATION)))
    assert (tree.get("data-moment"), tree.get("data-low"), tree.get("data-high")) == ("generation", "1.0", "3.0")
    assert [path.get("class") for path in tree.iter("path")] == ["marker"]
    assert parse(figure("key", "Title", "", BODY, moments=(frame, Axis("D(G(z))")))).get("data-low") is None


def test_a_plot_of_one_moment_has_air_around_it():
    frame = plot((5.0, 5.0), (0.0, 1.0))
    assert (frame.x.low, frame.x.high) == (4.5, 5.5)
