"""The ways for a generator of somebody else's, from its images to a report: own masks, models of others by folder."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from tests.cli.tiny import write_run

from ganatomy.cli.main import main
from ganatomy.data.images import to_uint8
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.manifest import Manifest, Origin, write_manifest
from ganatomy.runs.weights import load_image_generator

FEW = ["--layers", "layer3", "--num-images", "24", "--grid", "16"]
CONCEPTS = ("red", "green", "blue")


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """A generator of which nothing is known but its weights."""
    run = write_run(tmp_path / "runs")
    (run.path / "config.json").unlink()
    write_manifest(run, Manifest(Origin("imported", "from face.pt"), image_size=32))
    return run


def write_pairs(run: Run, folder: Path, n: int = 40) -> Path:
    """Write images of a run's generator, and as masks which colour is the strongest at each pixel."""
    generator = load_image_generator(run)
    with torch.no_grad():
        images = to_uint8(generator(sample_latents(generator, n, torch.Generator().manual_seed(5)))).numpy()
    for name in ("images", "masks"):
        (folder / name).mkdir(parents=True)
    for number, pixels in enumerate(images):
        Image.fromarray(pixels).save(folder / "images" / f"{number}.png")
        Image.fromarray(pixels.argmax(2).astype(np.uint8)).save(folder / "masks" / f"{number}.png")
    (folder / "concepts.txt").write_text("\n".join(CONCEPTS))
    return folder


def test_masks_of_ones_own_lead_to_a_report(run: Run, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["dissect", str(run.path), *FEW]) == 2
    assert "does not say what it was trained on, so nothing tells its concepts" in capsys.readouterr().err
    pairs, weights = write_pairs(run, tmp_path / "pairs"), str(tmp_path / "own.safetensors")
    train = ["segmenter", "train", str(pairs), "--image-size", "32", "--held-out", "0.5", "--steps", "60"]
    assert main([*train, "--out", weights]) == 0
    assert (
        main(["dissect", str(run.path), *FEW, "--segmenter", "trained", "--segmenter-weights", weights, "--json"]) == 0
    )
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["domain"]["said"].startswith(
        "As far as can be told, segmenter 'trained' was made for images like these"
    )
    assert "one of held-out images at 32 px" in told["domain"]["said"]
    assert main(["edit", str(run.path), "--layer", "layer3", "--units", "1", "--num-images", "8"]) == 0
    assert main(["report", str(run.path)]) == 0
    page = (run.path / "report.html").read_text(encoding="utf-8")
    assert "Was the segmenter made for these images?" in page
    assert "held-out images, 32 px" in page


def test_a_model_of_the_transformers_library_is_taken_from_its_folder(run: Run, tmp_path: Path) -> None:
    models = pytest.importorskip("tests.segment.tiny_models")
    folder = models.write_model(tmp_path / "segformer", "segformer")
    assert main(["dissect", str(run.path), *FEW, "--segmenter", f"hf:{folder}"]) == 0
    record = read_json(run.path / "dissect" / "domain.json")
    assert record["said"].startswith(f"It is not known what images segmenter 'hf:{folder}' was made for. Its mean conf")
    assert (record["made_for"], record["warning"], record["num_concepts"]) == (None, None, 5)
    assert read_json(run.path / "dissect/layer3/units.json")["segmenter_settings"]["segmenter"] == f"hf:{folder}"
    assert main(["edit", str(run.path), "--layer", "layer3", "--units", "1", "--num-images", "8"]) == 0
