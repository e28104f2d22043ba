"""A run whose photos can be inverted in a moment."""

from pathlib import Path

from tests.cli.tiny import write_images, write_run

from ganatomy.config.invert import InvertConfig
from ganatomy.runs.directory import Run
from ganatomy.runs.files import write_json
from ganatomy.runs.manifest import Manifest, Origin, TrainingData, write_manifest

FEW = {
    "layer": "layer2", "steps": 4, "feature_steps": 4, "restarts": 2, "perceptual": "none", "encoder_steps": 2,
    "held_out": 2,
}  # fmt: skip


def write_photos(folder: Path) -> tuple[Run, list[Path]]:
    """Write a run that was trained on a folder of images, and two photos."""
    run = write_run(folder)
    trained_on = write_images(folder / "trained-on", 4)
    write_manifest(run, Manifest(Origin("grown"), "images", 32, TrainingData(str(trained_on), 32)))
    write_json(run.path / "environment.json", {})
    photos = write_images(folder / "photos", 2)
    return run, [photos / "0.png", photos / "1.png"]


def config(run: Run, photos: list[Path], **more: object) -> InvertConfig:
    return InvertConfig(run.path, tuple(photos), **(FEW | more))  # type: ignore[arg-type]
