"""Several runs in `ganatomy dissect`, as the command line calls it: untrained generators, looked at by colour."""

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
import torch
from tests.cli.test_dissect_command import fails
from tests.cli.tiny import contents, write_run

from ganatomy.cli.main import main
from ganatomy.dissect import session
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.runs.directory import create_run
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    first, second = write_run(tmp_path), write_run(tmp_path)
    changed = load_generator(second)
    next(changed.parameters()).data.mul_(-1)
    save_generator(second, "ema", changed)
    return [first.path, second.path]


def words(runs: list[Path], *more: str) -> list[str]:
    fixed = ["--num-images", "7", "--top", "1", "--out", str(runs[0].parent), *(more or ["--grid", "8"])]
    return ["dissect", *map(str, runs), "--layers", "layer3", *fixed]


def test_runs_are_dissected_alike_and_compared(runs: list[Path], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*words(runs), "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    folder = runs[0].parent / "0003-dissections"
    assert results["comparison"] == str(folder)
    assert [(row["layer"], row["run"], row["units"]) for row in results["layers"]] == [
        ("layer3", "0001-tiny", 4), ("layer3", "0002-tiny", 4),
    ]  # fmt: skip
    record = json.loads((folder / "comparison.json").read_text())
    for run, of_run in zip(runs, record["layers"][0]["runs"], strict=True):
        table = json.loads((run / "dissect/layer3/units.json").read_text())
        assert of_run["interpretable"] == table["interpretable"]
    assert record["num_images"] == 7
    assert (folder / "comparison.md").read_text().startswith("# Dissections 0003-dissections\n")
    assert {Path(path).name for path in results["files"]} == {p.name for p in folder.iterdir()} - {
        "config.json", "environment.json",
    }  # fmt: skip
    for name in ("units", "concepts", "units-per-concept"):
        assert ElementTree.parse(folder / f"{name}.svg")


def test_what_was_dissected_before_stays_as_it_is(runs: list[Path]) -> None:
    assert main(words(runs)) == 0
    before = [contents(run) for run in runs]
    card = runs[0] / "dissect/layer3/cards/unit-000.png"
    card.write_bytes(b"kept")
    assert main(words(runs)) == 0
    assert card.read_bytes() == b"kept", "not drawn again"
    assert contents(runs[1]) == before[1]
    assert main(words(runs[:1])) == 0
    assert card.read_bytes() == before[0]["dissect/layer3/cards/unit-000.png"], "a run alone is written again"


@pytest.mark.parametrize("file", ["units.json", "tally.npz"])
def test_another_dissection_takes_the_place_of_one_before(runs: list[Path], file: str) -> None:
    assert main(words(runs)) == 0
    path = runs[0] / "dissect/layer3" / file
    before = path.stat().st_mtime_ns
    more = ["--grid", "8", "--profile", "compat"] if file == "units.json" else ["--grid", "4"]
    assert main(words(runs, *more)) == 0
    assert path.stat().st_mtime_ns > before


def test_a_layer_of_one_run_alone_is_dissected_there(
    runs: list[Path], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    torch.manual_seed(0)
    other = create_run(tmp_path, "resnet", {"schema": 1, "data": "scenes", "image_size": 32})
    save_generator(other, "ema", ResnetGenerator(ResnetShape(32, (6, 4, 3, 3), z_dim=3)))
    assert main(words([runs[0], other.path], "--grid", "8", "--layers", "layer3", "layer4", "--json")) == 0
    results = json.loads(capsys.readouterr().out)
    there = [(row["layer"], row["run"]) for row in results["layers"]]
    assert there == [("layer3", "0001-tiny"), ("layer3", "0003-resnet"), ("layer4", "0003-resnet")]
    page = (tmp_path / "0004-dissections/comparison.md").read_text()
    assert "- layer4 is not in 0001-tiny" in page


def test_mistakes_are_told_before_anything_is_dissected(
    runs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = contents(tmp_path)
    said = fails(capsys, *words(runs, "--layers", "layer3", "zzz"))
    assert said.startswith("no layer 'zzz' in Generator; its layers are ")
    said = fails(capsys, *words(runs, "--layers", "layr3"))
    assert said == "0001-tiny has none of the layers: no layer 'layr3' in Generator; did you mean 'layer3'?"
    assert fails(capsys, *words([runs[0], tmp_path / "0009-gone"])).startswith("no run directory at ")
    assert contents(tmp_path) == before


def test_images_of_different_sizes_need_a_grid(
    runs: list[Path], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    torch.manual_seed(0)
    other = create_run(tmp_path, "small", {"schema": 1, "data": "scenes", "image_size": 16})
    save_generator(other, "ema", ResnetGenerator(ResnetShape(16, (6, 4, 3), z_dim=3)))
    assert fails(capsys, *words([runs[0], other.path], "--seed", "1")) == (
        "images are of different sizes: 0001-tiny 32 px, 0003-small 16 px; give --grid, so that masks of one size "
        "compare"
    )
