"""What a generator of images is to everything that dissects, edits, scores or reports one.

Any `nn.Module` that says how long its latents are and how large its images is an `ImageGenerator`; GANatomy's own
networks are, and `ganatomy.models.adaptation.adapt` makes one of any other.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal, Protocol, runtime_checkable

import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError

LatentLaw = Literal["normal", "uniform"]
"""The distribution of a latent's entries: N(0, 1), or U(-1, 1)."""


@runtime_checkable
class ImageGenerator(Protocol):
    """A generator of images, in evaluation mode where it is opened up.

    `isinstance` looks for these names and for nothing else.
    """

    z_dim: int
    """Length of a latent vector."""
    image_size: int
    """Pixels a side of its images."""
    latent: LatentLaw
    """Distribution of the latent's entries."""
    class_names: tuple[str, ...] | None
    """What it can be asked for, in the order of its class numbers; None of a generator without classes."""

    def __call__(self, z: Tensor, /) -> Tensor:
        """Return the images (n, 3, image_size, image_size) float32 in [-1, 1] of latents (n, z_dim).

        Where it has classes, latents are (n, z_dim + 1): the last entry is the number of the class.
        """


class GeneratorNetwork(nn.Module):
    """Base of GANatomy's own generators and of adapted ones: an `nn.Module` that is an `ImageGenerator`.

    A generator of points has no `image_size`, and so is none.
    """

    z_dim: int
    image_size: int
    latent: LatentLaw = "normal"
    class_names: tuple[str, ...] | None = None
    of_class: str | None = None
    """The one class that it is asked for, see `ganatomy.models.classes`; None of any other generator."""
    is_of_scenes: bool = False
    """Whether it comes from a run that is known to be of rendered scenes, which have a segmenter of their own."""


def named_layers(generator: nn.Module) -> list[str]:
    """Return the layers that a generator, or the module that was adapted, names itself; none where it names none."""
    return [str(name) for name in getattr(getattr(generator, "module", generator), "layer_names", ())]


def require_latents(generator: nn.Module) -> int:
    """Return the length of a generator's latents.

    Raises:
        ConfigError: the module does not say it.
    """
    z_dim = getattr(generator, "z_dim", None)
    if not isinstance(z_dim, int):
        raise ConfigError(
            f"{type(generator).__name__} has no z_dim, so that no latents can be drawn for it; say how long they are, "
            "such as ganatomy.adapt(module, z_dim=128)"
        )
    return z_dim


def latents_of(law: LatentLaw, size: tuple[int, int], rng: torch.Generator) -> Tensor:
    """Return latents (n, z_dim) of a distribution, drawn from a stream, on its device."""
    if law == "uniform":
        return torch.rand(size, generator=rng, device=rng.device) * 2 - 1
    return torch.randn(size, generator=rng, device=rng.device)


def sample_latents(generator: nn.Module, n: int, rng: torch.Generator) -> Tensor:
    """Return `n` latents (n, z_dim) from the generator's own distribution; with classes (n, z_dim + 1), all as likely.

    Args:
        generator: a module with `z_dim`, and with `latent` unless that is normal.
        n: how many.
        rng: the stream to draw from; the result is on its device.

    Raises:
        ConfigError: the module has no `z_dim`.
    """
    latents = latents_of(getattr(generator, "latent", "normal"), (n, require_latents(generator)), rng)
    names = getattr(generator, "class_names", None)
    if names is None:
        return latents
    classes = torch.randint(len(names), (n, 1), generator=rng, device=rng.device)
    return torch.cat([latents, classes.to(latents)], 1)


def device_of(module: nn.Module) -> torch.device:
    """Return where a module's weights are; a module without any computes on the CPU."""
    weight = next(iter(module.parameters()), None)
    return torch.device("cpu") if weight is None else weight.device


@contextmanager
def evaluating(module: nn.Module) -> Iterator[None]:
    """Put a module in evaluation mode meanwhile, after which each part is in its own again.

    In training mode a look at its images would move the statistics of BatchNorm.
    """
    modes = {part: part.training for part in (module, *module.modules())}
    module.eval()
    try:
        yield
    finally:
        for part, is_training in modes.items():
            part.training = is_training
