"""A run directory of one generator: its architecture, its weights as safetensors and its manifest."""

import shutil
from dataclasses import replace
from pathlib import Path

from ganatomy.config.export import Precision
from ganatomy.errors import ConfigError
from ganatomy.export.checking import Tolerance, check, images_of, in_batches
from ganatomy.export.opened import Opened
from ganatomy.export.text import published
from ganatomy.runs.directory import Run, environment
from ganatomy.runs.files import write_json, write_tensors
from ganatomy.runs.layout import ARCHITECTURE, ENVIRONMENT, WEIGHTS
from ganatomy.runs.manifest import Manifest, TrainingData, architecture_file, open_manifest, write_manifest
from ganatomy.runs.records.exports import CheckRow
from ganatomy.runs.weights import load_image_generator

WHICH = "ema"
"""What the weights are called there: what all commands open, whichever they were in the run."""
TOLERANCE = Tolerance(fp32=1e-6, fp16=1e-2)


def write_run_folder(folder: Path, opened: Opened, precision: Precision) -> list[CheckRow]:
    """Write a run directory of the generator alone, open it again, and return how exactly it gives the same images.

    Args:
        folder: where to; it is there.
        opened: the generator.
        precision: of the weights; fp16 is read as float32 again.

    Raises:
        ConfigError: the weights cannot hold the edit, or what was written gives other images.
    """
    if opened.blends:
        raise ConfigError(
            f"weights alone cannot hold this edit: {opened.reason}; give --format onnx or module, which make it at "
            "each pass"
        )
    run = Run(folder)
    (folder / WEIGHTS).mkdir()
    shutil.copyfile(architecture_file(opened.run), folder / ARCHITECTURE)
    weights = opened.generator.state_dict()
    if precision == "fp16":
        weights = {name: value.half() if value.is_floating_point() else value for name, value in weights.items()}
    write_tensors(folder / WEIGHTS / f"{WHICH}.safetensors", weights)
    write_manifest(run, exported_manifest(opened))
    write_json(folder / ENVIRONMENT, environment())
    again = load_image_generator(run, WHICH)
    given = in_batches(lambda z: images_of(again, z), opened.z)
    otherwise = "give --precision fp32" if precision == "fp16" else "export the run again"
    return [check("images", given, opened.images, TOLERANCE.of(precision), otherwise)]


def exported_manifest(opened: Opened) -> Manifest:
    """Return the run's manifest as it may be published: of folders of the user's no more than the last name."""
    manifest = open_manifest(opened.run)
    told = [manifest.origin.details, f"exported from {opened.run.path.resolve().name}, weights {opened.weights}"]
    told += [f"edited: {opened.edit.title}"] if opened.edit else []
    return replace(
        manifest,
        origin=replace(manifest.origin, details=published("; ".join(filter(None, told)))),
        data=None if manifest.data is None else _published(manifest.data),
        architecture=ARCHITECTURE,
    )


def _published(data: TrainingData) -> TrainingData:
    if data.is_scenes or data.is_points:
        return data
    return replace(data, data=Path(data.data).name, absolute=None)
