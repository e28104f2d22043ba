"""Graphs that were written run by onnxruntime alone, for any number of samples, and give torch's images."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
import torch
from numpy.typing import NDArray
from tests.export.made import KINDS, opened, step, write_edit, write_run

from ganatomy.directions import open_generator
from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.export import onnx_files
from ganatomy.export.onnx_files import LOWER, UPPER, WHOLE, write_onnx
from ganatomy.runs.weights import load_image_generator


def run_file(path: Path, **given: torch.Tensor) -> NDArray[np.float32]:
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    named = {one.name: given[one.name].numpy() for one in session.get_inputs()}
    result: NDArray[np.float32] = session.run(None, named)[0]
    return result


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_written_whole(tmp_path: Path, kind: str) -> None:
    run = write_run(tmp_path, KINDS[kind]())
    (row,) = write_onnx(tmp_path, opened(run), "fp32")
    assert row.difference <= 1e-4
    generator = load_image_generator(run)
    for n in (1, 3):
        z = torch.randn(n, generator.z_dim)
        images = run_file(tmp_path / WHOLE, z=z)
        np.testing.assert_allclose(images, generator(z).detach(), atol=1e-4)


@pytest.mark.parametrize("kind", ["nearest", "progan"])
def test_half_precision_takes_and_gives_float32(tmp_path: Path, kind: str) -> None:
    run = write_run(tmp_path, KINDS[kind]())
    (row,) = write_onnx(tmp_path, opened(run), "fp16")
    assert 0 < row.difference <= 1e-2
    z = torch.randn(2, load_image_generator(run).z_dim)
    assert run_file(tmp_path / WHOLE, z=z).dtype == np.float32
    weights = onnx.load(tmp_path / WHOLE).graph.initializer
    assert {onnx.TensorProto.FLOAT16} == {one.data_type for one in weights if len(one.dims) == 4}


@pytest.mark.parametrize(
    ("kind", "layer", "takes_z"),
    [
        ("nearest", "layer1", False),
        ("latents in every layer", "layer1", True),
        ("resnet", "layer2.residual.3", True),
        ("progan", "layer2", False),
    ],
)
def test_a_generator_is_divided_at_a_layer(tmp_path: Path, kind: str, layer: str, takes_z: bool) -> None:
    """In a residual block the shortcut goes around the layer, and comes from the latents."""
    run = write_run(tmp_path, KINDS[kind]())
    rows = write_onnx(tmp_path, opened(run), "fp32", layer)
    assert [row.of.split(" (")[0] for row in rows] == ["features", "images of both parts", *["images for alpha"] * 3]
    inputs = {one.name for one in onnx.load(tmp_path / UPPER).graph.input}
    assert inputs == {"features", "alpha", "k", *(["z"] if takes_z else [])}
    generator = load_image_generator(run)
    z = torch.randn(2, generator.z_dim)
    features = torch.from_numpy(run_file(tmp_path / LOWER, z=z))
    off = torch.zeros(1, features.shape[1], 1, 1)
    images = run_file(tmp_path / UPPER, features=features, alpha=off, k=off, z=z)
    np.testing.assert_allclose(images, generator(z).detach(), atol=1e-4)


def test_other_ranges_are_converted_in_the_graphs_too(tmp_path: Path) -> None:
    run = write_run(tmp_path, low=0.0, high=1.0, channels="BGR")
    write_onnx(tmp_path, opened(run), "fp32", "layer2")
    generator, z = load_image_generator(run), torch.randn(2, 5)
    features = torch.from_numpy(run_file(tmp_path / LOWER, z=z))
    off = torch.zeros(1, 4, 1, 1)
    images = run_file(tmp_path / UPPER, features=features, alpha=off, k=off, z=z)
    np.testing.assert_allclose(images, generator(z).detach(), atol=1e-4)


def test_a_graph_makes_an_edit_that_weights_cannot_hold(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    write_edit(run, step(values=(2.0,), strength=0.5, where="0,0,0.5,1"))
    exported = opened(run, "1")
    write_onnx(tmp_path, exported, "fp32")
    np.testing.assert_allclose(run_file(tmp_path / WHOLE, z=exported.z), exported.images, atol=1e-4)
    assert (load_image_generator(run)(exported.z) - exported.images).abs().max() > 1e-2
    told = {one.key: one.value for one in onnx.load(tmp_path / WHOLE).metadata_props}
    assert told["edit"] == "1 unit of layer2 for tree ablated in 0,0,0.5,1"
    assert (told["z_dim"], told["latent"], json.loads(told["class_names"])) == ("5", "normal", None)
    with pytest.raises(
        ConfigError, match=r"has to be made at each pass \(only an ablation .*\), and such a generator is"
    ):
        write_onnx(tmp_path, exported, "fp32", "layer1")


def test_a_graph_makes_an_edit_of_directions(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    directed = open_generator(run, ["layer2-pca2"])
    write_edit(run, step("layer2-pca2", (0,), values=(3.0,)))
    exported = opened(run, "1")
    assert list(exported.blends) == ["layer2-pca2"]
    write_onnx(tmp_path, exported, "fp32")
    np.testing.assert_allclose(run_file(tmp_path / WHOLE, z=exported.z), exported.images, atol=1e-4)
    assert (directed(exported.z) - exported.images).abs().max() > 1e-2


def test_a_layer_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(LayerNotFound, match="no layer 'layr2'"):
        write_onnx(tmp_path, opened(write_run(tmp_path)), "fp32", "layr2")


@pytest.mark.parametrize(("precision", "advice"), [("fp32", "--format safetensors or module"), ("fp16", "--precision")])
def test_a_graph_of_other_images_is_not_kept(
    tmp_path: Path, precision: str, advice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = write_run(tmp_path)
    exported = opened(run)
    wrong = replace(exported, images=exported.images + 0.1)
    monkeypatch.setattr(onnx_files, "graph_of", lambda *_: onnx.ModelProto())
    monkeypatch.setattr(onnx_files, "Running", lambda _: lambda z: exported.generator(z))
    with pytest.raises(ConfigError, match=f"exported images differ .* give {advice}"):
        write_onnx(tmp_path, wrong, precision)  # type: ignore[arg-type]
    assert not (tmp_path / WHOLE).exists()
