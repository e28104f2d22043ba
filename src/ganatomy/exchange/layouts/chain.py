"""The maps of a state dict in the order in which they run, each with the BatchNorm behind it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import Literal

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.pieces import Piece, is_container, natural, pieces_of, stem_and_number

Direction = Literal["linear", "conv", "transposed"]
MOST_TRIES = 100_000
"""Of the search for an order, maps held against the one before."""
MOST_MAPS = 200
IMAGE_CHANNELS = (1, 3)


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
