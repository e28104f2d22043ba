"""StyleGAN2's generators: in the names of its authors' release in PyTorch, and in those of rosinality's.

Both give the same function of the same numbers: an upsampling convolution's kernel is that of a transposed one in
both, and styles have a bias that starts at 1. The release's later versions name their weights likewise.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts.hints import NO_HINTS, Hints
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.models.networks.stylegan2 import SIZES, StyleGan2Generator, StyleGan2Shape, mean_w

AUTHORS = "StyleGAN2, in the names of its authors' release in PyTorch (stylegan2-ada-pytorch)"
ROSINALITY = "StyleGAN2, in the names of rosinality's stylegan2-pytorch"
FILTERS = (".resample_filter", ".blur.kernel", ".upsample.kernel")
"""Ends of the names of filters that upsampling smooths with."""
MEAN_OF_W = "truncation.w_avg"
MEAN = "latent_avg"
"""What rosinality's checkpoints call the mean of w, beside the weights."""
USUAL_BLUR = (1.0, 3.0, 3.0, 1.0)


class _Layout(NamedTuple):
    """Where a file keeps what tells the shape, and each weight."""

    name: str
    const: str
    mapping: str
    """Pattern of the names of the dense layers' weights."""
    colours: str
    """The weight of the colours of 4x4 cells."""
    embed: str | None


