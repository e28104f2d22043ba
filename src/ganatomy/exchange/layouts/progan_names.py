"""Progressive GAN in the names that GAN Dissection's authors gave its weights.

Sources: GAN Dissection (Bau et al., arXiv 1811.10597) as released, `layer1.conv.weight`, `layer1.wscale.b`, ...,
`output_256x256.wscale.b`; and its older files, `features.0.conv.weight`, ..., `output.wscale.b`, which count layers
from 0. In both each convolution is multiplied by a constant, He's (arXiv 1710.10196, section 4.1), which newer files
leave out and older ones hold as `wscale.scale`.
"""

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.exchange.layouts.tensors import ADVICE, Tensors

SIZES = (4, 8, 16, 32, 64, 128, 256, 512, 1024)
"""Pixels a side of the public generators."""
KIND = "Progressive GAN"


class Convolution(NamedTuple):
    """A convolution whose scale at run time is that of `ganatomy.models.networks.progan`."""

    name: str
    """Of its weight in the file."""
    weight: Tensor
    """(outputs, inputs, k, k) float32."""
    bias: Tensor
    """(outputs,) float32."""


@dataclass(frozen=True)
class Found:
    """What a file holds."""

    convolutions: list[Convolution]
    """Those of layer1, layer2, ... and of the output."""
    evidence: tuple[str, ...]
    """What in the file says so."""
    warnings: tuple[str, ...] = ()
    """What was left out, or cannot be known from the file."""


@dataclass(frozen=True)
class Naming:
    """Names under which weights have been published."""

    words: str
    """Whose they are."""
    known_by: tuple[str, ...]
    """Patterns, each of which some name in a file of this naming matches."""
    find: Callable[[Mapping[str, Tensor]], Found]

    def looks_like(self, names: Iterable[str]) -> bool:
        """Return whether names in a file are of this naming."""
        return all(any(re.search(pattern, name) for name in names) for pattern in self.known_by)


def kernel_of(index: int, count: int) -> int:
    """Return the cells a side of the kernel of one of `count` convolutions, the output among them."""
    return 4 if index == 0 else 1 if index == count - 1 else 3


def scale_at_run_time(inputs: int, kernel: int) -> float:
    """Return He's constant: sqrt(2 / (k k inputs)) of a layer's convolution, sqrt(1 / inputs) of the output's."""
    return math.sqrt((2 if kernel > 1 else 1) / (kernel * kernel * inputs))


def size_of(doublings: int, name: str) -> int:
    """Return the pixels a side of a generator that doubles its cells so often.

    Args:
        doublings: how often.
        name: what in the file says so.

    Raises:
        CheckpointError: there are none that large.
    """
    if doublings < len(SIZES):
        return SIZES[doublings]
    raise CheckpointError(f"'{name}' would be of more than {SIZES[-1]} px, which no {KIND} has; {ADVICE}")


def numbers(pattern: str, names: Iterable[str]) -> list[int]:
    """Return the numbers in those names that match a pattern with one group, in order."""
    found = (re.match(pattern, name) for name in names)
    return sorted({int(match[1]) for match in found if match})


def _published(tensors: Mapping[str, Tensor]) -> Found:
    sizes = [size for size in numbers(r"output_(\d{1,4})x\1\.", tensors) if size in SIZES]
    last = max(1, *numbers(r"layer(\d{1,4})\.", tensors))
    size = sizes[-1] if sizes else size_of((last - 1) // 2, f"layer{last}")
    output = f"output_{size}x{size}"
    own = Tensors(tensors, of=f"{KIND} of {size} px in the names of GAN Dissection")
    smaller = own.drop(*(f"output_{side}x{side}." for side in sizes[:-1]))
    found = _scaled(own, [*(f"layer{number}" for number in range(1, 2 * SIZES.index(size) + 3)), output])
    evidence = (f"it has 'layer1.conv.weight' and '{output}.conv.weight'", *found.evidence)
    return Found(found.convolutions, evidence, told(smaller))


def _old(tensors: Mapping[str, Tensor]) -> Found:
    last = max(numbers(r"features\.(\d{1,4})\.", tensors), default=1)
    size = size_of(last // 2, f"features.{last}")
    own = Tensors(tensors, of=f"{KIND} of {size} px in the older names of GAN Dissection")
    found = _scaled(own, [*(f"features.{number}" for number in range(2 * SIZES.index(size) + 2)), "output"])
    return Found(
        found.convolutions, (f"it has 'features.0.conv.weight' to 'features.{last}.wscale.b'", *found.evidence)
    )


def _scaled(own: Tensors, names: Sequence[str]) -> Found:
    """Return the convolutions of those names, with whatever scale the file holds instead of He's written into them."""
    inputs: int | None = None
    convolutions, kept, other = [], 0, []
    for index, name in enumerate(names):
        kernel = kernel_of(index, len(names))
        weight = own.take(f"{name}.conv.weight", (None, inputs, kernel, kernel))
        bias = own.take(f"{name}.wscale.b", (len(weight),))
        if f"{name}.wscale.scale" in own:
            scale = _scale(own, f"{name}.wscale.scale", len(weight)) / scale_at_run_time(weight.shape[1], kernel)
            kept += 1
            if not bool(((scale - 1).abs() < 1e-6).all()):
                weight = weight * scale[:, None, None, None]
                other.append(name)
        convolutions.append(Convolution(own.named(f"{name}.conv.weight"), weight, bias))
        inputs = len(weight)
    own.refuse_others()
    evidence = [f"it has {kept} scales 'wscale.scale'"] if kept else []
    if other:
        evidence.append(
            f"those of {len(other)} layers, from '{other[0]}' on, are not He's, and were written into weights"
        )
    return Found(convolutions, tuple(evidence))


def _scale(own: Tensors, name: str, outputs: int) -> Tensor:
    """Return a scale (1,), or one of each unit (outputs,)."""
    if own.length(name) == outputs > 1:
        return own.take(name, (outputs,))
    return own.take_number(name)


def told(left_out: Sequence[str]) -> tuple[str, ...]:
    """Return a warning of what was left out, if anything was."""
    if not left_out:
        return ()
    more = f"and {len(left_out) - 1} more were" if len(left_out) > 1 else "was"
    return (f"'{left_out[0]}' {more} left out: of other sizes than that of the images",)


PUBLISHED = Naming("in the names that GAN Dissection published", (r"^layer\d+\.wscale\.b$",), _published)
OLD = Naming("in the older names of GAN Dissection", (r"^features\.\d+\.wscale\.b$",), _old)
