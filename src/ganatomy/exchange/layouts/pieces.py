"""A state dict taken apart: its linear maps, its convolutions and its BatchNorms."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.bounds import MOST_LEVELS
from ganatomy.exchange.layouts.folded import folded

STATISTICS = ("running_mean", "running_var")
OF_PARTS = {"weight", "bias", *STATISTICS, "num_batches_tracked"}
"""What the weights of a linear map, a convolution or BatchNorm are called."""
LARGEST_KERNEL = 33
"""Cells a side beyond which kernels are those of a damaged file."""

NaturalKey = tuple[tuple[int, int, str], ...]


def natural(name: str) -> NaturalKey:
    """Return a key by which names sort as people count: `main.2` before `main.10`.

    >>> sorted(["main.10", "main.2"], key=natural)
    ['main.2', 'main.10']
    """
    pieces = re.split(r"(\d+)", name)
    return tuple((1, int(one), "") if one.isdecimal() else (0, 0, one) for one in pieces)


def stem_and_number(name: str) -> tuple[str, int | None]:
    """Return a name without the number that it ends in, and the number.

    >>> stem_and_number("main.12"), stem_and_number("first")
    (('main.', 12), ('first', None))
    """
    match = re.fullmatch(r"(.*?)(\d{1,6})", name)
    return (match[1], int(match[2])) if match else (name, None)


def is_container(stem: str) -> bool:
    """Return whether what stands before a number is the name of a container, whose parts are numbered as they run."""
    return stem == "" or stem.endswith(".")


@dataclass(frozen=True)
class Piece:
    """What one module's weights are: a map with a weight of 2 or 4 dimensions, or a norm with one of 1 dimension."""

    name: str
    tensors: Mapping[str, Tensor] = field(repr=False, compare=False)
    """By their names within the module, such as `weight`."""

    @property
    def weight(self) -> Tensor:
        """The weight of a map."""
        return self.tensors["weight"]

    @property
    def is_norm(self) -> bool:
        """Whether it is BatchNorm."""
        return "running_mean" in self.tensors

    @property
    def is_spatial(self) -> bool:
        """Whether it is a convolution of either kind."""
        return self.weight.ndim == 4

    @property
    def width(self) -> int:
        """Of a norm, its channels."""
        return len(self.tensors["running_mean"])


def pieces_of(tensors: Mapping[str, Tensor]) -> tuple[list[Piece], list[Piece]]:
    """Return the maps and the norms of a state dict, each in the order of its tensors.

    Raises:
        CheckpointError: something in it belongs to neither.
    """
    modules: dict[str, dict[str, Tensor]] = {}
    for name, tensor in folded(tensors).items():
        path, _, leaf = name.rpartition(".")
        if path.count(".") >= MOST_LEVELS:
            raise CheckpointError(f"'{path[:60]}...' is named more than {MOST_LEVELS} levels deep; it may be damaged")
        modules.setdefault(path, {})[leaf] = tensor
    maps, norms = [], []
    for path, found in modules.items():
        piece = Piece(path, found)
        if unknown := sorted(set(found) - OF_PARTS):
            raise CheckpointError(f"'{path}.{unknown[0]}' belongs to no linear map, convolution or BatchNorm")
        if piece.is_norm:
            _require_norm(piece)
            norms.append(piece)
        elif "weight" in found and found["weight"].ndim in (2, 4):
            _require_map(piece)
            maps.append(piece)
        else:
            raise CheckpointError(_unlike(path, found))
    return maps, norms


def _require_norm(piece: Piece) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in piece.tensors.items() if name != "num_batches_tracked"}
    missing = [name for name in STATISTICS if name not in shapes]
    _require_numbers(piece)
    if (count := piece.tensors.get("num_batches_tracked")) is not None and count.numel() != 1:
        raise CheckpointError(f"'{piece.name}.num_batches_tracked' holds several numbers; it is one count")
    if missing or len(set(shapes.values())) != 1 or len(shapes["running_mean"]) != 1:
        raise CheckpointError(f"'{piece.name}' has {shapes}; BatchNorm has running_mean and running_var of one length")


def _require_map(piece: Piece) -> None:
    weight = piece.weight
    _require_numbers(piece)
    if 0 in weight.shape:
        raise CheckpointError(f"'{piece.name}.weight' has shape {tuple(weight.shape)}, which holds nothing")
    if weight.ndim == 4 and weight.shape[2] != weight.shape[3]:
        raise CheckpointError(f"'{piece.name}.weight' has shape {tuple(weight.shape)}; only square kernels are known")
    if weight.ndim == 4 and weight.shape[2] > LARGEST_KERNEL:
        raise CheckpointError(
            f"'{piece.name}.weight' has shape {tuple(weight.shape)}; known are kernels of up to {LARGEST_KERNEL} cells"
        )
    if set(piece.tensors) - {"weight", "bias"} or ((bias := piece.tensors.get("bias")) is not None and bias.ndim != 1):
        raise CheckpointError(_unlike(piece.name, piece.tensors))


def _require_numbers(piece: Piece) -> None:
    for name, tensor in piece.tensors.items():
        if not tensor.is_floating_point() and name != "num_batches_tracked":
            raise CheckpointError(
                f"'{piece.name}.{name}' is {str(tensor.dtype).removeprefix('torch.')}; weights are floats"
            )


def _unlike(path: str, found: Mapping[str, Tensor]) -> str:
    shapes = ", ".join(f"{name} {tuple(tensor.shape)}" for name, tensor in found.items())
    return f"'{path}' holds {shapes}, which is no linear map, no convolution and no BatchNorm with its statistics"
