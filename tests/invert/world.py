"""A small generator of fixed weights whose latents can be found, and all that photos are inverted with."""

from functools import cache

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.invert.closeness import Closeness
from ganatomy.invert.features import LayerHalves
from ganatomy.invert.inverting import InversionProtocol, Inverter
from ganatomy.invert.latents import LatentProtocol
from ganatomy.invert.ranges import measure_ranges
from ganatomy.invert.training import TrainedEncoder, train_encoder
from ganatomy.metrics.perceptual import Perceptual
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.models.protocol import GeneratorNetwork, sample_latents

LAYER = "layer2"
"""6 units of 8x8 cells."""


class Scales(nn.Module):
    """Images themselves, and the same at half the size."""

    def forward(self, images: Tensor) -> list[Tensor]:
        return [images, F.avg_pool2d(images, 2)]


LOOKS = Perceptual(Scales(), "scales", "scales-1")


def small_generator(latent: str = "normal") -> Generator:
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4, latent=latent))
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(8)
    return generator.eval()


@cache
def trained() -> tuple[Generator, TrainedEncoder]:
    """Return the generator and its encoder; nobody changes them."""
    generator = small_generator()
    return generator, train_encoder(generator, 60)


def samples(generator: GeneratorNetwork, n: int, seed: int = 7) -> tuple[Tensor, Tensor]:
    """Return latents and the images of them."""
    z = sample_latents(generator, n, torch.Generator().manual_seed(seed))
    with torch.no_grad():
        return z, generator(z)


def inverter(distance: float = 0.5, looks: Perceptual | None = LOOKS, **latents: object) -> Inverter:
    generator, encoder = trained()
    protocol = InversionProtocol(LatentProtocol(**({"steps": 60, "restarts": 2} | latents)), distance, 20)
    ranges = measure_ranges(generator, LAYER)
    return Inverter(generator, encoder.network, Closeness(looks), LayerHalves(generator, LAYER), ranges, protocol)
