"""`ganatomy paint`, and `ganatomy edit --check` of what was saved there, as the command line calls them."""

import json
import re
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import torch
from tests.cli.tiny import write_run
from tests.web.planted_paint import cells, edit, stroke
from tests.web.server import Client

import ganatomy as ga
from ganatomy.cli.main import main
from ganatomy.config.paint import PaintConfig
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.runs.directory import Run
from ganatomy.runs.records.paintings import painting_from
from ganatomy.runs.weights import save_generator
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.web import opening, serving
from ganatomy.web.assertions import save_assertion
from ganatomy.web.opening import open_to_paint
from ganatomy.web.session import Session


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setattr(opening, "load_choice", lambda *_: PlantedSegmenter())
    return write_run(tmp_path)


def saved(run: Run, name: str, *units: int) -> None:
    """Keep an edit of the run as a test: units of layer2 set to 0 everywhere."""
    session = Session(open_to_paint(PaintConfig(run.path, value_images=4)))
    everywhere = cells(side=8)
    content = edit([stroke(*units, where=everywhere)], layer="layer2")
    save_assertion(session, name, painting_from(content, "edit"))


def test_the_command_serves_a_run_until_ctrl_c(tmp_path: Path) -> None:
    path = write_run(tmp_path).path
    words = [sys.executable, "-m", "ganatomy", "paint", str(path), "--value-images", "2", "--json"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        link = next(found[0] for line in process.stderr if (found := re.search(r"http://\S+", line)))
        client = Client(link)
        client.enter()
        assert client.get("/api/about").json["title"] == path.name
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert process.returncode == 0
    assert json.loads(out) == {"run": str(path), "layer": "layer3"}
    assert "Traceback" not in err


def test_python_serves_a_run_too(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    monkeypatch.setattr(serving.Served, "run", lambda served, opens: asked.append((served.link, opens)))
    ga.paint(run.path, "layer1", open=False, value_images=2, progress=False)
    ga.paint(str(run.path), segmenter="scenes", value_images=2)
    assert [opens for _, opens in asked] == [False, True]
    assert asked[0][0].startswith("http://127.0.0.1:")


def test_edits_that_hold_are_told_with_exit_code_0(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    saved(run, "first", 0, 1, 2, 3, 4, 5)
    saved(run, "second", 0)
    for place in ("edits", str(run.path / "edits")):
        assert main(["edit", str(run.path), "--check", place, "--json"]) == 0
        told = json.loads(capsys.readouterr().out)
        assert (told["edits"], told["failed"]) == (2, [])
        assert {row["edit"] for row in told["figures"]} == {"first", "second"}
        assert {row["holds"] for row in told["figures"]} == {"yes"}
    assert main(["edit", str(run.path), "--check", "edits/first.json", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["edits"] == 1


def test_edits_that_have_lost_their_effect_fail_with_a_table_and_exit_code_1(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    saved(run, "first", 0, 1, 2, 3, 4, 5)
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    for parameter in generator.parameters():
        torch.nn.init.zeros_(parameter)
    save_generator(run, "ema", generator)
    assert main(["edit", str(run.path), "--check", "edits"]) == 1
    out = capsys.readouterr().out
    assert re.search(r"failed +first", out)
    assert re.search(r"first +pixels changed .* no$", out, re.MULTILINE)


def test_where_nothing_was_saved_there_is_nothing_to_check(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", str(run.path), "--check", "edits"]) == 2
    said = f"check is edits, where no edit was saved as a test; `ganatomy paint {run.path}` saves them"
    assert said in capsys.readouterr().err


def test_a_check_takes_no_other_edit(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["edit", str(run.path), "--check", "edits", "--units", "1", "--layer", "layer2"]) == 2
    assert "check is edits, which says what is edited; leave out units" in capsys.readouterr().err
