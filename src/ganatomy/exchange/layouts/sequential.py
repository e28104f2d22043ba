"""Generators of maps one after another, such as the many DCGANs (arXiv 1511.06434) after PyTorch's example.

Any names will do, `main.0`, `network.3` or `convTr1`: the order of the maps follows from them and from what fits.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.chain import Link, chain_of, side_of
from ganatomy.exchange.layouts.gaps import ALIKE, FAR, NONE, Fit, Gap, transposed_sizes
from ganatomy.exchange.layouts.hints import NO_HINTS, Hints
from ganatomy.exchange.layouts.pieces import Piece, is_container, stem_and_number
from ganatomy.exchange.layouts.reading import Between, Reading, read_chain
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.models.networks.sequential import COLOURS, Part, SequentialGenerator, SequentialShape

LEAST_SIZE = 8
"""Pixels a side of the smallest images."""


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether all weights may be those of linear maps, convolutions and BatchNorms in a chain."""
    try:
        links = chain_of(tensors)
    except CheckpointError:
        return False
    return links[-1].outputs in (1, COLOURS) or links[-1].direction == "linear"


def read(tensors: Mapping[str, Tensor], hints: Hints = NO_HINTS) -> Recognised:
    """Return the generator whose weights these are.

    Args:
        tensors: a state dict.
        hints: what the user says about it.

    Raises:
        CheckpointError: they are none of a chain, or it makes no images.
        ConfigError: the file leaves open what the user has to say.
    """
    links = chain_of(tensors)
    reading = read_chain(links, hints)
    size, channels = _image(links[-1], reading.sizes[-1])
    if hints.image_size not in (None, size):
        raise CheckpointError(f"the weights make images of {size} px, not of the {hints.image_size} px asked for")
    parts = tuple(_parts(links, reading, hints, size, channels))
    shape = SequentialShape(size, links[0].inputs, parts, reading.latent)
    weights = {f"{piece.name}.{name}": value for piece in _pieces(links) for name, value in _filled(piece).items()}
    return Recognised(
        _layout(links),
        SequentialGenerator.kind,
        shape,
        weights,
        tuple(_evidence(links, reading)),
        _warnings(reading, hints),
    )


def _image(last: Link, cells: int) -> tuple[int, int]:
    """Return pixels a side and colour channels of what the last map gives.

    Raises:
        CheckpointError: that is no square image, grey or in colours.
    """
    if last.direction != "linear":
        size, channels = cells, last.outputs
    else:
        channels = next((c for c in (COLOURS, 1) if side_of(last.outputs, c)), 0)
        size = side_of(last.outputs, channels) if channels else 0
    if channels not in (1, COLOURS) or size < LEAST_SIZE:
        said = f"{last.outputs} {'values' if last.direction == 'linear' else f'channels of {cells} cells a side'}"
        raise CheckpointError(f"the last map, '{last.piece.name}', gives {said}, which is no image in grey or colours")
    return size, channels


def _parts(links: Sequence[Link], reading: Reading, hints: Hints, size: int, channels: int) -> Iterator[Part]:
    """Yield the parts of the chain in order: those of the file by their names, those between them by free numbers."""
    taken = {piece.name for piece in _pieces(links)}
    first = links[0]
    if first.direction != "linear":
        yield Part(_free("cells", taken), "unflatten", inputs=first.inputs, kernel=1)
    for index, link in enumerate(links):
        following = links[index + 1] if index + 1 < len(links) else None
        yield _map_part(link, index == 0)
        yield from _behind(link, following, reading.eps_behind(index), taken)
        if following is not None:
            yield from _gap_parts(reading.betweens[index].gap, link, taken)
    last = links[-1]
    if last.direction == "linear":
        yield Part(_free("image", taken), "unflatten", inputs=channels, kernel=size)
    if (ends := hints.ends or "tanh") != "none":
        yield Part(_next_name(last.piece, ends, taken), ends)
    if channels == 1:
        yield Part(_free("grey", taken), "grey")


def _behind(link: Link, following: Link | None, eps: float, taken: set[str]) -> Iterator[Part]:
    """Yield BatchNorm behind a map, and what makes cells of its values where a convolution follows."""
    norm, cells = link.norm, None
    if link.direction == "linear" and following is not None and following.direction != "linear":
        cells = Part(_free("cells", taken), "unflatten", inputs=following.inputs, kernel=following.side(link.outputs))
    if norm is None:
        yield from [cells] if cells else []
        return
    is_flat = link.direction == "linear" and norm.width == link.outputs
    affine = bool({"weight", "bias"} & set(norm.tensors))
    part = Part(norm.name, "batch_norm_flat" if is_flat else "batch_norm", norm.width, norm.width, bias=affine, eps=eps)
    yield from [one for one in ((part, cells) if is_flat else (cells, part)) if one]


