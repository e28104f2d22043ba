from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from tests.cli.tiny import write_run

from ganatomy.directions.axes import Directions
from ganatomy.directions.files import read_directions, read_vectors, write_directions
from ganatomy.directions.generator import with_layer
from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.records.directions import Found
from ganatomy.runs.weights import load_image_generator

TABLE = torch.tensor([[1.0, 0.0, 2.0], [0.0, 3.0, 0.0]])


def test_tables_are_read_from_both_kinds_of_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", anything=TABLE.numpy().astype(np.float32))
    np.savez_compressed(tmp_path / "b.npz", directions=TABLE.int().numpy(), other=np.zeros(3))
    save_file({"w": TABLE.half()}, tmp_path / "c.safetensors")
    for name in ("a.npz", "b.npz", "c.safetensors"):
        assert torch.equal(read_vectors(tmp_path / name), TABLE.double())


def write(folder: Path, **arrays: np.ndarray) -> Path:
    np.savez(folder / "bad.npz", **arrays)
    return folder / "bad.npz"


def test_files_that_hold_no_directions_are_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"no file .*none.npz; give one that holds an array"):
        read_vectors(tmp_path / "none.npz")
    with pytest.raises(DataError, match=r"no file .*none.safetensors"):
        read_vectors(tmp_path / "none.safetensors")
    with pytest.raises(DataError, match=r"holds a, b; give a file of one array \(d, u\), or call it 'directions'"):
        read_vectors(write(tmp_path, a=np.zeros((1, 2)), b=np.zeros(2)))
    with pytest.raises(DataError, match="holds nothing"):
        read_vectors(write(tmp_path))
    for wrong in (np.zeros(3), np.zeros((0, 3)), np.zeros((2, 2), complex), np.zeros((2, 2), bool)):
        with pytest.raises(DataError, match=r"holds an array of shape .* of torch.*; give numbers"):
            read_vectors(write(tmp_path, a=wrong))
    with pytest.raises(DataError, match=r"bad.npz cannot be read \(.*\); give an .npz or .safetensors"):
        read_vectors(write(tmp_path, a=np.array(["word"])))
    with pytest.raises(DataError, match="cannot be read"):
        read_vectors(write(tmp_path, a=np.array([{}], dtype=object)))
    for name in ("noise.npz", "noise.safetensors", "cut.npz"):
        whole = write(tmp_path, a=np.zeros((4, 400))).read_bytes()
        (tmp_path / name).write_bytes(whole[:300] if name == "cut.npz" else b"no arrays at all")
        with pytest.raises(DataError, match="cannot be read"):
            read_vectors(tmp_path / name)


def test_directions_are_written_beside_a_dissection_and_read_again(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    generator = load_image_generator(run)
    found = Found("pca", True, (0.5, 0.25), 100, 3)
    center = torch.arange(6).double()
    one = Directions("layer2-pca2", "layer2", torch.randn(2, 6).double(), center, found)
    folder = run.subdirectory("dissect", "layer2-pca2")
    directed = with_layer(generator, one)
    write_directions(folder, directed, "layer2")
    assert list(folder.iterdir()) == []
    assert read_directions(run, "layer2-pca2") is None
    write_directions(folder, directed, "layer2-pca2")
    read = read_directions(run, "layer2-pca2")
    assert read is not None
    again, recorded = read
    assert (again.digest, again.layer, again.base, again.found) == (one.digest, one.layer, "layer2", found)
    assert recorded == fingerprint(generator)


def test_saved_directions_that_were_changed_are_refused(tmp_path: Path) -> None:
    run = write_run(tmp_path)
    directed = with_layer(load_image_generator(run), Directions.given("some", "layer2", torch.eye(6)))
    folder = run.subdirectory("dissect", "some")
    write_directions(folder, directed, "some")
    np.savez(folder / "directions.npz", vectors=np.eye(6), center=np.zeros(5))
    with pytest.raises(
        DataError, match=r"directions.npz is not as this version writes it; dissect the layer again, with"
    ):
        read_directions(run, "some")
    (folder / "directions.npz").unlink()
    with pytest.raises(DataError, match=r"no file .*directions.npz"):
        read_directions(run, "some")
    (folder / "directions.json").write_text("{")
    with pytest.raises(IncompatibleRun, match="is not JSON"):
        read_directions(run, "some")
    (folder / "directions.json").write_text('{"schema": 7}')
    with pytest.raises(DataError, match="has schema 7, this version reads schema 1; dissect the layer again"):
        read_directions(run, "some")
