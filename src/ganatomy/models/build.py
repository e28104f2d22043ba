"""Networks from settings."""

from dataclasses import replace

import torch
from torch import nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.errors import ConfigError
from ganatomy.models.networks.dcgan import (
    DISCRIMINATORS,
    GENERATORS,
    Discriminator,
    Generator,
    initialise,
    initialise_he,
    preset,
)
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.mlp import PointDiscriminator, PointGenerator, PointShape
from ganatomy.models.networks.projected import ProjectedDiscriminator
from ganatomy.models.networks.resnet import (
    RESNET_DISCRIMINATORS,
    RESNET_GENERATORS,
    ResnetDiscriminator,
    ResnetGenerator,
    initialise_orthogonally,
)
from ganatomy.models.networks.spectral import normalise_spectrally


def build_generator(config: EvolveConfig, rng: torch.Generator) -> LayeredGenerator:
    """Return the generator of `config` with fresh weights: of points where its data are, else of images.

    Raises:
        ConfigError: a setting for DCGANs is given for another network.
    """
    if config.is_points:
        _keep_preset(config, f"the generator of {config.data}", "generator_norm", "upsampling")
        points = PointGenerator(PointShape())
        initialise(points, rng)
        return points
    if config.generator == "resnet":
        _keep_preset(config, "generator 'resnet'", "generator_norm", "upsampling")
        resnet = ResnetGenerator(RESNET_GENERATORS[config.image_size])
        initialise_orthogonally(resnet, rng)
        return resnet
    shape = preset(GENERATORS, config.generator, config.image_size)
    shape = replace(shape, channels=scaled(shape.channels, config.width))
    if config.upsampling != "preset":
        shape = replace(shape, upsampling=config.upsampling)
    if config.generator_norm != "preset":
        shape = replace(shape, batch_norm=config.generator_norm == "batch")
    generator = Generator(shape)
    (initialise_he if config.generator == "constant" else initialise)(generator, rng)
    return generator


def build_discriminator(config: EvolveConfig, rng: torch.Generator) -> nn.Module:
    """Return the discriminator of `config` with fresh weights; a projected one looks through its features.

    Raises:
        ConfigError: a setting for DCGANs is given for another network.
        MissingExtra: the weights of the projected one's features are not installed.
    """
    if config.is_points:
        points = PointDiscriminator(batch_norm=config.discriminator_norm in ("preset", "batch"))
        return _started(points, config, rng)
    if config.discriminator in ("projected", "resnet"):
        _keep_preset(config, f"discriminator '{config.discriminator}'", "discriminator_norm")
    if config.discriminator == "projected":
        return ProjectedDiscriminator(config.feature_size, rng)
    if config.discriminator == "resnet":
        return ResnetDiscriminator(RESNET_DISCRIMINATORS[config.image_size], rng)
    shape = preset(DISCRIMINATORS, config.discriminator, config.image_size)
    batch_norm = shape.batch_norm if config.discriminator_norm == "preset" else config.discriminator_norm == "batch"
    channels = scaled(shape.channels, config.width)
    return _started(Discriminator(config.image_size, channels, batch_norm, shape.eps), config, rng)


def scaled(channels: tuple[int, ...], width: float) -> tuple[int, ...]:
    """Return the widths of layers multiplied by `width`, at least 1 each."""
    return tuple(max(1, round(units * width)) for units in channels)


def _started(discriminator: nn.Module, config: EvolveConfig, rng: torch.Generator) -> nn.Module:
    initialise(discriminator, rng)
    if config.discriminator_norm == "spectral":
        normalise_spectrally(discriminator, rng)
    return discriminator


def _keep_preset(config: EvolveConfig, network: str, *fields: str) -> None:
    for field in fields:
        value = getattr(config, field)
        if value != "preset":
            raise ConfigError(
                f"{field} is '{value}', but {network} has its own; give --{field.replace('_', '-')} preset, or a DCGAN"
            )