def _map_part(link: Link, is_first: bool) -> Part:
    bias = "bias" in link.piece.tensors
    part = Part(link.piece.name, link.direction, link.inputs, link.outputs, bias=bias)
    if link.direction == "linear":
        return part
    if link.direction == "conv":
        return replace(part, kernel=link.kernel, padding=link.kernel // 2)
    stride, padding, beyond = transposed_sizes(link.kernel, is_first)
    return replace(part, kernel=link.kernel, stride=stride, padding=padding, output_padding=beyond)


def _gap_parts(gap: Gap, link: Link, taken: set[str]) -> Iterator[Part]:
    before = link.norm or link.piece
    if gap.rectifier != NONE:
        kind: str = gap.rectifier.kind
        name = _next_name(before, kind, taken)
        yield Part(name, kind, slope=gap.rectifier.slope)  # type: ignore[arg-type]  # of RECTIFIERS, all kinds of parts
        before = Piece(name, {})
    if gap.upsampling:
        yield Part(_next_name(before, "upsampling", taken), gap.upsampling)  # type: ignore[arg-type]


def _next_name(before: Piece, kind: str, taken: set[str]) -> str:
    """Return the number after that of a part, if both stand in one container and it is free; else a name by kind."""
    stem, number = stem_and_number(before.name)
    if number is not None and is_container(stem) and (name := f"{stem}{number + 1}") not in taken:
        taken.add(name)
        return name
    return _free(kind, taken)


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no part has, with a number behind it where parts have it already."""
    heads = {one.partition(".")[0] for one in taken}
    found = next(one for one in chain([name], (f"{name}{number}" for number in range(2, 10_000))) if one not in heads)
    taken.add(found)
    return found


def _pieces(links: Sequence[Link]) -> list[Piece]:
    return [piece for link in links for piece in (link.piece, link.norm) if piece is not None]


def _filled(piece: Piece) -> dict[str, Tensor]:
    """Return a module's tensors with those that older or bias-free files leave out and that change nothing."""
    given = dict(piece.tensors)
    if not piece.is_norm:
        return given
    count = given.pop("num_batches_tracked", None)
    if {"weight", "bias"} & set(given):
        given.setdefault("weight", given["running_mean"].new_ones(piece.width))
        given.setdefault("bias", given["running_mean"].new_zeros(piece.width))
    given["num_batches_tracked"] = (
        given["running_mean"].new_zeros(()).long() if count is None else count.long().reshape(())
    )
    return given


def _layout(links: Sequence[Link]) -> str:
    is_dcgan = any(link.direction == "transposed" for link in links[1:]) or any(
        link.direction == "conv" for link in links
    )
    return "a DCGAN, its parts one after another" if is_dcgan else "linear maps one after another"


def _evidence(links: Sequence[Link], reading: Reading) -> Iterator[str]:
    """Yield what the file says: its maps, and what the statistics of BatchNorm say of what is between them."""
    maps = " - ".join(str(width) for width in (links[0].inputs, *(link.outputs for link in links)))
    kinds = {"linear": "linear map", "conv": "convolution", "transposed": "transposed convolution"}
    counts = {kind: sum(link.direction == kind for link in links) for kind in kinds}
    said = ", ".join(f"{count} {kinds[kind]}{'s' if count > 1 else ''}" for kind, count in counts.items() if count)
    norms = sum(link.norm is not None for link in links)
    yield f"{said}, {norms or 'no'} BatchNorm{'s' if norms > 1 else ''}; widths {maps}, from '{links[0].piece.name}' on"
    told = [between for between in reading.betweens if between.fits]
    if told:
        chosen = [_distance(between) for between in told]
        yield (
            f"between them {_gaps_said(told)}: the statistics of BatchNorm then differ from those in the file by "
            f"{max(chosen):.2f} at most{_next_best(told)}"
        )
    if reading.laws:
        normal, uniform = reading.laws["normal"], reading.laws["uniform"]
        yield (
            f"latents are {_law_said(reading.latent)}: the statistics behind the first map differ by {normal:.2f} "
            f"under {_law_said('normal')}, by {uniform:.2f} under {_law_said('uniform')}"
        )


def _law_said(law: str) -> str:
    return "N(0, 1)" if law == "normal" else "U(-1, 1)"


def _distance(between: Between) -> float:
    return next(fit.distance for fit in between.fits if (fit.gap, fit.eps) == (between.gap, between.eps))


def _gaps_said(betweens: Sequence[Between]) -> str:
    return " and ".join(dict.fromkeys(str(between.gap) for between in betweens))


def _next_best(told: Sequence[Between]) -> str:
    """Return how far the next best of all that was tried at a single place is, where it can be told from the best."""
    others: list[Fit] = []
    for between in told:
        beyond = [fit for fit in between.fits if fit.distance > _distance(between) + ALIKE]
        others += [min(beyond, key=lambda fit: fit.distance)] if beyond else []
    if not others:
        return ""
    clearest = max(others, key=lambda fit: fit.distance)
    return f", under {clearest.gap} by {clearest.distance:.2f}"


def _warnings(reading: Reading, hints: Hints) -> tuple[str, ...]:
    """Return what cannot be known from the file, what was taken instead, and how to say otherwise."""
    said: list[str] = []
    told = [between for between in reading.betweens if between.fits]
    if not told and hints.rectifier is None:
        taken = _gaps_said(reading.betweens)
        said.append(f"nothing in the file tells the rectifier; {taken}, as published; --rectifier says otherwise")
    if far := [between for between in told if _distance(between) > FAR]:
        said.append(
            f"what BatchNorm saw in training is not what it sees here (off by {max(map(_distance, far)):.1f}), so that "
            "images may be wrong: look at the samples, and say what is known by --rectifier and --latent"
        )
    if not reading.laws and hints.latent is None:
        said.append("nothing in the file tells the distribution of latents; N(0, 1) is taken; --latent says otherwise")
    if hints.ends is None:
        said.append("what bounds the images is never in a file; tanh is taken, as published; --ends says otherwise")
    return tuple(said)
