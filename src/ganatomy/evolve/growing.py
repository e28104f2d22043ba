"""Progressive growing: the resolution of a training, the networks brought to it, and the real images seen at it.

Source: Karras, Aila, Laine, Lehtinen, arXiv 1710.10196, section 2, figure 2 and appendix A. Where a training stands
follows from the real images shown so far alone, so that all of a population stand there together and a training that is
resumed stands where it stood.

Differs: a layer that is there already keeps its Adam state, where the authors' code starts afresh at every resolution.
New layers are drawn once, from the seed: all individuals and their average are given the same ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.config.evolve import EvolveConfig, GrowingSettings
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.population import Individual, adam_moments, set_adam_moments
from ganatomy.models.build import progan_shape
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.models.networks.progan_discriminator import ProGanDiscriminator
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.seeds import stream

N = TypeVar("N", bound=nn.Module)
Moments = Sequence[Mapping[str, Tensor]]


@dataclass(frozen=True)
class Stage:
    """A resolution, and how far it has faded in."""

    image_size: int
    fade: float = 1.0
    """alpha: its share in the image, the rest being that of half the size; 1 once it is trained as it is."""


@dataclass(frozen=True)
class Growth:
    """How the networks of a training grow."""

    schedule: GrowingSettings
    full: ProGanShape
    """Of the networks that are full grown."""
    seed: int
    """Draws new layers."""

    @property
    def kimg(self) -> float:
        """Thousand real images after which the networks are full grown."""
        doublings = (self.full.image_size // self.schedule.start_size).bit_length() - 1
        return doublings * (self.schedule.stable_kimg + self.schedule.fade_kimg)

    def stage_at(self, kimg: float) -> Stage:
        """Return the stage after `kimg` thousand real images: stable, then fading and stable by turns; alpha is linear.

        >>> growth = Growth(GrowingSettings(4, 20.0, 10.0), ProGanShape(16, (8,) * 6), seed=0)
        >>> [growth.stage_at(kimg) for kimg in (9, 15, 30, 75)]  # doctest: +NORMALIZE_WHITESPACE
        [Stage(image_size=4, fade=1.0), Stage(image_size=8, fade=0.25), Stage(image_size=8, fade=1.0),
         Stage(image_size=16, fade=1.0)]
        """
        fade, stable = self.schedule.fade_kimg, self.schedule.stable_kimg
        size, since = self.schedule.start_size, kimg - stable
        while since >= 0 and size < self.full.image_size:
            size *= 2
            if since < fade:
                return Stage(size, since / fade)
            since -= fade + stable
        return Stage(size)

    def bring(self, network: N, stage: Stage) -> N:
        """Return a network at a stage: itself, or one with the weights of all parts that both have.

        Args:
            network: a generator or a discriminator of Progressive GAN; any other is of every stage.
            stage: which.
        """
        if not isinstance(network, ProGanGenerator | ProGanDiscriminator):
            return network
        channels = self.full.channels[: 2 * stage.image_size.bit_length() - 4]
        shape = replace(self.full, image_size=stage.image_size, channels=channels, fade=stage.fade)
        before = network.shape
        if (before.image_size, before.is_fading) == (shape.image_size, shape.is_fading):
            network.shape = shape
            return network
        grown = type(network)(shape)
        initialise_normal(grown, stream(self.seed, f"{type(network).__name__} of {stage.image_size} px"))
        parts = grown.state_dict()
        grown.load_state_dict({name: value for name, value in network.state_dict().items() if name in parts}, False)
        kept = next(network.parameters())
        grown.train(network.training).requires_grad_(kept.requires_grad)
        moved: Any = grown.to(kept.device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        return moved  # type: ignore[no-any-return]

    def bring_individual(self, one: Individual, stage: Stage) -> Individual:
        """Return an individual with its generator at a stage: old layers keep weights and optimiser state."""
        generator = self.bring(one.generator, stage)
        return replace(one, generator=generator, optimizer=_optimizer_of(generator, one.generator, one.optimizer))

    def bring_environment(self, environment: Environment, stage: Stage) -> Environment:
        """Return an environment with its discriminator at a stage, likewise."""
        before = environment.discriminator
        discriminator = self.bring(before, stage)
        optimizer = _optimizer_of(discriminator, before, environment.optimizer)
        return replace(environment, discriminator=discriminator, optimizer=optimizer)


def growth_of(config: EvolveConfig) -> Growth | None:
    """Return how the networks of a training grow; None where they have one size."""
    if config.data.is_points or config.networks.generator != "progan":
        return None
    return Growth(config.growing, progan_shape(config.networks, config.data.image_size), config.seed)


def carried(moments: Moments, before: nn.Module, after: nn.Module) -> list[dict[str, Tensor]]:
    """Return the Adam state of each parameter that learns in `after`, of `moments` of those in `before`.

    A parameter is known again by its name; a new one has no state yet.
    """
    known = dict(zip(_learning(before), moments, strict=bool(moments)))
    return [dict(known.get(name, {})) for name in _learning(after)]


def _optimizer_of(after: nn.Module, before: nn.Module, optimizer: torch.optim.Adam) -> torch.optim.Adam:
    if after is before:
        return optimizer
    grown = type(optimizer)(_learning(after).values(), **optimizer.defaults)
    for group, own in zip(grown.param_groups, optimizer.param_groups, strict=True):
        group.update({name: value for name, value in own.items() if name != "params"})
    set_adam_moments(grown, carried(adam_moments(optimizer), before, after), copied=False)
    return grown


def _learning(network: nn.Module) -> dict[str, nn.Parameter]:
    return {name: parameter for name, parameter in network.named_parameters() if parameter.requires_grad}


def seen_at(stage: Stage, images: Tensor) -> Tensor:
    """Return real images as they are shown at a stage (appendix A): averaged down, faded as generated ones are.

    Args:
        stage: which.
        images: (n, 3, s, s), of the full size.

    Returns:
        (n, 3, image_size, image_size).
    """
    fine = F.avg_pool2d(images, images.shape[-1] // stage.image_size)
    if stage.fade == 1:
        return fine
    coarse = F.interpolate(F.avg_pool2d(fine, 2), scale_factor=2, mode="nearest")
    return torch.lerp(coarse, fine, stage.fade)


class FullSize(GeneratorNetwork):
    """A generator that has not grown yet, each of its pixels repeated until its images have the full size.

    Args:
        generator: of images.
        image_size: the full size, a multiple of the generator's.
    """

    def __init__(self, generator: LayeredGenerator, image_size: int):
        super().__init__()
        self.generator, self.image_size = generator, image_size
        self.z_dim, self.latent = generator.z_dim, generator.latent

    def forward(self, z: Tensor) -> Tensor:
        """Return the images (n, 3, image_size, image_size) of the latents `z` (n, z_dim)."""
        return F.interpolate(self.generator(z), self.image_size, mode="nearest")
