"""CIFAR-10 in the two layouts it is published in (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html).

Binary: `data_batch_1.bin` to `data_batch_5.bin` and `test_batch.bin`, records of one label byte and 3072
pixel bytes, channel by channel. Python: the same names without `.bin`, each a pickled dictionary.
"""

import pickle
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganatomy.data.choices import ALL, TRAIN, choose_split
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import DataError

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
IMAGE_SIZE = 32

_TRAIN_FILES = tuple(f"data_batch_{number}" for number in range(1, 6))
_TEST_FILES = ("test_batch",)
_FILES = {TRAIN: _TRAIN_FILES, "test": _TEST_FILES, ALL: (*_TRAIN_FILES, *_TEST_FILES)}
_FOLDERS = (".", "cifar-10-batches-bin", "cifar-10-batches-py")
_PIXEL_BYTES = 3 * IMAGE_SIZE * IMAGE_SIZE


def is_cifar10(path: Path) -> bool:
    """Return whether `path` is a folder in one of the two layouts, or holds the official one."""
    return _find(path) is not None


def load_cifar10(path: Path, split: str | None = None) -> ImageSet:
    """Return CIFAR-10 in memory, in the order of its files.

    Args:
        path: the folder of the batches, or the one that holds `cifar-10-batches-bin` or `cifar-10-batches-py`.
        split: `train` (also None; 50,000 images), `test` (10,000) or `all` (both, `train` first).

    Raises:
        DataError: no such layout or split, a batch that is missing or cannot be read.
    """
    found = _find(path)
    if found is None:
        raise DataError(f"no CIFAR-10 in {path}; it must hold data_batch_1.bin (binary) or data_batch_1 (python)")
    folder, suffix = found
    files = [folder / (name + suffix) for name in _FILES[choose_split(split, (TRAIN, "test"), path)]]
    missing = [file.name for file in files if not file.is_file()]
    if missing:
        raise DataError(f"CIFAR-10 in {folder} lacks {', '.join(missing)}; unpack the whole archive again")
    batches = [(_read_binary if suffix else _read_pickle)(file) for file in files]
    labels = np.concatenate([labels for labels, _ in batches])
    planes = np.concatenate([planes for _, planes in batches]).reshape(-1, 3, IMAGE_SIZE, IMAGE_SIZE)
    return ImageSet(np.ascontiguousarray(planes.transpose(0, 2, 3, 1)), CLASSES, labels)


def _find(path: Path) -> tuple[Path, str] | None:
    """Return the folder of the batches and the suffix of their names."""
    for folder in _FOLDERS:
        for suffix in (".bin", ""):
            if any((path / folder / (name + suffix)).is_file() for name in _FILES[ALL]):
                return path / folder, suffix
    return None


def _read_binary(file: Path) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return labels (n,) and pixels (n, 3072) of a binary batch."""
    content = np.fromfile(file, dtype=np.uint8)
    if not len(content) or len(content) % (1 + _PIXEL_BYTES):
        raise DataError(f"{file} has {len(content)} bytes, not a multiple of {1 + _PIXEL_BYTES}; fetch it again")
    records = content.reshape(-1, 1 + _PIXEL_BYTES)
    return _checked(file, records[:, 0], records[:, 1:])


def _read_pickle(file: Path) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return labels (n,) and pixels (n, 3072) of a pickled batch."""
    try:
        with open(file, "rb") as stream:
            batch = _ArrayUnpickler(stream).load()
        labels, pixels = np.array(batch[b"labels"]), batch[b"data"]
    except DataError:
        raise
    except Exception as error:  # a damaged pickle raises anything at all
        raise DataError(f"cannot read {file} as a pickled CIFAR-10 batch: {error!r}; fetch it again") from error
    return _checked(file, labels, pixels)


def _checked(file: Path, labels: NDArray[Any], pixels: Any) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Return labels and pixels once they have been found to be those of a batch."""
    arrays = isinstance(pixels, np.ndarray) and pixels.dtype == np.uint8 and labels.dtype.kind in "iu"
    if not (arrays and pixels.shape == (labels.size, _PIXEL_BYTES) and ((labels >= 0) & (labels < len(CLASSES))).all()):
        raise DataError(f"{file} does not hold labels 0 to 9 and {_PIXEL_BYTES} pixel bytes each; fetch it again")
    return labels.reshape(-1).astype(np.int64), pixels


class _ArrayUnpickler(pickle.Unpickler):
    """Unpickles numpy arrays and plain values; refuses every other class or function, so no code can run."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(file, encoding="bytes")  # written by Python 2, whose strings are bytes

    def find_class(self, module: str, name: str) -> Any:
        """Return one of the four things that a pickled array is built with."""
        match module, name:
            case (("numpy.core.multiarray" | "numpy._core.multiarray"), "_reconstruct"):
                return _empty_array
            case "numpy", "ndarray":
                return np.ndarray
            case "numpy", "dtype":
                return np.dtype
            case "_codecs", "encode":
                return _latin1
        raise DataError(f"refused to unpickle {module}.{name}: a CIFAR-10 batch holds arrays and plain values only")


def _empty_array(kind: type, shape: tuple[int, ...], dtype: bytes) -> NDArray[Any]:
    """Return the array that the pickle then fills."""
    return np.ndarray.__new__(np.ndarray, (0,), np.int8)


def _latin1(text: str, encoding: str) -> bytes:
    """Return the bytes that Python 3 writes as text in pickles of protocol 2."""
    return text.encode("latin-1")
