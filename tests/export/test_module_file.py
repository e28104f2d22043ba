"""A Python file and its weights make the same images where there is torch and no GANatomy."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.export.made import KINDS, opened, step, write_edit, write_run
from torch import nn

from ganatomy.errors import ConfigError
from ganatomy.export.module_file import CODE, WEIGHTS, opened_again, write_module
from ganatomy.models.adaptation import adapt
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.weights import load_image_generator

ALONE = """
import sys
for name in ("ganatomy", "numpy", "safetensors", "numba"):
    sys.modules[name] = None
import torch, generator
loaded = generator.load()
z = generator.sample_latents(loaded, 3, torch.Generator().manual_seed(7))
with torch.no_grad():
    torch.save([z, loaded(z)], "made.pt")
print(generator.__doc__)
"""


def made_alone(folder: Path) -> tuple[torch.Tensor, torch.Tensor, str]:
    """Return latents and images of the file in a fresh process without GANatomy, and what the file says."""
    command = [sys.executable, "-W", "ignore", "-c", ALONE]
    told = subprocess.run(command, cwd=folder, env={"PYTHONPATH": "."}, capture_output=True, text=True, check=True)
    z, images = torch.load(folder / "made.pt")
    return z, images, told.stdout


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_gives_the_same_images_with_torch_alone(tmp_path: Path, kind: str) -> None:
    run = write_run(tmp_path, KINDS[kind]())
    (row,) = write_module(tmp_path, opened(run), "fp32")
    assert row.difference <= 1e-6
    z, images, told = made_alone(tmp_path)
    generator = load_image_generator(run)
    torch.testing.assert_close(z, sample_latents(generator, 3, torch.Generator().manual_seed(7)))
    torch.testing.assert_close(images, generator(z), atol=1e-6, rtol=0)
    assert f"images of {generator.image_size} px" in told
    law = {"normal": "N(0, 1)", "uniform": "U(-1, 1)"}[generator.latent]
    assert f"{generator.z_dim} entries of {generator.latent} numbers, {law}." in told
    assert "ganatomy" not in (tmp_path / CODE).read_text().replace("ganatomy.adapt", "")


def test_other_ranges_are_converted_in_the_file(tmp_path: Path) -> None:
    run = write_run(tmp_path, low=0.0, high=1.0, channels="BGR")
    write_module(tmp_path, opened(run), "fp32")
    z, images, _ = made_alone(tmp_path)
    torch.testing.assert_close(images, load_image_generator(run)(z), atol=1e-6, rtol=0)


def test_the_file_makes_an_edit_that_weights_cannot_hold(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(values=(2.0,), strength=0.5, where="0,0,0.5,1"))
    exported = opened(run, "1")
    write_module(tmp_path, exported, "fp32")
    again = opened_again(tmp_path).load()
    torch.testing.assert_close(again(exported.z), exported.images, atol=1e-5, rtol=0)
    _, _, told = made_alone(tmp_path)
    assert "edited: 1 unit of layer2 for tree ablated in 0,0,0.5,1." in told


def test_half_precision_halves_the_weights(tmp_path: Path) -> None:
    (row,) = write_module(tmp_path, opened(write_run(tmp_path)), "fp16")
    assert 0 < row.difference <= 1e-2
    kept = torch.load(tmp_path / WEIGHTS, weights_only=True)
    assert {value.dtype for value in kept.values()} == {torch.float16, torch.int64}


@pytest.mark.parametrize(("precision", "advice"), [("fp32", "--format onnx"), ("fp16", "--precision fp32")])
def test_a_file_that_makes_other_images_is_refused(tmp_path: Path, precision: str, advice: str) -> None:
    exported = opened(write_run(tmp_path))
    wrong = replace(exported, images=exported.images + 0.1)
    with pytest.raises(ConfigError, match=f"exported images differ .* give {advice}"):
        write_module(tmp_path, wrong, precision)  # type: ignore[arg-type]


def test_classes_go_with_the_latents(tmp_path: Path) -> None:
    exported = opened(write_run(tmp_path))
    generator = exported.generator
    generator.class_names = ("cat", "dog")
    z = sample_latents(generator, 8, torch.Generator().manual_seed(0))
    text = write_text(tmp_path, replace(exported, z=z))
    assert "entries of normal numbers, N(0, 1), and behind them the number of one of 2 classes." in text


def write_text(folder: Path, exported) -> str:
    generator = exported.generator
    images = generator(exported.z[:, : generator.z_dim])
    narrow = replace(exported, z=exported.z, images=images)
    with pytest.raises(RuntimeError, match="shapes"):  # this network takes no classes
        write_module(folder, narrow, "fp32")
    return (folder / CODE).read_text()


def test_somebody_elses_network_is_refused(tmp_path: Path) -> None:
    net = nn.Sequential(nn.Linear(5, 48), nn.Unflatten(1, (3, 4, 4)))
    exported = replace(opened(write_run(tmp_path)), generator=adapt(net, z_dim=5))
    with pytest.raises(
        ConfigError, match=r"and Sequential is none of GANatomy's own; give --format onnx, or safetensors"
    ):
        write_module(tmp_path, exported, "fp32")


def test_an_edit_of_directions_is_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step("layer2-pca2", (0,), values=(3.0,)))
    with pytest.raises(
        ConfigError, match="one of directions of a layer, which a module cannot make; give --format onnx"
    ):
        write_module(tmp_path, opened(run, "1"), "fp32")


def test_a_directed_generator_without_an_edit_of_directions_is_written(tmp_path: Path) -> None:
    from ganatomy.directions import open_generator

    run = write_run(tmp_path)
    exported = replace(opened(run), generator=open_generator(run, ["layer2-pca2"]))
    (row,) = write_module(tmp_path, exported, "fp32")
    assert row.difference <= 1e-6
