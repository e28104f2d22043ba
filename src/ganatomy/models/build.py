"""Networks from settings."""

from dataclasses import replace

import torch
from torch import nn

from ganatomy.config.evolve import DataSettings, NetworkSettings
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
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal, resolutions
from ganatomy.models.networks.progan_discriminator import ProGanDiscriminator
from ganatomy.models.networks.projected import ProjectedDiscriminator
from ganatomy.models.networks.resnet import (
    RESNET_DISCRIMINATORS,
    RESNET_GENERATORS,
    ResnetDiscriminator,
    ResnetGenerator,
    initialise_orthogonally,
)
from ganatomy.models.networks.spectral import normalise_spectrally

OF_DCGANS = ("generator_norm", "upsampling", "latent_layers")
"""What only a DCGAN generator can be asked to have otherwise."""
PROGAN_WIDTHS = {4: 64, 8: 64, 16: 64, 32: 64, 64: 32, 128: 16, 256: 8, 512: 4}
"""Units of both layers of each resolution for two cores: an eighth of those of the paper's table 2."""
LEAST_LATENTS = 128
"""Length of the latents of a generator whose first layer has fewer units; the paper has as many as that has."""


def build_generator(networks: NetworkSettings, data: DataSettings, rng: torch.Generator) -> LayeredGenerator:
    """Return a generator with fresh weights: of points where the data are, else of images.

    Args:
        networks: what kind of generator.
        data: what it is to make: points, or images of some size.
        rng: draws the weights.

    Raises:
        ConfigError: a setting for DCGANs is given for another network.
    """
    if data.is_points:
        _keep_preset(networks, f"the generator of {data.data}", *OF_DCGANS)
        points = PointGenerator(PointShape())
        initialise(points, rng)
        return points
    if networks.generator == "resnet":
        _keep_preset(networks, "generator 'resnet'", *OF_DCGANS)
        resnet = ResnetGenerator(RESNET_GENERATORS[data.image_size])
        initialise_orthogonally(resnet, rng)
        return resnet
    if networks.generator == "progan":
        _keep_preset(networks, "generator 'progan'", *OF_DCGANS)
        progan = ProGanGenerator(progan_shape(networks, data.image_size))
        initialise_normal(progan, rng)
        return progan
    shape = preset(GENERATORS, networks.generator, data.image_size)
    shape = replace(shape, channels=scaled(shape.channels, networks.width))
    if networks.upsampling != "preset":
        shape = replace(shape, upsampling=networks.upsampling)
    if networks.generator_norm != "preset":
        shape = replace(shape, batch_norm=networks.generator_norm == "batch")
    if networks.latent_layers != "preset":
        shape = replace(shape, latent_layers=networks.latent_layers)
    generator = Generator(shape)
    (initialise_he if networks.generator == "constant" else initialise)(generator, rng)
    return generator


def build_discriminator(networks: NetworkSettings, data: DataSettings, rng: torch.Generator) -> nn.Module:
    """Return a discriminator with fresh weights; a projected one looks through its features.

    Args:
        networks: what kind of discriminator.
        data: what it is to look at: points, or images of some size.
        rng: draws the weights.

    Raises:
        ConfigError: a setting for DCGANs is given for another network.
        MissingExtra: the weights of the projected one's features are not installed.
    """
    if data.is_points:
        points = PointDiscriminator(batch_norm=networks.discriminator_norm in ("preset", "batch"))
        return _started(points, networks, rng)
    if networks.discriminator in ("projected", "resnet", "progan"):
        _keep_preset(networks, f"discriminator '{networks.discriminator}'", "discriminator_norm")
    if networks.discriminator == "projected":
        return ProjectedDiscriminator(networks.feature_size, rng)
    if networks.discriminator == "resnet":
        return ResnetDiscriminator(RESNET_DISCRIMINATORS[data.image_size], rng)
    if networks.discriminator == "progan":
        progan = ProGanDiscriminator(progan_shape(networks, data.image_size))
        initialise_normal(progan, rng)
        return progan
    shape = preset(DISCRIMINATORS, networks.discriminator, data.image_size)
    batch_norm = shape.batch_norm if networks.discriminator_norm == "preset" else networks.discriminator_norm == "batch"
    channels = scaled(shape.channels, networks.width)
    return _started(Discriminator(data.image_size, channels, batch_norm, shape.eps), networks, rng)


def progan_shape(networks: NetworkSettings, image_size: int) -> ProGanShape:
    """Return the shape of a `progan` of that many pixels a side, with the widths that the settings ask for."""
    widths = scaled(tuple(PROGAN_WIDTHS[size] for size in resolutions(image_size)), networks.width)
    channels = tuple(width for width in widths for _ in range(2))
    return ProGanShape(image_size, channels, max(LEAST_LATENTS, widths[0]))


def scaled(channels: tuple[int, ...], width: float) -> tuple[int, ...]:
    """Return the widths of layers multiplied by `width`, at least 1 each."""
    return tuple(max(1, round(units * width)) for units in channels)


def _started(discriminator: nn.Module, networks: NetworkSettings, rng: torch.Generator) -> nn.Module:
    initialise(discriminator, rng)
    if networks.discriminator_norm == "spectral":
        normalise_spectrally(discriminator, rng)
    return discriminator


def _keep_preset(networks: NetworkSettings, network: str, *fields: str) -> None:
    for field in fields:
        value = getattr(networks, field)
        if value != "preset":
            raise ConfigError(
                f"{field} is '{value}', but {network} has its own; give --{field.replace('_', '-')} preset, or a DCGAN"
            )
