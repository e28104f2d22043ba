"""`ganatomy dissect --history` as the command line calls it, of untrained generators looked at by colour."""

import json
from pathlib import Path

import pytest
from tests.cli.test_dissect_command import fails
from tests.cli.tiny import write_run

from ganatomy.cli.main import main
from ganatomy.dissect import session
from ganatomy.runs.directory import open_run
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    run = write_run(tmp_path)
    return ["dissect", str(run.path), "--history", "--layers", "layer3", "--num-images", "7", "--grid", "8"]


def test_kept_generations_are_dissected_in_order(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    run = open_run(Path(words[1]))
    for generation in (50, 0):
        save_generator(run, f"generation-{generation}", load_generator(run), half=True)
    assert main([*words, "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert [(row["layer"], row["generation"]) for row in results["generations"]] == [("layer3", 0), ("layer3", 50)]
    record = json.loads((run.path / "dissect/history.json").read_text())
    domain = json.loads((run.path / "dissect/domain.json").read_text())
    assert (domain["said"], domain["num_images"]) == (results["domain"]["said"], 7)
    moments = record["layers"][0]["moments"]
    assert [row["interpretable"] for row in results["generations"]] == [one["interpretable"] for one in moments]
    assert moments[0]["unit_concepts"] == moments[1]["unit_concepts"], "the weights are the same"
    assert [one["concept"] for one in results["concepts"]] == [
        one["concept"] for one in record["layers"][0]["appearances"]
    ]
    figures = {path.name for path in (run.path / "dissect/history").iterdir()}
    assert {"units.svg", "concepts.svg"} <= figures
    assert results["files"] == [str(run.path / "dissect/history.json"), str(run.path / "dissect/history")]
    assert not (run.path / "dissect/summary.json").exists(), "the average is not dissected"


def test_a_run_without_kept_generations_is_told(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert fails(capsys, *words).startswith(f"{words[1]} has kept no generations; train it on with ")
