"""A generator in two at a layer that may be directions of another."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from ganatomy.config.directions import LATENTS
from ganatomy.directions.axes import Directions, Units
from ganatomy.directions.generator import DirectedGenerator, units_of
from ganatomy.hooks import Kept, split
from ganatomy.hooks.kept import inputs_of
from ganatomy.hooks.split import Lower, Upper


def split_at(generator: nn.Module, layer: str) -> "tuple[Lower | Read, Upper | PutBack | Changing]":
    """Return `lower` and `upper` as `ganatomy.hooks.split` does, also at directions, with as little run again.

    Directions are split at the layer that they are of: what goes around them, that layer's output, is kept too.

    >>> from ganatomy.directions import with_layer
    >>> from ganatomy.models.planted import PlantedGenerator
    >>> halves = Directions.given("halves", "layer1", torch.eye(11)[:2] / 2)
    >>> lower, upper = split_at(with_layer(PlantedGenerator(), halves), "halves")
    >>> r, kept = lower.keep(torch.zeros(5, 74))
    >>> r.shape, upper(r, kept).shape
    (torch.Size([5, 2, 8, 8]), torch.Size([5, 3, 16, 16]))

    Args:
        generator: any generator.
        layer: dotted module path, or the name of directions.

    Raises:
        LayerNotFound: no such layer.
    """
    units = units_of(generator, layer)
    if not isinstance(generator, DirectedGenerator):
        return split(generator, layer)
    if units is None:
        return _at_base(generator, layer)
    directions, others = units.directions, generator.without([layer])
    if directions.base == LATENTS:
        lower: Lower | _Latents = _Latents(generator.z_dim)
        upper: Upper | _FromLatents = _FromLatents(others, generator.z_dim)
    else:
        lower, upper = split(others, directions.base)
    return Read(directions, lower), PutBack(directions, lower, upper)


def _at_base(generator: DirectedGenerator, layer: str) -> "tuple[Lower, Upper | Changing]":
    """Return the halves at a layer, in the upper of which its directions are, whether or not it is called there."""
    above = [] if generator.parts_in_order else generator.of(layer)
    lower, upper = split(generator.without([units.directions.layer for units in above]), layer)
    return lower, Changing(above, upper) if above else upper


class Read(nn.Module):
    """What is up to directions."""

    def __init__(self, directions: Directions, lower: "Lower | _Latents") -> None:
        super().__init__()
        self.directions, self.lower = directions, lower
        self.training = lower.training

    def forward(self, *inputs: Any) -> Tensor:
        """Return the directions' units (n, d, ...)."""
        return self.directions.read(self.lower(*inputs))

    def keep(self, *inputs: Any) -> tuple[Tensor, Kept]:
        """Return the units, and what `upper` needs beside them: also the output that they are read in."""
        output, kept = self.lower.keep(*inputs)
        crossing = None if kept.crossing is None else (output, *kept.crossing)
        return self.directions.read(output), Kept(kept.inputs, crossing)


class _After(nn.Module):
    """What is after a layer or its directions."""

    upper: "Upper | _FromLatents"

    @property
    def how(self) -> str:
        """How the generator is split at the layer, or at the one that the directions are of."""
        return self.upper.how

    @property
    def why(self) -> str:
        """Why all that is below that layer runs again; empty where it does not."""
        return self.upper.why


class PutBack(_After):
    """What is after directions."""

    runs_again = False

    def __init__(self, directions: Directions, lower: "Lower | _Latents", upper: "Upper | _FromLatents") -> None:
        super().__init__()
        self.directions, self.lower, self.upper = directions, lower, upper
        self.training = upper.training

    def forward(self, units: Tensor, *beside: Any) -> Any:
        """Return what the generator gives for units (n, d, ...), and `Kept` or the inputs."""
        if beside and isinstance(beside[0], Kept) and beside[0].crossing:
            output, *crossing = beside[0].crossing
            beside = (Kept(beside[0].inputs, tuple(crossing)),)
        else:
            output = self.lower(*inputs_of(beside))
        return self.upper(self.directions.put(output, self.directions.read(output), units), *beside)


class Changing(_After):
    """What is after a layer, its directions first."""

    upper: Upper

    def __init__(self, above: Sequence[Units], upper: Upper) -> None:
        super().__init__()
        self.above, self.upper = above, upper
        self.training = upper.training

    @property
    def runs_again(self) -> bool:
        """Whether the layer may run here, beyond the run whose output is given."""
        return self.upper.runs_again

    def forward(self, output: Tensor, *beside: Any) -> Any:
        """Return what the generator gives for the layer's output, and `Kept` or the inputs."""
        for units in self.above:
            output = units.through(output)
        return self.upper(output, *beside)


class _Latents(nn.Module):
    """The latents, of a generator's inputs: what is below their directions."""

    def __init__(self, z_dim: int) -> None:
        super().__init__()
        self.z_dim = z_dim

    def forward(self, z: Tensor) -> Tensor:
        """Return the latents (n, z_dim), without the class that may follow."""
        return z[:, : self.z_dim]

    def keep(self, z: Tensor) -> tuple[Tensor, Kept]:
        """Return the latents, and the inputs."""
        return self(z), Kept((z,))


class _FromLatents(nn.Module):
    """A generator given its latents, and its inputs for the class that may follow."""

    how, why = "divided", ""

    def __init__(self, generator: nn.Module, z_dim: int) -> None:
        super().__init__()
        self.generator, self.z_dim = generator, z_dim
        self.training = generator.training

    def forward(self, latents: Tensor, *beside: Any) -> Any:
        """Return what the generator gives."""
        return self.generator(torch.cat([latents, inputs_of(beside)[0][:, self.z_dim :]], 1))
