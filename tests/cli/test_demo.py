"""`ganatomy demo`, with the run of a tiny untrained generator in place of the packaged one, looked at by colour."""

import json
from pathlib import Path

import pytest
from tests.cli.tiny import write_run

from ganatomy.cli import demo as module
from ganatomy.cli.demo import demo
from ganatomy.config.demo import DemoConfig
from ganatomy.dissect import session as dissect_session
from ganatomy.errors import ConfigError, IncompatibleRun, LayerNotFound, MissingExtra
from ganatomy.intervene import session as edit_session
from ganatomy.intervene.context import session as context_session
from ganatomy.intervene.repair import session as repair_session
from ganatomy.progress import SILENT, Silent
from ganatomy.runs.directory import open_run
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web import opening


class Lines(Silent):
    """Keeps the lines it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)


@pytest.fixture
def packaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    run = write_run(tmp_path / "wheel", half=True)
    monkeypatch.setattr(module, "load_segmenter", lambda *_, **__: PlantedSegmenter())
    for session in (dissect_session, edit_session, context_session, repair_session):
        monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    monkeypatch.setattr(opening, "load_choice", lambda *_: PlantedSegmenter())
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))
    return run.path


def config(tmp_path: Path, **changes: object) -> DemoConfig:
    settings = {"minutes": 1e-6, "num_scenes": 32, "num_images": 8, "top": 1, "concept": "sky", **changes}
    return DemoConfig(out=tmp_path / "runs", **settings)  # type: ignore[arg-type]


def test_demo_grows_dissects_ablates_inserts_repairs_and_reports(packaged: Path, tmp_path: Path) -> None:
    told = Lines()
    results = demo(config(tmp_path), told, packaged)
    json.dumps(results)
    assert [line[:6] for line in told.lines if " of 6 " in line] == [f"{step} of 6" for step in range(1, 7)]

    grown, opened = tmp_path / "runs" / "0001-demo-evolution", tmp_path / "runs" / "0002-demo"
    assert results["report"] == str(opened / "report.html")
    assert results["page"] == str(opened / "export/web/paint.html")
    assert (opened / "export/web/paint.html").is_file()
    assert "effects" in results["edited"]
    assert [layer["layer"] for layer in results["dissected"]["layers"]] == ["layer2", "layer3"]
    assert (opened / "edits/0001-layer3-ablate-sky/effects.json").is_file()
    assert (opened / "context/layer3/sky.json").is_file()
    assert (opened / "repair/0001-layer3/units.html").is_file()
    assert results["repaired"]["num_images"] == 16
    assert open_run(grown).lineage()[0].generation == 1
    assert len({child.parent for child in open_run(grown).lineage()}) == 2
    for run in (grown, opened):
        assert "<html" in (run / "report.html").read_text(encoding="utf-8")
    assert sorted(path.name for path in packaged.iterdir()) == ["config.json", "environment.json", "weights"]


@pytest.mark.parametrize(
    ("changes", "kind", "message"),
    [
        ({"concept": "skye"}, ConfigError, "no concept 'skye'; did you mean 'sky'"),
        ({"layers": ("layer2", "layer9"), "layer": "layer2"}, LayerNotFound, "no layer 'layer9' in Generator"),
    ],
)
def test_mistakes_are_told_before_anything_grows(
    packaged: Path, tmp_path: Path, changes: dict[str, object], kind: type[Exception], message: str
) -> None:
    with pytest.raises(kind, match=message):
        demo(config(tmp_path, **changes), SILENT, packaged)
    assert not (tmp_path / "runs").exists()


def test_without_onnx_there_is_no_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(*_: object) -> dict[str, object]:
        raise MissingExtra("ONNX needs onnx")

    monkeypatch.setattr(module, "export", missing)
    told = Lines()
    assert module.page_to_paint(config(tmp_path), tmp_path, told) == {}
    assert told.lines == ["no page to paint on: ONNX needs onnx"]


def test_installation_without_the_packaged_run_is_told_at_once(packaged: Path, tmp_path: Path) -> None:
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        demo(config(tmp_path), SILENT, packaged / "gone")
    assert not (tmp_path / "runs").exists()
