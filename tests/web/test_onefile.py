"""The one file of HTML: what stands in it, and that texts of a run are no more than texts."""

import base64
import hashlib
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from tests.export.made import dcgan, write_run
from tests.web.planted_paint import painted, planted_table

from ganatomy.config.export import ExportConfig
from ganatomy.errors import ConfigError
from ganatomy.export.session import export_run
from ganatomy.runs.layout import PAINT_PAGE
from ganatomy.runs.records.exports import ExportRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.segment.load import load_segmenter
from ganatomy.web import graphs
from ganatomy.web.onefile import WITH_PAGE, label_bytes, notes_of_page, onefile, told_of_unit
from ganatomy.web.vendored import wasm_gzip

NAME = '<img src=x onerror="alert(1)"> & </script>'


def test_nothing_is_fetched_and_no_other_script_runs() -> None:
    page = onefile(NAME, {"about": {"title": NAME}}, b"model")
    assert "&lt;img src=x" in page[page.index("<title>") : page.index("</title>")]
    assert NAME not in page
    scripts = re.findall(r'<script type="module">(.*?)</script>', page, re.DOTALL)
    assert len(scripts) == 2
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert policy is not None
    for text in scripts:
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy[1]
    assert policy[1].startswith("default-src 'none'; ")
    assert not re.search(r'(?:src|href)="(?!#|data:)', page)


def test_what_it_holds_can_be_read_again() -> None:
    page = onefile("run", {"about": {"title": NAME}}, b"model")

    def held(name: str) -> str:
        found = re.search(rf'<script type="[^"]*" id="{name}">(.*?)</script>', page, re.DOTALL)
        assert found is not None
        return found[1]

    assert json.loads(held("about")) == {"about": {"title": NAME}}
    assert base64.b64decode(held("model")) == b"model"
    assert base64.b64decode(held("wasm")) == wasm_gzip()


def test_an_export_is_checked_and_has_a_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(graphs, "SMALLEST", 16)
    run = write_run(tmp_path, dcgan(latent_layers="every"))
    folder = export_run(ExportConfig(run.path, "web", split_at="layer1"), writers=WITH_PAGE).folder
    record = read_record(ExportRecord, folder / "export.json")
    assert (record.format, record.precision, record.split_at) == ("web", "packed", "layer1")
    assert [row.name for row in record.files] == [PAINT_PAGE]
    assert record.checks[0].difference <= record.checks[0].tolerance
    card = " ".join((folder / "README.md").read_text().split())
    assert "Open `paint.html` in Chromium or Firefox" in card
    assert "ONNX Runtime Web, by Microsoft, under the MIT licence" in card
    assert "Images are 16 x 16 pixels, RGB." in card
    assert "packed, written by GANatomy" in card
    told = re.search(r'id="about">(.*?)</script>', (folder / PAINT_PAGE).read_text(encoding="utf-8"), re.DOTALL)
    assert told is not None
    page = json.loads(told[1])
    assert (page["about"]["engine"], page["about"]["layer"], page["about"]["samples"]) == ("page", "layer1", 64)
    assert len(page["latents"]) == 64
    assert "has not been dissected" in page["about"]["notes"][0]
    assert str(tmp_path) not in told[1]


def test_without_the_page_s_writer_it_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    with pytest.raises(ConfigError, match="format is web, and only safetensors, onnx, module are written here"):
        export_run(ExportConfig(run.path, "web"))


def test_labels_are_those_of_the_page() -> None:
    layer = painted(table=planted_table())
    bytes_of = label_bytes(layer)
    named = [name for name, byte in zip(layer.segmenter.concepts, bytes_of, strict=True) if byte < 255]
    assert set(named) == set(layer.seen)
    assert sorted(byte for byte in bytes_of if byte < 255) == list(range(len(named)))


def test_what_the_dissection_says_of_a_unit_goes_along() -> None:
    layer = painted(table=planted_table())
    unit = layer.table.ranking["door"][0].unit
    told = told_of_unit(layer, unit)
    assert told["concepts"][0] == {"concept": "door", "iou": pytest.approx(0.9), "null": 0.2}
    assert told_of_unit(painted(), unit) == {"threshold": None, "concepts": []}


def test_a_segmenter_that_stays_behind_is_told() -> None:
    layer = painted()
    (note,) = notes_of_page((), layer)
    assert note.startswith("Areas of concepts are not told: the segmenter planted")
    scenes = replace(layer.observed, segmenter=load_segmenter("scenes"))
    assert notes_of_page(("one",), replace(layer, observed=scenes)) == ("one",)
