"""A generator some of whose layers are directions of others."""

import copy
from collections.abc import Collection, Iterator, Sequence

import torch
from torch import Tensor, nn

from ganatomy.config.directions import LATENTS
from ganatomy.directions.axes import Directions, Units
from ganatomy.errors import ConfigError
from ganatomy.hooks import Edit, edit, find_layer, run_up_to
from ganatomy.models.classes import class_of
from ganatomy.models.protocol import ImageGenerator, require_latents, sample_latents
from ganatomy.models.wrapped import WrappedGenerator
from ganatomy.seeds import stream

Parts = list[tuple[str, nn.Module]]


class _Through(nn.Module):
    """The part of a chain in which directions of the part before it are units."""

    def __init__(self, units: Units) -> None:
        super().__init__()
        self.units = units

    def forward(self, output: Tensor) -> Tensor:
        """Return what the output becomes by the edits of the units."""
        return self.units.through(output)


class DirectedGenerator(WrappedGenerator):
    """A generator as it was, with a layer more for each of some directions: recorded and edited as any other.

    Its images, weights and fingerprint are those of the generator. Edits of a layer come before those of its
    directions. A network whose parts run one after another, of which the layer is one, is divided at the layer
    exactly; see `ganatomy.hooks.split`.

    Args:
        network: any generator.
        directions: of its layers, each under a name of its own.

    Raises:
        ConfigError: two have one name, or it has a layer of that name.
        LayerNotFound: it has no layer that directions are of.
    """

    def __init__(self, network: nn.Module, directions: Sequence[Directions]) -> None:
        super().__init__()
        self.network, self.directions = network, tuple(directions)
        self.training, self.z_dim = network.training, require_latents(network)
        self.latent = getattr(network, "latent", "normal")
        self.class_names, self.of_class = getattr(network, "class_names", None), class_of(network)
        self.is_of_scenes = getattr(network, "is_of_scenes", False)
        if isinstance(network, ImageGenerator):
            self.image_size = network.image_size
        self.kind, self.shape = getattr(network, "kind", None), getattr(network, "shape", None)
        taken = {name for name, _ in network.named_modules()}
        self._units: dict[str, Units] = {}
        for one in self.directions:
            if one.layer in taken or one.layer in self._units:
                raise ConfigError(f"the generator has a layer '{one.layer}' already; give the directions another name")
            if one.base != LATENTS:
                find_layer(network, one.base)
            self._units[one.layer] = Units(one)

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of latents (n, z_dim), or (n, z_dim + 1) with classes."""
        for units in self.of(LATENTS):
            z = torch.cat([units.through(z[:, : self.z_dim]), z[:, self.z_dim :]], 1)
        bases = dict.fromkeys(one.base for one in self.directions if one.base != LATENTS)
        with edit(self.network, {base: self._through(base) for base in bases}):
            images: Tensor = self.network(z)
        return images

    @property
    def inner(self) -> nn.Module:
        """The generator as it was."""
        return self.network

    @property
    def parts_in_order(self) -> Parts:
        """The parts that run one after another, with their names; none where that is not known."""
        known = getattr(self.network, "parts_in_order", [])
        parts: Parts = list(known) if isinstance(known, list) else []
        if not {one.base for one in self.directions} <= {name for name, _ in parts}:
            return []
        through: Parts = []
        for name, part in parts:
            put_back = [(f"{name} put back {number}", _Through(units)) for number, units in enumerate(self.of(name), 1)]
            through += [(name, part), *put_back]
        return through

    def named_modules(
        self, memo: set[nn.Module] | None = None, prefix: str = "", remove_duplicate: bool = True
    ) -> Iterator[tuple[str, nn.Module]]:
        """Yield the generator's own layers by their own names, then those of directions."""
        yield from super().named_modules(memo, prefix, remove_duplicate)
        for name, units in self._units.items():
            yield f"{prefix}.{name}" if prefix else name, units

    def get_submodule(self, target: str) -> nn.Module:
        """Return the layer of that name."""
        return self._units[target] if target in self._units else super().get_submodule(target)

    def __repr__(self) -> str:
        return repr(self.network)

    def of(self, base: str) -> list[Units]:
        """Return the layers that are directions of a layer, in the order in which they change its output."""
        return [units for units in self._units.values() if units.directions.base == base]

    def without(self, layers: Collection[str]) -> nn.Module:
        """Return the generator without some layers of directions: the network itself where there are no others."""
        others = {name: units for name, units in self._units.items() if name not in layers}
        if not others:
            return self.network
        fewer = copy.copy(self)
        fewer._units, fewer.directions = others, tuple(units.directions for units in others.values())
        return fewer

    def _through(self, base: str) -> Edit:
        def run(output: Tensor) -> Tensor:
            for units in self.of(base):
                output = units.through(output)
            return output

        return run


def units_of(generator: nn.Module, layer: str) -> Units | None:
    """Return the layer itself where its units are directions of another; None of any other layer.

    Raises:
        LayerNotFound: no such layer.
    """
    found = find_layer(generator, layer)
    return found if isinstance(found, Units) else None


def with_layer(generator: nn.Module, directions: Directions) -> DirectedGenerator:
    """Return a generator with a layer more, of directions.

    Raises:
        ConfigError: it has a layer of that name.
        LayerNotFound: it has no layer that the directions are of.
        LayerError: that layer has another number of units.
    """
    if isinstance(generator, DirectedGenerator):
        directed = DirectedGenerator(generator.network, (*generator.directions, directions))
    else:
        directed = DirectedGenerator(generator, (directions,))
    latents = sample_latents(directed, 1, stream(0, "directions/trial"))
    run_up_to(directed, [directions.layer], latents.to(next(iter(generator.parameters()), latents).device))
    return directed
