"""Weights of GANatomy's own generators without the file that says how they are built: found again from their sizes."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts.hints import NO_HINTS, Hints
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.models.networks.dcgan import GENERATORS, Generator, GeneratorShape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape

CELLS = 16
"""Of the 4x4 cells of layer1."""
MOST_LAYERS = 12
MOST_VALUES = 2**28
"""Of a single weight: sizes beyond are those of a damaged file."""

Sizes = dict[str, tuple[int, ...]]


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether weights have the names of a generator of GANatomy's and sizes that fit them."""
    return next(_candidates(tensors), None) is not None


def read(tensors: Mapping[str, Tensor], hints: Hints = NO_HINTS) -> Recognised:
    """Return the generator whose weights these are.

    Args:
        tensors: a state dict.
        hints: what the user says about it.

    Raises:
        CheckpointError: they are those of none, or of another size than is asked for.
    """
    found = [one for one in _candidates(tensors) if hints.image_size in (None, one[1].image_size)]
    if not found:
        raise CheckpointError("the weights are those of no generator of GANatomy of that size; leave out --image-size")
    kind, shape = found[0]
    warnings: list[str] = []
    if kind == Generator.kind:
        shape, warnings = _customary(shape, hints)
    elif hints.latent:
        shape = replace(shape, latent=hints.latent)
    widths = " - ".join(map(str, (shape.z_dim, *shape.channels)))
    evidence = (f"names and sizes of all {len(tensors)} weights are those of a {kind} of widths {widths}",)
    return Recognised(f"a generator of GANatomy, {kind}", kind, shape, dict(tensors), evidence, tuple(warnings))


def _candidates(tensors: Mapping[str, Tensor]) -> Iterator[tuple[str, Any]]:
    """Yield the kinds and shapes whose weights have exactly these names and sizes."""
    sizes = {name: tuple(value.shape) for name, value in tensors.items()}
    first = sizes.get("layer1.0.weight", ())
    layers = len({match[1] for name in sizes if (match := re.match(r"layer(\d+)\.", name))})
    if len(first) != 2 or first[0] % CELLS or not 0 < layers <= MOST_LAYERS or max(first) > MOST_VALUES:
        return
    for kind, network, shape in (*_dcgans(sizes, layers), *_resnets(sizes, layers)):
        if _sizes(network, shape) == sizes:
            yield kind, shape


def _dcgans(sizes: Sizes, layers: int) -> Iterator[tuple[str, type[nn.Module], Any]]:
    first, kernel = sizes["layer1.0.weight"], sizes.get("layer2.0.weight", (0, 0, 4, 4))[-1]
    batch_norm = "layer1.2.running_mean" in sizes
    latents = "every" if f"layer{layers}.{2 if batch_norm else 1}.weight" in sizes and layers > 1 else "first"
    for upsampling, output in product(("nearest", "transposed"), ("upsample", "same")):
        place = 0 if upsampling == "nearest" else 1
        rest = [sizes.get(f"layer{number}.0.weight", ()) for number in range(2, layers + 1)]
        if any(len(size) != 4 for size in rest):
            return
        channels = (first[0] // CELLS, *(size[place] for size in rest))
        size = 4 * 2 ** (layers - (output == "same"))
        try:
            yield (
                Generator.kind,
                Generator,
                GeneratorShape(
                    size,
                    channels,
                    z_dim=first[1],
                    upsampling=upsampling,  # type: ignore[arg-type]  # of the product above
                    output=output,  # type: ignore[arg-type]
                    batch_norm=batch_norm,
                    kernel=kernel if upsampling == "transposed" else 4,
                    latent_layers=latents,  # type: ignore[arg-type]
                ),
            )
        except ConfigError:
            continue


def _resnets(sizes: Sizes, layers: int) -> Iterator[tuple[str, type[nn.Module], Any]]:
    first = sizes["layer1.0.weight"]
    rest = [sizes.get(f"layer{number}.shortcut.weight", ()) for number in range(2, layers + 1)]
    if all(len(size) == 4 for size in rest):
        channels = (first[0] // CELLS, *(size[0] for size in rest))
        yield ResnetGenerator.kind, ResnetGenerator, ResnetShape(4 * 2 ** (layers - 1), channels, first[1])


def _sizes(network: type[nn.Module], shape: Any) -> Sizes | None:
    """Return the sizes of a network's weights, without making any; None where there is no such network."""
    try:
        with torch.device("meta"):
            built = network(shape)
    except (RuntimeError, TypeError, ValueError):
        return None
    return {name: tuple(value.shape) for name, value in built.state_dict().items()}


def _customary(shape: GeneratorShape, hints: Hints) -> tuple[GeneratorShape, list[str]]:
    """Return a DCGAN with the slope and the latents of the preset of its widths, and what had to be taken as read."""
    presets = [sizes[shape.image_size] for sizes in GENERATORS.values() if shape.image_size in sizes]
    alike = next((one for one in presets if (one.channels, one.z_dim) == (shape.channels, shape.z_dim)), None)
    leak, latent = (alike.leak, alike.latent) if alike else (0.0, "normal")
    if hints.rectifier:
        leak = hints.rectifier.slope
    warnings = []
    if alike is None and (hints.rectifier is None or hints.latent is None):
        warnings.append(
            f"nothing in the file tells slope and latents; {leak:g} and {latent} are taken; --rectifier and --latent "
            "say otherwise"
        )
    return replace(shape, leak=leak, latent=hints.latent or latent), warnings
