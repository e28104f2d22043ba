"""The 128 px generators on the way to Progressive GAN, as GAN Dissection's authors published them.

Source: GAN Dissection (Bau et al., arXiv 1811.10597): `features.0.conv.weight` is of `layer1` here, and so on; what
comes after the layers is `output` in both. The names tell which variant it is, but for two of them: `equallr` and
`pixelwisenorm` have the same tensors, and only who gave the file knows which of them it is.
"""

import re
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from ganatomy.errors import CheckpointError, ConfigError
from ganatomy.exchange.layouts.progan_names import kernel_of, numbers, size_of
from ganatomy.exchange.layouts.recognised import Recognised
from ganatomy.exchange.layouts.tensors import ADVICE, Tensors
from ganatomy.models.networks.folding import COUNTER
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape, Variant

PUBLISHED: Mapping[Variant, str] = {
    "simple": "WGAN-GP as it was, grown, or in small batches (G128_simple)",
    "minibatch_disc": "minibatch standard deviations or discrimination (G128_minibatch_disc)",
    "equallr": "equalised learning rate (G128_equallr)",
    "pixelwisenorm": "pixelwise normalisation (G128_pixelwisenorm)",
}
SCALED: tuple[Variant, ...] = ("equallr", "pixelwisenorm")
"""Those whose tensors are the same."""
_TELLING: Mapping[Variant, str] = {
    "simple": "norm.running_mean",
    "minibatch_disc": "conv.bias",
    "equallr": "wscale.scale",
    "pixelwisenorm": "wscale.scale",
}
"""What a layer of each has that those of others have not, but for the last two."""
_LAYER = r"^(?:features\.\d{1,4}|layer\d{1,4})\."


def looks_like(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether the names are of one of the variants."""
    return bool(variants(tensors))


def read(tensors: Mapping[str, Tensor], variant: Variant | None = None) -> Recognised:
    """Return what a state dict holds, as one of the variants.

    Args:
        tensors: of the generator alone.
        variant: which; None takes the one that the names tell.

    Raises:
        CheckpointError: the names are of none; or something is missing, of another shape or no part of it.
        ConfigError: they are of two, and the user has to say which.
    """
    if variant is not None:
        if variant not in _named(tensors):
            raise CheckpointError(f"no tensors are named as those of the variant {variant} are; {ADVICE}")
        return _read_as(tensors, variant)
    possible = variants(tensors)
    if not possible:
        raise CheckpointError(f"no tensors are named as those of a variant of Progressive GAN are; {ADVICE}")
    if len(possible) > 1:
        choices = " or ".join(f"--as progan-{one}, {PUBLISHED[one]}" for one in possible)
        raise ConfigError(
            f"the weights may be of two variants of Progressive GAN, which nothing tells apart: give {choices}"
        )
    return _read_as(tensors, possible[0])


def variants(tensors: Mapping[str, Tensor]) -> tuple[Variant, ...]:
    """Return the variants that names and units may be of.

    An older file of Progressive GAN itself has the names of those with scales, but not their units.
    """
    named = _named(tensors)
    return () if named == SCALED and not (_are_ours(tensors) or _are_halved_early(tensors)) else named


def _named(names: Iterable[str]) -> tuple[Variant, ...]:
    """Return the variants that names may be of."""

    def has(pattern: str) -> bool:
        return any(re.search(pattern, name) for name in names)

    if not (has(rf"{_LAYER}conv\.") and has(r"^output\.(conv|wscale)\.")):
        return ()
    if has(rf"{_LAYER}norm\.running_mean$"):
        return ("simple",)
    if has(rf"{_LAYER}wscale\.b$"):
        return SCALED
    return ("minibatch_disc",) if has(rf"{_LAYER}conv\.bias$") else ()


def _read_as(tensors: Mapping[str, Tensor], variant: Variant) -> Recognised:
    own = Tensors(tensors, of=f"variant {variant} of Progressive GAN")
    is_ours = _are_ours(tensors)
    shape = _shape(own, variant, is_ours, tensors)
    with torch.device("meta"):
        wanted = ProGan128Generator(shape).state_dict()
    counters = {name: torch.tensor(0) for name in wanted if name.endswith(COUNTER)}
    own.drop(*(theirs(name, is_ours) for name in counters))
    weights = {
        name: counters[name] if name in counters else own.take(theirs(name, is_ours), value.shape)
        for name, value in wanted.items()
    }
    own.refuse_others()
    return Recognised(
        layout=f"Progressive GAN's training variant with {PUBLISHED[variant]}",
        kind=ProGan128Generator.kind,
        shape=shape,
        weights=weights,
        evidence=(
            f"it has '{theirs(f'layer1.{_TELLING[variant]}', is_ours)}' and 'output.conv.weight'",
            f"{len(shape.channels)} layers make images of {shape.image_size} px; latents have {shape.z_dim} entries",
        ),
        warnings=(f"{' and '.join(SCALED)} have the same tensors: that it is {variant} is taken as read",)
        if variant in SCALED
        else (),
    )


def theirs(name: str, is_ours: bool) -> str:
    """Return the name in the file of a tensor of our own network, which may be the same."""
    return name if is_ours else re.sub(r"^layer(\d+)", lambda match: f"features.{int(match[1]) - 1}", name)


def _shape(own: Tensors, variant: Variant, is_ours: bool, names: Iterable[str]) -> ProGan128Shape:
    """Return the architecture that the convolutions are of."""
    last = max(numbers(r"layer(\d{1,4})\." if is_ours else r"features\.(\d{1,4})\.", names), default=0)
    doublings = max(0, last - is_ours) // 2
    layers = [theirs(f"layer{index}.conv.weight", is_ours) for index in range(1, 2 * doublings + 3)]
    size = size_of(doublings, layers[-1])
    for index, name in enumerate(layers):
        if not (own.length(name) and own.length(name, 1)):
            own.take(name, (None, None, *(kernel_of(index, len(layers) + 1),) * 2))
    return ProGan128Shape(variant, size, tuple(map(own.length, layers)), own.length(layers[0], 1))


def _are_ours(names: Iterable[str]) -> bool:
    """Return whether layers have the names of our own network."""
    return not any(name.startswith("features.") for name in names)


def _are_halved_early(tensors: Mapping[str, Tensor]) -> bool:
    """Return whether layers have units in the proportions of the published 128 px generators.

    Those of Progressive GAN itself at 128 px are twice as many from 16x16 cells on.
    """
    table = ProGan128Shape.channels
    units = [tensors.get(f"features.{index}.wscale.b", torch.empty(0)).numel() for index in range(len(table))]
    return f"features.{len(table)}.wscale.b" not in tensors and all(
        own * table[0] == published * units[0] for own, published in zip(units, table, strict=True)
    )
