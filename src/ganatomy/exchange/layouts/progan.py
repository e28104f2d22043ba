"""Progressive GAN (Karras, Aila, Laine, Lehtinen, arXiv 1710.10196), under whatever names its weights were published.

All namings hold the same function: layers in pairs, 4x4 cells first, each convolution scaled where it is used. The
number of layers, their units and the length of the latents are those of the weights.
"""

from collections.abc import Mapping

from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts import progan128
from ganatomy.exchange.layouts.hints import NO_HINTS, Hints
from ganatomy.exchange.layouts.progan_growing import GENFORCE, TENSORFLOW
from ganatomy.exchange.layouts.progan_names import KIND, OLD, PUBLISHED, Convolution
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.exchange.layouts.tensors import ADVICE
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.progan128 import Variant

NAMINGS = (PUBLISHED, OLD, GENFORCE, TENSORFLOW)
COLOURS = 3


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether the names are of some naming of Progressive GAN, or of its training variants."""
    return any(naming.looks_like(tensors) for naming in NAMINGS) or progan128.looks_like(tensors)


def read(tensors: Mapping[str, Tensor], hints: Hints = NO_HINTS, variant: Variant | None = None) -> Recognised:
    """Return what a state dict holds, as Progressive GAN or one of its training variants.

    Args:
        tensors: of the generator alone.
        hints: what the user says about it.
        variant: which variant it is; None takes what the names tell.

    Raises:
        CheckpointError: the names are of no naming of Progressive GAN; or something is missing, of another shape or no
            part of it; or images are of another size than was asked for.
        ConfigError: the names are of two variants; or what is published is said to be otherwise.
    """
    _refuse(hints)
    is_variant = variant is not None or progan128.looks_like(tensors)
    recognised = progan128.read(tensors, variant) if is_variant else _read(tensors)
    size = recognised.shape.image_size
    if hints.image_size not in (None, size):
        raise CheckpointError(f"the weights make images of {size} px, not of the {hints.image_size} px asked for")
    return recognised


def _refuse(hints: Hints) -> None:
    """Raise for what the user says of a generator whose architecture is published."""
    latent = None if hints.latent == "normal" else hints.latent
    said = {"rectifier": hints.rectifier, "ends": hints.ends, "latent": latent}
    for option, value in said.items():
        if value is not None:
            raise ConfigError(f"{option} is '{value}', but {KIND} has its own, as published; leave out --{option}")


def _read(tensors: Mapping[str, Tensor]) -> Recognised:
    naming = next((one for one in NAMINGS if one.looks_like(tensors)), None)
    if naming is None:
        words = "; ".join(one.words for one in NAMINGS)
        raise CheckpointError(f"no tensor is named as those of {KIND} are: {words}; {ADVICE}")
    found = naming.find(tensors)
    *layers, output = found.convolutions
    output, warnings = _in_colours(output)
    shape = ProGanShape(
        image_size=4 * 2 ** (len(layers) // 2 - 1),
        channels=tuple(len(layer.bias) for layer in layers),
        z_dim=layers[0].weight.shape[1],
    )
    sizes = f"{len(layers)} layers of up to {max(shape.channels)} units make images of {shape.image_size} px"
    return Recognised(
        layout=f"{KIND}, {naming.words}",
        kind=ProGanGenerator.kind,
        shape=shape,
        weights=_named(layers, output, shape.image_size),
        evidence=(*found.evidence, f"{sizes}; latents have {shape.z_dim} entries"),
        warnings=found.warnings + warnings,
    )


def _in_colours(output: Convolution) -> tuple[Convolution, tuple[str, ...]]:
    """Return the output with three colours, and a warning where it has one.

    Raises:
        CheckpointError: it has another number.
    """
    colours = len(output.bias)
    if colours == COLOURS:
        return output, ()
    if colours != 1:
        raise CheckpointError(
            f"'{output.name}' gives images of {colours} colours; only those of {COLOURS}, or of 1, can be opened up"
        )
    expanded = Convolution(output.name, output.weight.expand(COLOURS, -1, -1, -1), output.bias.expand(COLOURS))
    return expanded, (f"its images are grey; they were given {COLOURS} equal colours",)


def _named(layers: list[Convolution], output: Convolution, image_size: int) -> dict[str, Tensor]:
    """Return the weights under the names of our own network, which are the published ones."""
    names = [*(f"layer{index}" for index in range(1, len(layers) + 1)), f"output_{image_size}x{image_size}"]
    weights = {}
    for name, convolution in zip(names, [*layers, output], strict=True):
        weights[f"{name}.conv.weight"] = convolution.weight.contiguous()
        weights[f"{name}.wscale.b"] = convolution.bias.contiguous()
    return weights
