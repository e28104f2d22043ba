"""Figures that stand alone."""

import re
import sys
import types
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image

from ganatomy.draw.charts import Series, line_figure
from ganatomy.draw.files import light_style, pdf_writer, rasteriser, standalone
from ganatomy.errors import MissingExtra

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def figure():
    line = Series("a & b", np.arange(3.0), np.arange(3.0), "o1")
    return line_figure("key", "Title <1>", "Words", [line])


@pytest.fixture
def without_resvg(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)


def test_a_figure_that_stands_alone_has_title_style_and_paper(figure):
    text = standalone(figure)
    tree = ET.fromstring(text)
    assert tree.tag == f"{SVG}svg"
    left, top, width, height = (float(v) for v in tree.get("viewBox").split())
    paper = tree.find(f"{SVG}rect")
    assert [float(paper.get(name)) for name in ("x", "y", "width", "height")] == [left, top, width, height]
    assert paper.get("fill") == "#fbfaf6"
    assert float(tree.get("height")) / float(tree.get("width")) == pytest.approx(height / width, abs=1e-3)
    assert "Title <1>" in [t.text for t in tree.iter(f"{SVG}text")]
    assert "sans-serif" in tree.get("font-family")
    assert not re.search(r"url\(|href|@import|<script|class=\"marker\"", text)


def test_the_style_needs_no_variables():
    style, paper = light_style()
    assert "var(" not in style
    assert "--" not in style
    assert "marker" not in style
    assert ".o0 { color: #0072b2; }" in style
    assert "svg .line { fill: none; stroke: currentColor;" in style
    assert paper == "#fbfaf6"


def test_resvg_is_asked_for_twice_the_pixels(monkeypatch):
    def svg_to_bytes(*, svg_string, zoom):
        return f"{svg_string} x {zoom}".encode()

    monkeypatch.setitem(sys.modules, "resvg_py", types.SimpleNamespace(svg_to_bytes=svg_to_bytes))
    assert rasteriser()("<svg/>") == b"<svg/> x 2"


def test_without_resvg_the_extra_is_named(without_resvg):
    with pytest.raises(MissingExtra, match=r"PNG needs resvg, which is not installed; `pip install 'ganatomy\[png\]'`"):
        rasteriser()


def test_resvg_draws_the_lines_in_their_colours(figure, tmp_path):
    pytest.importorskip("resvg_py")
    path = tmp_path / "key.png"
    path.write_bytes(rasteriser()(standalone(figure)))
    with Image.open(path) as image:
        colours = {colour: count for count, colour in image.convert("RGB").getcolors(1 << 20)}
    assert image.width == 1600
    assert max(colours, key=colours.get) == (0xFB, 0xFA, 0xF6)
    assert colours[(0xD5, 0x5E, 0x00)] > 1000


def test_pdf_is_a_page_of_the_figures_size(monkeypatch, figure):
    made = types.SimpleNamespace(
        compile=lambda document, sys_inputs: f"{sys_inputs['width']} {document[:9].decode()}".encode()
    )
    monkeypatch.setitem(sys.modules, "typst", made)
    assert pdf_writer()(standalone(figure)) == b"420 #set page"


def test_without_typst_there_is_no_pdf(monkeypatch):
    monkeypatch.setitem(sys.modules, "typst", None)
    with pytest.raises(
        MissingExtra, match=r"^PDF needs Typst, which is not installed; `pip install 'ganatomy\[pdf\]'`$"
    ):
        pdf_writer()


def test_typst_draws_vectors_and_embeds_letters(figure):
    pytest.importorskip("typst")
    content = pdf_writer()(standalone(figure))
    assert content.startswith(b"%PDF")
    assert b"/FontFile" in content
    assert b"/Subtype/Image" not in content
