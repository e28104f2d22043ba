"""`ganatomy report`, as the command line calls it."""

import json
import sys
from pathlib import Path

import pytest
from tests.cli.tiny import contents, write_run

from ganatomy.cli import report
from ganatomy.cli.main import main


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return write_run(tmp_path / "runs").path


def fails(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Run words that are a user's mistake and return the line that is said about it."""
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()[-1].removeprefix("ganatomy: ")


def test_the_reports_path_is_the_last_line(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == str(path / "report.html")
    assert "0001-tiny" in (path / "report.html").read_text(encoding="utf-8")


def test_results_are_one_json_object(path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    output = tmp_path / "deep" / "page.html"
    before = contents(path)
    assert main(["report", str(path), "--output", str(output), "--json"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    assert json.loads(out) == {"megabytes": round(output.stat().st_size / 1e6, 2), "report": str(output)}
    assert contents(path) == before


def test_figures_and_event_files_are_written_where_they_are_told(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "write_events", lambda run, directory, progress: directory / run.path.name)
    monkeypatch.setitem(sys.modules, "resvg_py", None)
    figures, events = tmp_path / "figures", tmp_path / "events"
    assert main(["report", str(path), "--figures", str(figures), "--tensorboard", str(events), "--json"]) == 0
    out, err = capsys.readouterr()
    assert list(json.loads(out)) == ["megabytes", "events", "figures", "report"]
    assert json.loads(out)["events"] == str(events / "0001-tiny")
    assert {"latent-grid.png", "latent-strips.png"} <= {file.name for file in figures.iterdir()}
    assert "figures are written without PNG" in err


def test_without_tensorboard_nothing_is_written(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    assert fails(capsys, "report", str(path), "--tensorboard", str(tmp_path / "events")) == (
        "event files need TensorBoard, which is not installed; `pip install 'ganatomy[tensorboard]'`"
    )
    assert not (path / "report.html").exists()


def test_a_run_that_is_not_there_is_told_with_those_that_are(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    gone = path.with_name("0002-gone")
    assert fails(capsys, "report", str(gone)) == (
        f"no run directory at {gone}; {path.parent} holds 0001-tiny; `ganatomy evolve` or `ganatomy import` makes one"
    )
    assert fails(capsys, "report", str(path.parent)) == (
        f"{path.parent} has neither manifest.json nor config.json, so it is not a run directory; "
        f"{path.parent} holds 0001-tiny; `ganatomy evolve` or `ganatomy import` makes one"
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"schema"', "config.json is not JSON (Expecting ':' delimiter: line 1 column 10 (char 9)); copy it again"),
        ("[1, 2]", "config.json holds a list, not a JSON object; restore it from a copy"),
    ],
)
def test_a_file_of_the_run_that_cannot_be_read_is_told(
    path: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (path / "config.json").write_text(content)
    assert message in fails(capsys, "report", str(path))
    assert not (path / "report.html").exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--units-per-layer", "0"], "units_per_layer is 0; give 1 or more"),
        (["--snapshots", "1"], "snapshots is 1; give 2 or more, for the first and the last"),
    ],
)
def test_settings_that_cannot_be_used_are_told(
    path: Path, more: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails(capsys, "report", str(path), *more) == message


def test_an_output_that_cannot_be_written_is_told(
    path: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert fails(capsys, "report", str(path), "--output", str(tmp_path)) == f"Is a directory: {tmp_path}"


def test_live_writes_once_where_nobody_trains(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(path), "--live", "--snapshots", "2"]) == 0
    out, err = capsys.readouterr()
    assert out.splitlines()[-1] == str(path / "report.html")
    assert "nobody trains" in err
