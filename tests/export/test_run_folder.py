"""A folder of weights is a run, which opens again to the same images."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.export.made import KINDS, opened, step, write_edit, write_run

import ganatomy as ga
from ganatomy.errors import ConfigError
from ganatomy.export.run_folder import write_run_folder
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.runs.directory import open_run
from ganatomy.runs.manifest import TrainingData, open_manifest, write_manifest
from ganatomy.runs.weights import load_image_generator


def written(folder: Path) -> Path:
    folder.mkdir()
    return folder


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_opens_again_to_the_same_images(tmp_path: Path, kind: str) -> None:
    run = write_run(tmp_path, KINDS[kind]())
    (row,) = write_run_folder(written(tmp_path / "out"), opened(run), "fp32")
    assert (row.of, row.difference, row.num_images) == ("images", 0.0, 8)
    generator, again = load_image_generator(run), ga.load(tmp_path / "out")
    z = torch.randn(3, generator.z_dim)
    assert torch.equal(again(z), generator(z))
    assert again.latent == generator.latent


def test_other_ranges_and_channels_are_kept(tmp_path: Path) -> None:
    run = write_run(tmp_path, low=0.0, high=1.0, channels="BGR")
    write_run_folder(written(tmp_path / "out"), opened(run), "fp32")
    z = torch.randn(3, 5)
    assert torch.equal(ga.load(tmp_path / "out")(z), load_image_generator(run)(z))


def test_half_precision_halves_the_file(tmp_path: Path) -> None:
    run, sizes = write_run(tmp_path), {}
    for precision in ("fp32", "fp16"):
        (row,) = write_run_folder(written(tmp_path / precision), opened(run), precision)
        assert row.difference <= {"fp32": 0, "fp16": 1e-2}[precision]
        sizes[precision] = len((tmp_path / precision / "weights/ema.safetensors").read_bytes())
    assert row.difference > 0
    assert sizes["fp16"] < 0.7 * sizes["fp32"]


def test_what_half_precision_breaks_is_refused(tmp_path: Path) -> None:
    generator: LayeredGenerator = KINDS["nearest"]()
    generator.layer1[2].bias.data.fill_(1e6)
    run = write_run(tmp_path, generator)
    with pytest.raises(ConfigError, match=r"exported images differ .* give --precision fp32"):
        write_run_folder(written(tmp_path / "out"), opened(run), "fp16")


def test_weights_hold_an_edit(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(units=(0, 2), values=(0.5,)))
    exported = opened(run, "1")
    assert exported.checks[0].of == "edited images"
    assert exported.edit_row is not None
    assert exported.edit_row.way == "weights"
    write_run_folder(written(tmp_path / "out"), exported, "fp32")
    z = exported.z
    again = ga.load(tmp_path / "out")
    torch.testing.assert_close(again(z), exported.images, atol=1e-5, rtol=0)
    assert (again(z) - load_image_generator(run)(z)).abs().max() > 1e-3
    assert open_manifest(open_run(tmp_path / "out")).origin.details == (
        "from g.pt; exported from 0001-faces, weights ema; edited: 2 units of layer2 for tree ablated"
    )


def test_an_edit_that_weights_cannot_hold_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(strength=0.5))
    with pytest.raises(
        ConfigError, match=r"weights alone cannot hold this edit: only an ablation .* give --format onnx"
    ):
        write_run_folder(written(tmp_path / "out"), opened(run, "1"), "fp32")


def test_the_manifest_names_no_folders_of_the_users(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_run_folder(written(tmp_path / "out"), opened(run), "fp32")
    text = (tmp_path / "out/manifest.json").read_text()
    assert "ada" not in text
    assert open_manifest(open_run(tmp_path / "out")).data == TrainingData("photos.zip", 16)


@pytest.mark.parametrize("data", [None, TrainingData("scenes", 16)])
def test_scenes_and_no_data_stay_what_they_are(tmp_path: Path, data: TrainingData | None) -> None:
    run = write_run(tmp_path)
    write_manifest(run, replace(open_manifest(run), data=data))
    write_run_folder(written(tmp_path / "out"), opened(run), "fp32")
    assert open_manifest(open_run(tmp_path / "out")).data == data
