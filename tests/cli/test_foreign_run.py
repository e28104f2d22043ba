"""A run that nobody evolved, with a manifest and weights alone, is a full run for every command."""

import json
import re
from pathlib import Path

import pytest
import torch
from tests.cli.tiny import write_images

from ganatomy.cli.main import main
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.manifest import Images, Manifest, Origin, TrainingData, create_imported, write_manifest
from ganatomy.runs.weights import load_image_generator, save_generator


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A Progressive GAN of 16 px, imported, of which no data are known."""
    generator = ProGanGenerator(ProGanShape(16, (8, 8, 6, 6, 4, 4), z_dim=5))
    initialise_normal(generator, torch.Generator().manual_seed(0))
    run = create_imported(tmp_path / "runs", "faces", Manifest(Origin("imported", "from karras2018.pth"), "images", 16))
    save_generator(run, "ema", generator)
    assert not (run.path / "config.json").exists()
    return run


def dissecting(run: Run, *more: str) -> list[str]:
    """Return the words that dissect one layer of the run on a few images."""
    words = ["dissect", str(run.path), "--layers", "layer3", "--segmenter", "scenes", "--num-images", "12"]
    return [*words, *more]


def test_it_is_dissected_and_edited(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(dissecting(run, "--grid", "16")) == 0
    table = read_json(run.path / "dissect" / "layer3" / "units.json")
    assert (len(table["units"]), table["image_size"]) == (6, 16)
    assert main(["edit", str(run.path), "--layer", "layer3", "--units", "1", "2", "--num-images", "6"]) == 0
    effects = read_json(next((run.path / "edits").glob("*/effects.json")))
    assert effects["generator"] == table["generator"]


def test_a_variant_of_it_is_dissected_at_the_layers_that_are_dissected_by_default(tmp_path: Path) -> None:
    torch.manual_seed(0)
    generator = ProGan128Generator(ProGan128Shape("pixelwisenorm", 16, (8, 8, 6, 6, 4, 4), z_dim=5))
    run = create_imported(tmp_path / "runs", "rooms", Manifest(Origin("imported"), "images", 16))
    save_generator(run, "ema", generator)
    words = ["dissect", str(run.path), "--segmenter", "scenes", "--num-images", "8", "--grid", "16"]
    assert main(words) == 0
    counts = {
        layer: len(read_json(run.path / "dissect" / layer / "units.json")["units"]) for layer in ("layer4", "layer6")
    }
    assert counts == {"layer4": 6, "layer6": 4}


def test_it_is_scored_against_images_that_are_given(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = str(write_images(tmp_path / "images", 8))
    words = ["score", str(run.path), "--num-images", "6", "--num-real", "6", "--metrics", "fd", "--json"]
    assert main(words) == 2
    assert capsys.readouterr().err == (
        f"ganatomy: {run.path} does not say what it was trained on; give real images with --data\n"
    )
    assert main([*words, "--data", images]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert (printed["data"], printed["num_real"]) == ("images", 6)


def test_a_run_whose_data_are_known_is_scored_and_compared_with_them(
    run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images = str(write_images(tmp_path / "images", 8))
    write_manifest(run, Manifest(Origin("imported"), "images", 16, TrainingData(images, image_size=16)))
    assert main(["score", str(run.path), "--num-images", "6", "--num-real", "6", "--metrics", "fd"]) == 0
    assert main(dissecting(run, "--real-images", "8")) == 0
    assert read_json(run.path / "dissect" / "areas.json")["num_real"] == 8


def test_without_data_there_are_no_real_images_to_compare_with(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(dissecting(run, "--real-images", "8")) == 2
    assert "does not say what images it was trained on" in capsys.readouterr().err


def test_its_report_states_what_is_known_and_nothing_else(run: Run) -> None:
    assert main(dissecting(run)) == 0
    assert main(["report", str(run.path)]) == 0
    page = (run.path / "report.html").read_text()
    assert "imported" in page
    assert "from karras2018.pth" in page
    assert "16 px" in page
    for absent in (
        "Settings of the run",
        "objective",
        "generations",
        "Evolution after",
        "None",
        'id="evolution"',
        'id="scores"',
    ):
        assert absent not in page, absent
    assert "ganatomy score . --data FOLDER" in page
    assert "--real-images" not in page


def test_a_run_without_anything_but_weights_has_a_report_too(run: Run) -> None:
    assert main(["report", str(run.path), "--tensorboard", str(run.path / "events")]) == 0
    page = (run.path / "report.html").read_text()
    assert re.findall(r'<section[^>]* id="([a-z-]+)"', page) == ["samples", "protocol", "more"]


def test_its_images_are_meant_as_the_manifest_says(run: Run) -> None:
    z = torch.randn(3, 5, generator=torch.Generator().manual_seed(1))
    plain = load_image_generator(run)(z)
    write_manifest(run, Manifest(Origin("imported"), "images", 16, images=Images(0.0, 1.0, "BGR")))
    converted = load_image_generator(run)
    assert torch.allclose(converted(z), (2 * plain - 1).flip(1), atol=1e-5)
    assert not converted.training


def test_it_was_not_grown_and_so_cannot_go_on(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evolve", "--resume", str(run.path)]) == 2
    assert capsys.readouterr().err == (
        f"ganatomy: {run.path} was not grown, so it cannot go on; give a run of `ganatomy evolve`\n"
    )
