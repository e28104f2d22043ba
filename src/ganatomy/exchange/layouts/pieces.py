"""A state dict taken apart: its linear maps, convolutions and BatchNorms, and the order in which they run."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from torch import Tensor

from ganatomy.errors import CheckpointError

Direction = Literal["linear", "conv", "transposed"]
STATISTICS = ("running_mean", "running_var")
OF_PARTS = {"weight", "bias", *STATISTICS, "num_batches_tracked"}
"""What the weights of a linear map, a convolution or BatchNorm are called."""
MOST_STEPS = 20_000
"""Of the search for an order; a chain of thirty parts whose names tell its order takes thirty."""

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


def pieces_of(tensors: Mapping[str, Tensor]) -> tuple[list[Piece], list[Piece]]:
    """Return the maps and the norms of a state dict, each in the order of its tensors.

    Raises:
        CheckpointError: something in it belongs to neither.
    """
    modules: dict[str, dict[str, Tensor]] = {}
    for name, tensor in tensors.items():
        path, _, leaf = name.rpartition(".")
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
    for ordered in (sorted(maps, key=lambda piece: natural(piece.name)), maps):
        if (links := next(_directed(ordered), None)) is not None:
            return _with_norms(links, norms)
    return _with_norms(_searched(maps), norms)


def _require_norm(piece: Piece) -> None:
    shapes = {name: tuple(tensor.shape) for name, tensor in piece.tensors.items() if name != "num_batches_tracked"}
    missing = [name for name in STATISTICS if name not in shapes]
    if missing or len(set(shapes.values())) != 1 or len(shapes["running_mean"]) != 1:
        raise CheckpointError(f"'{piece.name}' has {shapes}; BatchNorm has running_mean and running_var of one length")


def _require_map(piece: Piece) -> None:
    weight = piece.weight
    if 0 in weight.shape:
        raise CheckpointError(f"'{piece.name}.weight' has shape {tuple(weight.shape)}, which holds nothing")
    if weight.ndim == 4 and weight.shape[2] != weight.shape[3]:
        raise CheckpointError(f"'{piece.name}.weight' has shape {tuple(weight.shape)}; only square kernels are known")
    if set(piece.tensors) - {"weight", "bias"} or ((bias := piece.tensors.get("bias")) is not None and bias.ndim != 1):
        raise CheckpointError(_unlike(piece.name, piece.tensors))


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
        cells, rest = divmod(before.outputs, link.inputs)
        return rest == 0 and round(cells**0.5) ** 2 == cells
    if before.direction != "linear" and link.direction == "linear":
        return False  # no generator goes back from cells
    return before.outputs == link.inputs


def _starts(link: Link) -> bool:
    bias = link.piece.tensors.get("bias")
    return link.direction != "conv" and (bias is None or len(bias) == link.outputs)


def _directed(ordered: Sequence[Piece]) -> Iterator[list[Link]]:
    """Yield the ways in which maps in this order can be a chain."""
    first, *rest = ordered
    for direction in _directions(first):
        if _starts(link := Link(first, direction)):
            yield from _continued([link], rest)


def _continued(links: list[Link], rest: Sequence[Piece]) -> Iterator[list[Link]]:
    if not rest:
        yield links
        return
    for direction in _directions(rest[0]):
        if _fits(links[-1], link := Link(rest[0], direction)):
            yield from _continued([*links, link], rest[1:])


def _searched(maps: Sequence[Piece]) -> list[Link]:
    """Return the only chain of all maps, in whatever order."""
    steps = 0
    found: list[list[Link]] = []

    def search(links: list[Link], rest: list[Piece]) -> None:
        nonlocal steps
        steps += 1
        if steps > MOST_STEPS or len(found) > 1:
            return
        if not rest:
            if [link.piece.name for link in links] not in [[link.piece.name for link in one] for one in found]:
                found.append(links)
            return
        for index, piece in enumerate(rest):
            for direction in _directions(piece):
                link = Link(piece, direction)
                if _fits(links[-1], link) if links else _starts(link):
                    search([*links, link], rest[:index] + rest[index + 1 :])

    search([], sorted(maps, key=lambda piece: natural(piece.name)))
    names = ", ".join(piece.name for piece in maps[:8])
    if not found:
        raise CheckpointError(f"no order of {names} is a chain: what comes out of one map does not fit the next")
    if len(found) > 1 or steps > MOST_STEPS:
        raise CheckpointError(f"the order of {names} cannot be told by their names and sizes")
    return found[0]


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
