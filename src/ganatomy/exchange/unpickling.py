"""`python -m ganatomy.exchange.unpickling SOURCE TARGET`: the tensors of a pickle as safetensors, and no more of it.

Run by `ganatomy.exchange.files` as a process of its own, with bounds on its memory and time. Prints one line of JSON,
empty or with `error`, what is to be said after the name of the file. Names in the target are JSON lists, a name for
each level of nesting.
"""

import contextlib
import json
import mmap
import pickle
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file
from torch import Tensor

from ganatomy.exchange.bounds import MOST_LEVELS, MOST_TENSORS, first_line

MEMORY_BEYOND = 2**30
"""Bytes of address space beyond four times the file, and beyond what torch takes."""
CPU_SECONDS = 90
MOST_VALUES = 2_000_000
"""Of any kind: a file can name the same list any number of times within itself."""
LARGER = 4
"""How many times as large as the file its tensors may be: ties and strides can repeat values."""


class Refused(Exception):
    """What is to be said of a file that is not read."""


def limit(size: int) -> None:
    """Bound the memory and the time of this process.

    Args:
        size: bytes of the file.
    """
    try:
        import resource
    except ImportError:  # pragma: no cover  # on Windows there are no such bounds; the caller's time limit stays
        return
    _lower(resource.RLIMIT_AS, _address_space() + MEMORY_BEYOND + LARGER * size)
    _lower(resource.RLIMIT_CPU, CPU_SECONDS)


def _lower(which: int, most: int) -> None:
    """Set a bound of this process that no stricter one is set for already."""
    import resource

    hard = resource.getrlimit(which)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    with contextlib.suppress(ValueError, OSError):  # systems that do not know this bound
        resource.setrlimit(which, (most, most))


def _address_space() -> int:
    """Return the bytes of address space that this process has: torch and its libraries; 0 where that is not told."""
    try:
        pages = Path("/proc/self/statm").read_text().split()[0]
    except OSError:  # pragma: no cover  # only Linux tells
        return 0
    return int(pages) * mmap.PAGESIZE


def unpickled(source: Path) -> dict[str, Tensor]:
    """Return the tensors in a file that torch wrote, by the JSON list of their names.

    Raises:
        Refused: it holds more than weights, or is damaged or too large.
    """
    try:
        held = torch.load(source, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise Refused(_refusal(source, str(error))) from None
    except MemoryError:
        raise Refused("needs more memory than a file of its size should; it may be damaged") from None
    except Exception as error:  # a damaged file makes the reader raise anything at all
        raise Refused(f"is no file of weights, or damaged ({first_line(error)}); copy it again") from None
    tensors: dict[str, Tensor] = {}
    for names, tensor in _tensors(held, (), iter(range(MOST_VALUES))):
        tensors[json.dumps(names)] = tensor
        if len(tensors) > MOST_TENSORS:
            raise Refused(f"holds more than {MOST_TENSORS:,} tensors; give the file of the generator alone")
    size = sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())
    if size > LARGER * source.stat().st_size + 2**20:
        raise Refused(f"stands for {size:,} bytes of weights, many times its own size; it may be damaged")
    return {name: tensor.detach().clone().contiguous() for name, tensor in tensors.items()}


def _tensors(held: Any, names: tuple[str, ...], left: Iterator[int]) -> Iterator[tuple[tuple[str, ...], Tensor]]:
    """Yield the dense tensors of numbers in what a file holds, of no more values than are `left`."""
    if next(left, None) is None:
        raise Refused(
            f"holds more than {MOST_VALUES:,} values beside its weights; give the file of the generator alone"
        )
    if isinstance(held, Tensor):
        if held.layout == torch.strided and not held.is_quantized and not held.is_complex():
            yield names or ("",), held
        return
    if len(names) > MOST_LEVELS:
        raise Refused(f"is nested more than {MOST_LEVELS} levels deep; it may be damaged")
    if isinstance(held, Mapping):
        for name, value in held.items():
            yield from _tensors(value, (*names, str(name)), left)
    elif isinstance(held, list | tuple):
        for number, value in enumerate(held):
            yield from _tensors(value, (*names, str(number)), left)


def _refusal(source: Path, said: str) -> str:
    """Return what is to be said of a pickle that the `weights_only` reader refuses."""
    named = re.search(r"(?:GLOBAL|class|function) ([\w.]+)", said)
    if named is None and not _is_pickle(source):
        return (
            f"is no file of weights that torch wrote, or damaged ({said.strip().splitlines()[0][:120]}); copy it again"
        )
    what = f"holds more than weights ({named[1]})" if named else "holds more than weights"
    return (
        f"{what}, and reading that would run code; where it came from, write its weights alone: "
        'torch.save(generator.state_dict(), "generator.pth"), or better safetensors.torch.save_file'
    )


def _is_pickle(source: Path) -> bool:
    """Return whether a file is a pickle, or an archive as torch writes one around it."""
    with source.open("rb") as file:
        return file.read(1) == b"\x80" or zipfile.is_zipfile(source)


def main(source: Path, target: Path) -> str:
    """Write the tensors of a file and return the line to print."""
    try:
        limit(source.stat().st_size)
        save_file(unpickled(source), target)
    except Refused as refused:
        return json.dumps({"error": str(refused)})
    return json.dumps({})


if __name__ == "__main__":
    print(main(Path(sys.argv[1]), Path(sys.argv[2])))  # noqa: T201  # what the process that asked reads
