"""Figures as files."""

import sys
import xml.etree.ElementTree as ET

import pytest
from PIL import Image
from tests.report.fixture_run import make_points

from ganatomy.progress import SILENT
from ganatomy.report import export, write_report
from ganatomy.report.export import write_figures
from ganatomy.report.gather import gather
from ganatomy.runs.directory import open_run

SVG = "{http://www.w3.org/2000/svg}"


class Told(type(SILENT)):
    def __init__(self):
        self.lines = []

    def line(self, text):
        self.lines.append(text)


@pytest.fixture
def without_resvg(monkeypatch):
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    monkeypatch.setitem(sys.modules, "typst", None)


def test_every_figure_of_a_page_becomes_a_file(full_run, tmp_path, without_resvg):
    page, told = gather(open_run(full_run), 2, 2), Told()
    written = write_figures(page.figures, page.sheets, tmp_path / "figures", told)
    assert sorted(path.name for path in written) == sorted(
        [f"{figure.key}.svg" for figure in page.figures] + ["latent-strips.png", "latent-grid.png"]
    )
    assert len({figure.key for figure in page.figures}) == len(page.figures) == 20
    assert all(ET.parse(path) for path in written if path.suffix == ".svg")
    with Image.open(tmp_path / "figures/latent-grid.png") as image:
        assert image.size == page.latents.sheets[1].image.size
    assert told.lines == [
        "figures are written without PNG: PNG needs resvg, which is not installed; `pip install 'ganatomy[png]'`",
        "figures are written without PDF: PDF needs Typst, which is not installed; `pip install 'ganatomy[pdf]'`",
    ]


def test_the_density_panels_of_points_are_a_png(tmp_path, without_resvg):
    run = make_points(tmp_path / "0001-points")
    write_report(run, figures=tmp_path / "figures")
    names = {path.name for path in (tmp_path / "figures").iterdir()}
    assert names == {"density.png"}


def test_with_a_rasteriser_there_is_png_of_all(full_run, tmp_path, monkeypatch):
    monkeypatch.setattr(export, "rasteriser", lambda: lambda text: b"PNG of " + text[:5].encode())
    monkeypatch.setattr(export, "pdf_writer", lambda: lambda text: b"PDF of " + text[:5].encode())
    page, told = gather(open_run(full_run), 2, 2), Told()
    written = write_figures(page.figures, page.sheets, tmp_path, told)
    assert len(written) == 3 * len(page.figures) + 2
    assert (tmp_path / "fitness.pdf").read_bytes() == b"PDF of <?xml"
    assert (tmp_path / "fitness.png").read_bytes() == b"PNG of <?xml"
    assert told.lines == []
