"""Figures as files."""

import re
import sys
import types
import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PIL import Image
from tests.report.fixture_run import make_points

from ganatomy.draw.canvas import Figure
from ganatomy.draw.charts import Series, line_figure
from ganatomy.errors import MissingExtra
from ganatomy.progress import SILENT
from ganatomy.report import export, write_report
from ganatomy.report.export import light_style, rasteriser, standalone, write_figures
from ganatomy.report.gather import gather
from ganatomy.runs.directory import open_run

SVG = "{http://www.w3.org/2000/svg}"


class Told(type(SILENT)):
    def __init__(self):
        self.lines = []

    def line(self, text):
        self.lines.append(text)


@pytest.fixture
def figure():
    line = Series("a & b", np.arange(3.0), np.arange(3.0), "o1")
    return Figure("key", "Title <1>", line_figure("key", "Title <1>", "Words", [line]), "Caption")


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


def test_every_figure_of_a_page_becomes_a_file(full_run, tmp_path, without_resvg):
    page, told = gather(open_run(full_run), 2, 2), Told()
    written = write_figures(page, tmp_path / "figures", told)
    assert sorted(path.name for path in written) == sorted(
        [f"{figure.key}.svg" for figure in page.figures] + ["latent-strips.png", "latent-grid.png"]
    )
    assert len({figure.key for figure in page.figures}) == len(page.figures) == 20
    assert all(ET.parse(path) for path in written if path.suffix == ".svg")
    with Image.open(tmp_path / "figures/latent-grid.png") as image:
        assert image.size == page.latents.sheets[1].image.size
    assert told.lines == [
        "figures are written as SVG only: PNG needs resvg, which is not installed; `pip install 'ganatomy[png]'`"
    ]


def test_the_density_panels_of_points_are_a_png(tmp_path, without_resvg):
    run = make_points(tmp_path / "0001-points")
    write_report(run, figures=tmp_path / "figures")
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert names == {"density.png"}


def test_with_a_rasteriser_there_is_png_of_all(full_run, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "rasteriser", lambda: lambda text: b"PNG of " + text[:5].encode())
    page, told = gather(open_run(full_run), 2, 2), Told()
    written = write_figures(page, tmp_path, told)
    assert len(written) == 2 * len(page.figures) + 2
    assert (tmp_path / "fitness.png").read_bytes() == b"PNG of <?xml"
    assert told.lines == []


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
