"""Generators that take a class: one of them asked for a single class."""

from collections.abc import Sequence
from difflib import get_close_matches

import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError
from ganatomy.models.protocol import GeneratorNetwork, require_latents
from ganatomy.models.wrapped import WrappedGenerator

LISTED = 12
"""Classes that a message lists; there can be a thousand."""


class OneClassGenerator(WrappedGenerator):
    """A generator with classes as one of a single class: latents are (n, z_dim), and every image is of that class.

    Its layers, weights and fingerprint are those of the generator; `of_class` says what it is asked for.

    Args:
        network: a generator with classes.
        number: of the class.
    """

    def __init__(self, network: GeneratorNetwork, number: int) -> None:
        super().__init__()
        names = network.class_names
        assert names is not None  # `of_one_class` has looked
        self.network, self.number, self.of_class = network, number, names[number]
        self.training, self.z_dim, self.image_size = network.training, require_latents(network), network.image_size
        self.latent = network.latent
        self.kind, self.shape = getattr(network, "kind", None), getattr(network, "shape", None)

    @property
    def inner(self) -> nn.Module:
        """The generator with classes."""
        return self.network

    @property
    def module(self) -> nn.Module:
        """The module whose layers these are: of an adapted generator the one that was adapted."""
        found: nn.Module = getattr(self.network, "module", self.network)
        return found

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of the class, of latents (n, z_dim)."""
        images: Tensor = self.network(torch.cat([z, z.new_full((len(z), 1), float(self.number))], 1))
        return images

    def __repr__(self) -> str:
        return repr(self.network)


def of_one_class(generator: GeneratorNetwork, wanted: str | int) -> OneClassGenerator:
    """Return a generator with classes as one of a single class.

    Args:
        generator: in evaluation mode; it stays as it is.
        wanted: name or number of the class.

    Raises:
        ConfigError: it takes no classes, is of one class already, or there is no such class.
    """
    names = getattr(generator, "class_names", None)
    if names is None:
        own = class_of(generator)
        has = "takes no classes" if own is None else f"is of class '{own}' already"
        raise ConfigError(f"class is '{wanted}', but the generator {has}; leave it out")
    return OneClassGenerator(generator, class_number(wanted, names))


def class_of(generator: nn.Module) -> str | None:
    """Return the one class that a generator is of; None where it takes none or draws all."""
    found = getattr(generator, "of_class", None)
    return found if isinstance(found, str) else None


def class_number(wanted: str | int, names: Sequence[str]) -> int:
    """Return the number of a class.

    >>> class_number("dog", ("cat", "dog")), class_number("0", ("cat", "dog"))
    (1, 0)

    Args:
        wanted: name or number; what is both is a name.
        names: of all classes, in the order of their numbers.

    Raises:
        ConfigError: there is no such class; the message offers the nearest names, or else the first ones.
    """
    said = str(wanted)
    if said in names:
        return names.index(said)
    if said.lstrip("-").isdecimal():
        if 0 <= int(said) < len(names):
            return int(said)
        raise ConfigError(f"class is {said}; the generator has {len(names)}, numbered 0 to {len(names) - 1}")
    by_lower = {name.lower(): name for name in names}
    nearest = [by_lower[name] for name in get_close_matches(said.lower(), by_lower)]
    more = f" and {len(names) - LISTED} more" if len(names) > LISTED else ""
    hint = (
        f"did you mean {' or '.join(map(repr, nearest))}?"
        if nearest
        else f"choose from {', '.join(names[:LISTED])}{more}, or give a number, 0 to {len(names) - 1}"
    )
    raise ConfigError(f"no class '{said}'; {hint}")
