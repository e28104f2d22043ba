"""Networks from settings."""

from dataclasses import replace

import torch
from torch import nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.models.dcgan import DISCRIMINATORS, GENERATORS, Discriminator, Generator, initialise, preset
from ganatomy.models.projected import ProjectedDiscriminator


def build_generator(config: EvolveConfig, rng: torch.Generator) -> Generator:
    """Return the generator of `config` with fresh weights."""
    shape = preset(GENERATORS, config.generator, config.image_size)
    if config.upsampling != "preset":
        shape = replace(shape, upsampling=config.upsampling)
    generator = Generator(shape)
    initialise(generator, rng)
    return generator


def build_discriminator(config: EvolveConfig, rng: torch.Generator) -> nn.Module:
    """Return the discriminator of `config` with fresh weights; a projected one looks through its features.

    Raises:
        MissingExtra: the weights of the projected one's features are not installed.
    """
    if config.discriminator == "projected":
        return ProjectedDiscriminator(config.feature_size, rng)
    discriminator = Discriminator(config.image_size, preset(DISCRIMINATORS, config.discriminator, config.image_size))
    initialise(discriminator, rng)
    return discriminator
