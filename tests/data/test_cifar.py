import pickle
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ganatomy.data.cifar import CLASSES, is_cifar10, load_cifar10
from ganatomy.errors import DataError

Batch = tuple[NDArray[np.uint8], NDArray[np.uint8]]
FILES = [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]


def make_batches() -> dict[str, Batch]:
    """Three random images a file, as labels (3,) and planes (3, 3072)."""
    rng = np.random.default_rng(0)
    return {
        name: (rng.integers(0, 10, 3, dtype=np.uint8), rng.integers(0, 256, (3, 3072), dtype=np.uint8))
        for name in FILES
    }


def write_binary(folder: Path, batches: dict[str, Batch]) -> Path:
    folder.mkdir(parents=True)
    for name, (labels, planes) in batches.items():
        np.concatenate([labels[:, None], planes], axis=1).tofile(folder / f"{name}.bin")
    return folder


def write_python(folder: Path, batches: dict[str, Batch], protocol: int = 2) -> Path:
    folder.mkdir(parents=True)
    for name, (labels, planes) in batches.items():
        batch = {b"batch_label": name.encode(), b"labels": labels.tolist(), b"data": planes, b"filenames": [b"x"] * 3}
        (folder / name).write_bytes(pickle.dumps(batch, protocol))
    return folder


@pytest.fixture(params=["binary", "python 2", "python 4"])
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "binary":
        return write_binary(tmp_path / "cifar-10-batches-bin", make_batches())
    return write_python(tmp_path / "cifar-10-batches-py", make_batches(), int(request.param[-1]))


@pytest.mark.parametrize(
    ("split", "files"), [(None, FILES[:5]), ("train", FILES[:5]), ("test", FILES[5:]), ("all", FILES)]
)
def test_both_layouts_give_the_images_in_order(folder: Path, split: str | None, files: list[str]) -> None:
    batches = make_batches()
    images = load_cifar10(folder, split)
    assert images.classes == CLASSES
    assert images.labels.tolist() == [label for name in files for label in batches[name][0]]
    planes = np.concatenate([batches[name][1] for name in files])
    assert images.images.shape == (len(planes), 32, 32, 3)
    # Pixel (row 2, column 5) of the blue plane stands at 2 * 1024 + 2 * 32 + 5.
    assert (images.images[:, 2, 5, 2] == planes[:, 2117]).all()
    assert (images.images.transpose(0, 3, 1, 2).reshape(-1, 3072) == planes).all()


def test_the_folder_above_is_recognised(folder: Path) -> None:
    assert is_cifar10(folder)
    assert is_cifar10(folder.parent)
    assert len(load_cifar10(folder.parent)) == 15


def test_a_folder_without_batches_is_refused(tmp_path: Path) -> None:
    assert not is_cifar10(tmp_path)
    with pytest.raises(DataError, match=r"no CIFAR-10 in .*; it must hold data_batch_1.bin \(binary\) or data_batch_1"):
        load_cifar10(tmp_path)


def test_an_unknown_split_is_refused(folder: Path) -> None:
    with pytest.raises(DataError, match=r"no split 'val' in .*; .*it has train, test, all"):
        load_cifar10(folder, "val")


def test_missing_batches_are_named(folder: Path) -> None:
    names = [file.name for file in sorted(folder.iterdir())]
    (folder / names[1]).unlink()
    (folder / names[3]).unlink()
    with pytest.raises(DataError, match=rf"lacks {names[1]}, {names[3]}; unpack the whole archive again"):
        load_cifar10(folder)


def test_a_truncated_binary_batch_is_refused(tmp_path: Path) -> None:
    folder = write_binary(tmp_path / "cifar", make_batches())
    (folder / "data_batch_2.bin").write_bytes(b"\0" * 4000)
    with pytest.raises(DataError, match=r"data_batch_2.bin has 4000 bytes, not a multiple of 3073; fetch it again"):
        load_cifar10(folder)


def test_a_label_above_nine_is_refused(tmp_path: Path) -> None:
    folder = write_binary(tmp_path / "cifar", make_batches())
    (folder / "data_batch_2.bin").write_bytes(b"\x0a" * 3073)
    with pytest.raises(DataError, match=r"data_batch_2.bin does not hold labels 0 to 9 and 3072 pixel bytes each"):
        load_cifar10(folder)


@pytest.mark.parametrize(
    "content",
    [b"", b"garbage", pickle.dumps([1, 2]), pickle.dumps({b"labels": [1]})],
)
def test_a_damaged_pickle_is_refused(tmp_path: Path, content: bytes) -> None:
    folder = write_python(tmp_path / "cifar", make_batches())
    (folder / "data_batch_1").write_bytes(content)
    with pytest.raises(DataError, match=r"data_batch_1 as a pickled CIFAR-10 batch: .*; fetch it again"):
        load_cifar10(folder)


@pytest.mark.parametrize(
    "pixels", [b"", np.zeros((1, 3072)), np.zeros((2, 3072), np.uint8), np.zeros((1, 9), np.uint8)]
)
def test_a_pickle_of_other_arrays_is_refused(tmp_path: Path, pixels: object) -> None:
    folder = write_python(tmp_path / "cifar", make_batches())
    (folder / "data_batch_1").write_bytes(pickle.dumps({b"labels": [1], b"data": pixels}))
    with pytest.raises(DataError, match=r"data_batch_1 does not hold labels 0 to 9"):
        load_cifar10(folder)


class Attack:
    """Pickles to a call that writes a file."""

    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, ...]:
        return (eval, (f"open({str(self.target)!r}, 'w')",))


def test_a_pickle_that_would_run_code_is_refused(tmp_path: Path) -> None:
    folder = write_python(tmp_path / "cifar", make_batches())
    (folder / "data_batch_1").write_bytes(pickle.dumps(Attack(tmp_path / "harm")))
    with pytest.raises(DataError, match=r"refused to unpickle builtins.eval: a CIFAR-10 batch holds arrays and plain"):
        load_cifar10(folder)
    assert not (tmp_path / "harm").exists()