_OF_AUTHORS = _Layout(
    AUTHORS, "synthesis.b4.const", r"mapping\.fc(\d+)\.weight", "synthesis.b4.torgb.weight", "mapping.embed.weight"
)
_OF_ROSINALITY = _Layout(ROSINALITY, "input.input", r"style\.(\d+)\.weight", "to_rgb1.conv.weight", None)


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether the names are those of a generator of StyleGAN2."""
    return _layout_of(tensors) is not None


def read(tensors: Mapping[str, Tensor], hints: Hints = NO_HINTS) -> Recognised:
    """Return the generator that a state dict holds.

    What is run with is left as it is usual: no truncation, the noise in the file. The shape's fields `truncation`,
    `cutoff`, `noise` and `clamp` say otherwise where that is wanted; the weights stay.

    Args:
        tensors: a flat state dict; with `latent_avg` in it where the checkpoint has that beside the weights.
        hints: what the user says about it.

    Raises:
        CheckpointError: it is of no such generator, of one with other connections than skips or of another size than is
            asked for, or a weight is missing, left over or of another shape.
    """
    layout = _layout_of(tensors)
    if layout is None:
        raise CheckpointError(
            "the weights are not those of a generator of StyleGAN2: there is neither synthesis.b4.const nor "
            "input.input beside conv1.conv.modulation.weight; give its state dict"
        )
    shape = _shape_of(tensors, layout)
    if hints.image_size not in (None, shape.image_size):
        raise CheckpointError(f"the generator makes images of {shape.image_size} px; leave out --image-size")
    warnings = []
    if not any(name.startswith("noises.") for name in tensors) and layout is _OF_ROSINALITY:
        shape = replace(shape, noise="seeded")
        warnings.append("the file holds no noise, as those of early versions: it is drawn by seed 0")
    weights = _weights_of(tensors, shape, layout)
    mean = _place(MEAN_OF_W, layout)
    if mean not in tensors:
        weights[MEAN_OF_W] = _mean_of(shape, weights)
        warnings.append(f"the file holds no {mean}: the mean of w, for truncation, was taken over 2048 latents")
    if layout is _OF_AUTHORS:
        warnings.append(
            "the file does not say whether activations were limited to 256, as in later trainings by its authors: here "
            "they are not"
        )
    return Recognised(layout.name, StyleGan2Generator.kind, shape, weights, _evidence(shape, layout), tuple(warnings))


def _layout_of(tensors: Mapping[str, Tensor]) -> _Layout | None:
    if "synthesis.b4.const" in tensors:
        return _OF_AUTHORS
    return _OF_ROSINALITY if {"input.input", "conv1.conv.modulation.weight"} <= set(tensors) else None


def _shape_of(tensors: Mapping[str, Tensor], layout: _Layout) -> StyleGan2Shape:
    """Return the architecture that names and shapes tell."""
    _require_skips(tensors, layout)
    depth = sum(re.fullmatch(layout.mapping, name) is not None for name in tensors)
    first = _dims(tensors, _place("mapping.fc0.weight", layout), 2)
    last = _dims(tensors, _place(f"mapping.fc{depth - 1}.weight", layout), 2)
    classes, embedded = 0, 0
    if layout.embed is not None and layout.embed in tensors:
        embedded, classes = _dims(tensors, layout.embed, 2)
    kernel = 4 if layout is _OF_AUTHORS else 5
    channels: list[int] = []
    for size in SIZES:
        name = _place(f"b{size}.conv1.conv.weight", layout)
        if channels and name not in tensors:
            break
        channels.append(_dims(tensors, name, kernel)[kernel - 4])
    colours = _dims(tensors, layout.colours, kernel)[kernel - 4]
    try:
        return StyleGan2Shape(
            image_size=SIZES[len(channels) - 1],
            channels=tuple(channels),
            z_dim=first[1] - embedded,
            w_dim=last[0],
            mapping_layers=depth,
            classes=classes,
            colours=colours,
            blur=_blur_of(tensors),
        )
    except ConfigError as error:
        raise CheckpointError(f"the weights are not those of a generator of StyleGAN2: {error}") from None


def _require_skips(tensors: Mapping[str, Tensor], layout: _Layout) -> None:
    other = next((name for name in tensors if re.fullmatch(r"synthesis\.b\d+\.skip\.weight", name)), None)
    if other is None and layout.colours not in tensors and layout is _OF_AUTHORS:
        other = f"no {layout.colours}"
    if other is not None:
        raise CheckpointError(
            f"the file has {other}: it is of a variant of StyleGAN2 that was not published with weights; this version "
            "reads generators with skip connections (architecture='skip')"
        )


def _dims(tensors: Mapping[str, Tensor], name: str, count: int) -> tuple[int, ...]:
    if name not in tensors:
        raise CheckpointError(f"{name} is missing; pass the original file")
    dims = tuple(tensors[name].shape)
    if len(dims) != count or 0 in dims:
        raise CheckpointError(f"{name} has shape {dims}, which is no weight of StyleGAN2; pass the original file")
    return dims


def _blur_of(tensors: Mapping[str, Tensor]) -> tuple[float, ...]:
    """Return the taps of the filter that the file holds; the usual ones where it holds none.

    Raises:
        CheckpointError: it holds several, or one that is no product of the same taps in both dimensions.
    """
    found: dict[str, tuple[float, ...]] = {}
    for name, tensor in tensors.items():
        if name.endswith(FILTERS):
            found[name] = _taps_of(name, tensor.double())
    first, *others = found or [""]
    for other in others:
        if found[other] != found[first]:
            raise CheckpointError(f"{first} and {other} are different filters; this version reads one for all")
    return found.get(first, USUAL_BLUR)


def _taps_of(name: str, given: Tensor) -> tuple[float, ...]:
    is_square = given.ndim == 2 and given.shape[0] == given.shape[1]
    taps = given.sum(0) / given.sum()
    if not is_square or not torch.allclose(taps[:, None] * taps * given.sum(), given):
        raise CheckpointError(
            f"{name} of shape {tuple(given.shape)} is no product of the same taps in both dimensions; this version "
            "reads such filters alone"
        )
    usual = torch.tensor(USUAL_BLUR, dtype=torch.float64) / sum(USUAL_BLUR)
    is_usual = taps.shape == usual.shape and torch.allclose(taps, usual, atol=1e-6)
    return USUAL_BLUR if is_usual else tuple(taps.tolist())


def _place(ours: str, layout: _Layout) -> str:
    """Return the name in the file of one of our weights."""
    if layout is _OF_AUTHORS:
        if ours == MEAN_OF_W:
            return "mapping.w_avg"
        return ours if ours.startswith("mapping.") else "synthesis." + ours.replace(".conv.", ".")
    if ours == MEAN_OF_W:
        return MEAN
    if ours == "b4.const":
        return "input.input"
    layer, _, part = ours.rpartition(".")
    if layer.startswith("mapping.fc"):
        return f"style.{int(layer.removeprefix('mapping.fc')) + 1}.{part}"
    return _rosinality(ours)


def _rosinality(ours: str) -> str:
    """Return what a weight of the synthesis network is called there, where layers are counted, not named by size."""
    block, layer, part = ours.split(".", 2)
    level = SIZES.index(int(block.removeprefix("b")))
    number = 2 * level - 1 + (layer == "conv1")  # of noise, from 0 on; of convs one less
    if part == "noise_const":
        return f"noises.noise_{number}"
    part = part.replace("affine", "conv.modulation")
    if layer == "torgb":
        return f"to_rgbs.{level - 1}.{part}" if level else f"to_rgb1.{part}"
    part = {"bias": "activate.bias", "noise_strength": "noise.weight"}.get(part, part)
    return f"convs.{number - 1}.{part}" if level else f"conv1.{part}"


def _weights_of(tensors: Mapping[str, Tensor], shape: StyleGan2Shape, layout: _Layout) -> dict[str, Tensor]:
    """Return our weights, float32 copies; what the file may do without is 0 where it does.

    Raises:
        CheckpointError: a weight is missing, left over, of another shape or none of floating point numbers.
    """
    with torch.device("meta"):
        generator = StyleGan2Generator(shape)
    wanted = {name: tuple(tensor.shape) for name, tensor in generator.state_dict().items()}
    places = {ours: _place(ours, layout) for ours in wanted}
    others = [name for name in tensors if name not in set(places.values()) and not name.endswith(FILTERS)]
    weights = {}
    for ours, dims in wanted.items():
        theirs = places[ours]
        if theirs in tensors:
            weights[ours] = _copied(theirs, tensors[theirs], dims)
        elif ours == MEAN_OF_W or (shape.noise == "seeded" and ours.endswith("noise_const")):
            weights[ours] = torch.zeros(dims)
        else:
            raise CheckpointError(f"{theirs} is missing; pass the original file")
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise CheckpointError(f"{others[0]}{more} is no weight of StyleGAN2's generator; pass its own weights alone")
    return weights


def _copied(name: str, given: Tensor, dims: tuple[int, ...]) -> Tensor:
    """Return a weight in our shape, which may lack dimensions of length 1 that theirs has."""
    if not given.is_floating_point():
        raise CheckpointError(f"{name} holds {given.dtype}, no weights; pass the original file")
    if [side for side in given.shape if side != 1] != [side for side in dims if side != 1]:
        raise CheckpointError(f"{name} has shape {tuple(given.shape)} where {dims} belongs; pass the original file")
    return given.detach().to(torch.float32, copy=True).reshape(dims)


def _mean_of(shape: StyleGan2Shape, weights: Mapping[str, Tensor]) -> Tensor:
    generator = StyleGan2Generator(replace(shape, image_size=4, channels=(1,)))
    own = {name.removeprefix("mapping."): value for name, value in weights.items() if name.startswith("mapping.")}
    generator.mapping.load_state_dict(own)
    return mean_w(generator)


def _evidence(shape: StyleGan2Shape, layout: _Layout) -> tuple[str, ...]:
    first, last = _place("mapping.fc0.weight", layout), _place(f"mapping.fc{shape.mapping_layers - 1}.weight", layout)
    highest = _place(f"b{shape.image_size}.conv1.conv.weight", layout)
    told = [
        f"{layout.const} is the constant of 4x4 cells",
        f"{first} to {last} map {shape.z_dim} entries of a latent to {shape.w_dim} of w",
        f"{highest} is the last of {len(shape.channels)} resolutions: {shape.image_size} px",
    ]
    if shape.classes:
        told.append(f"{layout.embed} has {shape.classes} columns: as many classes")
    return tuple(told)
