"""A state dict taken apart: its linear maps, convolutions and BatchNorms, and the order in which they run."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import isqrt
from typing import Literal

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.bounds import MOST_LEVELS
from ganatomy.exchange.layouts.folded import folded

Direction = Literal["linear", "conv", "transposed"]
STATISTICS = ("running_mean", "running_var")
OF_PARTS = {"weight", "bias", *STATISTICS, "num_batches_tracked"}
"""What the weights of a linear map, a convolution or BatchNorm are called."""
MOST_TRIES = 100_000
"""Of the search for an order, maps held against the one before."""
MOST_MAPS = 200
LARGEST_KERNEL = 33
"""Cells a side beyond which kernels are those of a damaged file."""
IMAGE_CHANNELS = (1, 3)

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


@dataclass(frozen=True)
class Link:
    """A map at its place in the chain."""

    piece: Piece
    direction: Direction
    norm: Piece | None = None
    """BatchNorm after it."""

    @property
    def inputs(self) -> int:
        """Channels or values that come in."""
        return int(self.piece.weight.shape[0 if self.direction == "transposed" else 1])

    @property
    def outputs(self) -> int:
        """Channels or values that come out."""
        return int(self.piece.weight.shape[1 if self.direction == "transposed" else 0])

    @property
    def kernel(self) -> int:
        """Cells a side of a convolution's kernel."""
        return int(self.piece.weight.shape[2])

    def side(self, values: int) -> int:
        """Return the cells a side that so many values of a linear map are to it, or 0; see `side_of`."""
        return side_of(values, self.inputs)


def side_of(values: int, channels: int) -> int:
    """Return the cells a side of the squares that so many values are in so many channels; 0 where they are none.

    >>> side_of(128, 8), side_of(130, 8), side_of(64, 8)
    (4, 0, 0)
    """
    cells, rest = divmod(values, channels)
    side = isqrt(cells)
    return side if rest == 0 and side * side == cells else 0


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


def chain_of(tensors: Mapping[str, Tensor]) -> list[Link]:
    """Return the maps of a state dict in the order in which they run, each with its BatchNorm.

    The order is that of the names, else that in the file, else the only one in which what comes out of each map goes
    into the next.

    Raises:
        CheckpointError: there is no such order or there are several, or a BatchNorm fits behind no map.
    """
    maps, norms = pieces_of(tensors)
    if len(maps) < 2:
        raise CheckpointError(f"{len(maps)} linear maps and convolutions are no generator")
    if len(maps) > MOST_MAPS:
        raise CheckpointError(f"{len(maps)} maps are more than {MOST_MAPS}; give the file of the generator alone")
    for ordered in (sorted(maps, key=lambda piece: natural(piece.name)), maps):
        if links := _directed(ordered):
            return _with_norms(links, norms)
    return _with_norms(_searched(maps), norms)


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


def _directions(piece: Piece) -> list[Direction]:
    """Return what a map can be, the likelier first: an even kernel is that of a transposed convolution."""
    if not piece.is_spatial:
        return ["linear"]
    even = piece.weight.shape[2] % 2 == 0
    return ["transposed", "conv"] if even else ["conv", "transposed"]


def _fits(before: Link, link: Link) -> bool:
    """Return whether what comes out of a map can go into another."""
    bias = link.piece.tensors.get("bias")
    if bias is not None and len(bias) != link.outputs:
        return False
    if before.direction == "linear" and link.direction != "linear":
        return link.side(before.outputs) > 0
    if before.direction != "linear" and link.direction == "linear":
        return False  # no generator goes back from cells
    if before.direction != "linear" and before.outputs in IMAGE_CHANNELS and link.outputs not in IMAGE_CHANNELS:
        return False  # what goes on from an image is a discriminator
    return before.outputs == link.inputs


def _starts(link: Link) -> bool:
    """Return whether a map can take latents; those of one number are the answers of a discriminator."""
    bias = link.piece.tensors.get("bias")
    return link.direction != "conv" and link.inputs > 1 and (bias is None or len(bias) == link.outputs)


def _directed(ordered: Sequence[Piece]) -> list[Link]:
    """Return the likeliest of the ways in which maps in this order are a chain; none if they are not."""
    choices = [[Link(piece, direction) for direction in _directions(piece)] for piece in ordered]
    for before, after in reversed([*pairwise(choices)]):
        before[:] = [link for link in before if any(_fits(link, other) for other in after)]
    links = [link for link in choices[0] if _starts(link)][:1]
    for after in choices[1:]:
        links += [other for other in after if links and _fits(links[-1], other)][:1]
    return links


def _searched(maps: Sequence[Piece]) -> list[Link]:
    """Return the only chain of all maps, in whatever order; maps numbered in one container run in that order."""
    tries = 0
    found: dict[tuple[str, ...], list[Link]] = {}

    def search(links: list[Link], rest: list[Piece]) -> None:
        nonlocal tries
        if not rest:
            found.setdefault(tuple(link.piece.name for link in links), links)
        begun: set[str] = set()
        for index, piece in enumerate(rest):
            stem, number = stem_and_number(piece.name)
            if stem in begun:
                continue
            begun |= {stem} if is_container(stem) and number is not None else set()
            for link in (Link(piece, direction) for direction in _directions(piece)):
                tries += 1
                if tries > MOST_TRIES or len(found) > 1:
                    return
                if _fits(links[-1], link) if links else _starts(link):
                    search([*links, link], rest[:index] + rest[index + 1 :])

    search([], sorted(maps, key=lambda piece: natural(piece.name)))
    names = ", ".join(piece.name for piece in maps[:8])
    if len(found) > 1 or tries > MOST_TRIES:
        raise CheckpointError(f"the order of {names} cannot be told by their names and sizes")
    if not found:
        raise CheckpointError(f"no order of {names} is a chain: what comes out of one map does not fit the next")
    return next(iter(found.values()))


def _with_norms(links: list[Link], norms: Sequence[Piece]) -> list[Link]:
    """Return the chain with each BatchNorm behind the map that its name or else its size says."""
    placed: dict[int, Piece] = {}
    free = 0
    for norm in sorted(norms, key=lambda piece: natural(piece.name)):
        slot = _slot_by_name(norm, links)
        if slot is None or slot in placed or not _follows(norm, links, slot):
            fitting = [at for at in range(free, len(links)) if at not in placed and _follows(norm, links, at)]
            if not fitting:
                raise CheckpointError(
                    f"BatchNorm '{norm.name}' of {norm.width} channels fits behind no map that is left"
                )
            slot = fitting[0]
        placed[slot] = norm
        free = max(free, slot)
    return [Link(link.piece, link.direction, placed.get(index)) for index, link in enumerate(links)]


def _slot_by_name(norm: Piece, links: Sequence[Link]) -> int | None:
    """Return the place of the last map before a norm that is numbered together with it."""
    stem, number = stem_and_number(norm.name)
    if number is None:
        return None
    before = [
        (found[1], index)
        for index, link in enumerate(links)
        if (found := stem_and_number(link.piece.name))[0] == stem and found[1] is not None and found[1] < number
    ]
    return max(before)[1] if before else None


def _follows(norm: Piece, links: Sequence[Link], index: int) -> bool:
    """Return whether a norm has as many channels as come out of a map, or as what follows it makes of them."""
    link = links[index]
    if link.outputs == norm.width:
        return True
    if link.direction != "linear":
        return False
    following = links[index + 1] if index + 1 < len(links) else None
    return following is not None and following.direction != "linear" and following.inputs == norm.width
