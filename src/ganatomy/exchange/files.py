"""Files of weights from anywhere, opened without running anything that they hold.

safetensors and npz hold numbers alone. A `.pt` or `.pth` is a pickle, which can hold code: it is read by torch's
`weights_only` reader, in a process of its own with bounds on memory and time, and by nothing else.
"""

import contextlib
import json
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.bounds import MOST_TENSORS, first_line

PICKLES = (".pt", ".pth", ".tar", ".bin", ".ckpt", ".pkl", ".pickle", ".model")
SUFFIXES = (".safetensors", ".npz", *PICKLES)
PACKED = 20
"""How many times as large as an npz file its arrays may be: weights hardly can be packed, zeros a thousandfold."""
TIME_LIMIT_S = 120
"""For a pickle to be read."""

Names = tuple[str, ...]
"""Where a tensor stands in a file: a name for each level of nesting."""


def read_tensors(path: Path) -> dict[Names, Tensor]:
    """Return all tensors in a file, by where they stand in it, in the order of the file.

    Raises:
        CheckpointError: there is no such file, it is of another kind, damaged or too large, or needs more than weights
            to be read.
    """
    if not path.is_file():
        raise CheckpointError(f"no file {path}; give a file of weights: {', '.join(SUFFIXES)}")
    if path.suffix.lower() not in SUFFIXES:
        raise CheckpointError(f"{path} is not known as a file of weights by its name; known are {', '.join(SUFFIXES)}")
    if path.suffix.lower() == ".safetensors":
        tensors = _read_safetensors(path)
    elif path.suffix.lower() == ".npz":
        tensors = _read_npz(path)
    else:
        tensors = _read_pickle(path)
    if not tensors:
        raise CheckpointError(f"{path} holds no tensors; give the file that holds the generator's weights")
    return tensors


def _read_safetensors(path: Path) -> dict[Names, Tensor]:
    try:
        with safe_open(path, "pt") as file:
            names = list(file.keys())
            if len(names) > MOST_TENSORS:
                raise CheckpointError(_too_many(path, len(names)))
            return {(name,): file.get_tensor(name) for name in names}
    except CheckpointError:
        raise
    except Exception as error:  # of its own, of torch's and of the file's system
        raise CheckpointError(
            f"{path} is no safetensors file, or damaged ({first_line(error)}); copy it again"
        ) from None


def _read_npz(path: Path) -> dict[Names, Tensor]:
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = [entry.file_size for entry in archive.infolist()]
        if len(sizes) > MOST_TENSORS:
            raise CheckpointError(_too_many(path, len(sizes)))
        if sum(sizes) > (most := PACKED * path.stat().st_size + 2**20):
            raise CheckpointError(
                f"{path} unpacks to {sum(sizes):,} bytes, and weights in a file of its size to no more than {most:,}; "
                "it may be damaged"
            )
        with np.load(path, allow_pickle=False) as arrays:
            return {(name,): torch.from_numpy(np.array(arrays[name])) for name in arrays.files}
    except CheckpointError:
        raise
    except Exception as error:  # a damaged archive makes its reader raise anything at all
        raise CheckpointError(f"{path} is no npz file of numbers ({first_line(error)}); copy it again") from None


def _read_pickle(path: Path) -> dict[Names, Tensor]:
    """Return the tensors in a pickle, read by a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "weights.safetensors"
        command = [sys.executable, "-m", "ganatomy.exchange.unpickling", str(path.resolve()), str(target)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIME_LIMIT_S, check=False)
        except subprocess.TimeoutExpired:
            raise CheckpointError(
                f"{path} could not be read within {TIME_LIMIT_S} s; is it a file of weights?"
            ) from None
        answer = _answer(done.stdout)
        if "error" in answer:
            raise CheckpointError(f"{path} {answer['error']}")
        if done.returncode or not target.exists():
            raise CheckpointError(f"{path} cannot be read: its reader ended with {done.returncode}; is it damaged?")
        return {tuple(json.loads(name[0])): tensor for name, tensor in _read_safetensors(target).items()}


def _answer(printed: str) -> Mapping[str, str]:
    """Return what the process that reads a pickle has said of it, on its last line."""
    with contextlib.suppress(IndexError, ValueError):
        said = json.loads(printed.splitlines()[-1])
        return said if isinstance(said, dict) else {}
    return {}


def nodes(tensors: Mapping[Names, Tensor]) -> Iterator[tuple[Names, dict[str, Tensor]]]:
    """Yield the dictionaries of tensors in a file, outermost first, each with where it stands."""
    found: dict[Names, dict[str, Tensor]] = {}
    for names, tensor in tensors.items():
        found.setdefault(names[:-1], {})[names[-1]] = tensor
    yield from sorted(found.items(), key=lambda one: len(one[0]))


def _too_many(path: Path, count: int) -> str:
    return f"{path} holds {count:,} tensors, more than {MOST_TENSORS:,}; give the file of the generator alone"
