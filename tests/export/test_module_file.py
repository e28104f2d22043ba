"""A Python file and its weights make the same images where there is torch and no GANatomy."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from tests.export.made import KINDS, opened, step, write_edit, write_run
from torch import nn

from ganatomy.directions import open_generator
from ganatomy.errors import ConfigError
from ganatomy.export.checking import images_of
from ganatomy.export.module_file import CODE, WEIGHTS, module_text, write_module
from ganatomy.models.adaptation import AdaptedGenerator, adapt
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.weights import load_image_generator

ALONE = """
import sys
for name in ("ganatomy", "numpy", "safetensors", "numba"):
    sys.modules[name] = None
import torch
for folder in sys.argv[1:]:
    sys.path.insert(0, folder)
    import generator
    loaded = generator.load()
    z = generator.sample_latents(loaded, 3, torch.Generator().manual_seed(7))
    with torch.no_grad():
        torch.save([z, loaded(z)], f"{folder}/made.pt")
    open(f"{folder}/told.txt", "w").write(generator.__doc__)
    del sys.modules["generator"], sys.path[0]
"""


def make_alone(*folders: Path) -> None:
    """Make images by files in a fresh process without GANatomy."""
    command = [sys.executable, "-W", "ignore", "-c", ALONE, *map(str, folders)]
    outside = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    subprocess.run(command, cwd=folders[0], env=outside, check=True)


def made_by(folder: Path) -> tuple[torch.Tensor, torch.Tensor, str]:
    """Return latents and images of a file in that process, and what the file says of itself."""
    z, images = torch.load(folder / "made.pt")
    return z, images, (folder / "told.txt").read_text()


def test_every_kind_gives_the_same_images_with_torch_alone(tmp_path: Path) -> None:
    runs = {kind: write_run(tmp_path, make()) for kind, make in KINDS.items()}
    for run in runs.values():
        (row,) = write_module(run.path, opened(run), "fp32")
        assert row.difference <= 1e-6
    make_alone(*(run.path for run in runs.values()))
    for kind, run in runs.items():
        z, images, told = made_by(run.path)
        generator = load_image_generator(run)
        torch.testing.assert_close(z, sample_latents(generator, 3, torch.Generator().manual_seed(7)))
        torch.testing.assert_close(
            images, generator(z), atol=1e-6, rtol=0, msg=lambda said, kind=kind: f"{kind}: {said}"
        )
        assert f"images of {generator.image_size} px" in told
        law = {"normal": "N(0, 1)", "uniform": "U(-1, 1)"}[generator.latent]
        assert f"{generator.z_dim} entries of {generator.latent} numbers, {law}." in told
        assert "import ganatomy" not in (run.path / CODE).read_text()


def test_other_ranges_and_edits_are_in_the_file(tmp_path: Path) -> None:
    other, edited = write_run(tmp_path, low=0.0, high=1.0, channels="BGR"), write_run(tmp_path)
    write_module(other.path, opened(other), "fp32")
    write_edit(edited, step(values=(2.0,), strength=0.5, where="0,0,0.5,1"))
    exported = opened(edited, "1")
    write_module(edited.path, exported, "fp32")
    make_alone(other.path, edited.path)
    z, images, _ = made_by(other.path)
    torch.testing.assert_close(images, load_image_generator(other)(z), atol=1e-6, rtol=0)
    z, images, told = made_by(edited.path)
    torch.testing.assert_close(images, images_of(exported.generator, z, exported.blends), atol=1e-6, rtol=0)
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
    """The docstring and the converter tell of them; this network itself takes none."""
    exported = opened(write_run(tmp_path))
    network, told = exported.generator, ("cat", "dog")
    adapted = AdaptedGenerator(network, z_dim=5, image_size=16, class_names=told)
    text = module_text(replace(exported, generator=adapted, z=torch.zeros(1, 6)), network, adapted)
    assert "entries of normal numbers, N(0, 1), and behind them the number of one of 2 classes." in text
    assert "class_names=('cat', 'dog')," in text
    assert "latents (n, 6) to images" in text
    compile(text, "generator.py", "exec")


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
    run = write_run(tmp_path)
    exported = replace(opened(run), generator=open_generator(run, ["layer2-pca2"]))
    (row,) = write_module(tmp_path, exported, "fp32")
    assert row.difference <= 1e-6
