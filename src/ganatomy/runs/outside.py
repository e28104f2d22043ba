"""Generators whose code is not GANatomy's: what a run keeps of them, and how they are built again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from torch import nn

from ganatomy.errors import ConfigError
from ganatomy.functions import one_line
from ganatomy.models.adaptation import AdaptedGenerator, Output, adapt
from ganatomy.models.protocol import LatentLaw
from ganatomy.runs.manifest import Images

OUTSIDE = "module"
"""The kind under which runs keep them."""


@dataclass(frozen=True)
class OutsideShape:
    """The architecture of a generator that comes with its own code."""

    module: str
    """`module:Class`, which is imported only where the user has named it; see `ganatomy.runs.trust`."""
    z_dim: int | None = None
    """Length of its latents; None takes its attribute `z_dim`."""
    latent: LatentLaw | None = None
    """Their distribution; None takes its attribute `latent`, or else N(0, 1)."""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    """What it is built with, by name."""
    call: Mapping[str, Any] = field(default_factory=dict)
    """What it is called with beside latents and class, by name."""
    output: Output | None = None
    """Index or key of the images in what it returns."""

    @classmethod
    def of(cls, saved: Mapping[str, Any]) -> "OutsideShape":
        """Return the shape in a run's file of the architecture."""
        return cls(**{name: value for name, value in saved.items() if name not in ("schema", "kind")})


def built(found: Callable[..., Any], shape: OutsideShape) -> nn.Module:
    """Return the network that code makes, in evaluation mode.

    Args:
        found: the class or function that `shape.module` names.
        shape: what it is built with.

    Raises:
        ConfigError: it cannot be called with these arguments, or makes no `nn.Module`.
    """
    try:
        network = found(**shape.arguments)
    except Exception as error:  # other people's code raises anything at all
        given = ", ".join(f"{name}={value!r}" for name, value in shape.arguments.items()) or "nothing"
        raise ConfigError(
            f"{shape.module!r} cannot be built with {given}: {one_line(error)}; give what it needs, such as "
            "--arguments z_dim=128"
        ) from None
    if not isinstance(network, nn.Module):
        raise ConfigError(f"{shape.module!r} gives a {type(network).__name__}; it must give an nn.Module")
    return network.eval()


def adapted(
    network: nn.Module, shape: OutsideShape, images: Images, class_names: tuple[str, ...] | None
) -> AdaptedGenerator:
    """Return a network as an `ImageGenerator`.

    Args:
        network: as `built` returns it.
        shape: what is known of it.
        images: how the values of its images are meant.
        class_names: of one that takes a class.

    Raises:
        ConfigError: as for `ganatomy.adapt`.
    """
    return adapt(
        network,
        z_dim=shape.z_dim,
        latent=shape.latent,
        classes=class_names,
        output=shape.output,
        value_range=(images.low, images.high),
        channel_order=images.channels,
        call=shape.call or None,
    )
