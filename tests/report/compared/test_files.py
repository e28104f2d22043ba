"""The pictures of a comparison: which files are written, and what is said of one that cannot be."""

from types import SimpleNamespace

import pytest
from PIL import Image

from ganatomy.draw.canvas import figure
from ganatomy.errors import MissingExtra
from ganatomy.progress import Silent
from ganatomy.report.compared import files


class Heard(Silent):
    """Progress that keeps what it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        """Keep the line."""
        self.lines.append(text)


@pytest.fixture
def compared(tmp_path, monkeypatch):
    """Return a comparison whose figures are drawn already."""
    monkeypatch.setattr(files, "draw_comparison", lambda plan, results: figure("f", "drawn", "how", [], height=20.0))
    monkeypatch.setattr(files, "draw_samples", lambda plan: Image.new("RGB", (3, 2)))
    return SimpleNamespace(plan=SimpleNamespace(path=tmp_path), results=None)


def names(compared):
    return sorted(path.name for path in compared.plan.path.iterdir())


def test_figure_picture_and_samples_are_written(compared):
    heard = Heard()
    files.write_figures(compared, heard)
    assert names(compared) == ["compare.png", "compare.svg", "samples.png"]
    with Image.open(compared.plan.path / "samples.png") as picture:
        assert picture.size == (3, 2)
    assert heard.lines == []


def test_a_comparison_without_samples_has_no_picture_of_them(compared, monkeypatch):
    monkeypatch.setattr(files, "draw_samples", lambda plan: None)
    files.write_figures(compared)
    assert names(compared) == ["compare.png", "compare.svg"]


def test_without_a_rasteriser_the_picture_is_left_out_and_that_is_said(compared, monkeypatch):
    def missing():
        raise MissingExtra("PNG needs resvg, which is not installed; `pip install 'ganatomy[png]'`")

    monkeypatch.setattr(files, "rasteriser", missing)
    heard = Heard()
    files.write_figures(compared, heard)
    assert names(compared) == ["compare.svg", "samples.png"]
    assert heard.lines == [
        "compare.png is left out: PNG needs resvg, which is not installed; `pip install 'ganatomy[png]'`"
    ]
