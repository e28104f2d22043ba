"""Generators with directions: one of our own, and one of somebody else's that is no chain and takes a class."""

import torch
from torch import nn

from ganatomy.directions.axes import Directions
from ganatomy.directions.generator import with_layer
from ganatomy.models.adaptation import adapt
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise


class Foreign(nn.Module):
    """Goes around its layer, and takes a class."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.ConvTranspose2d(5, 6, 8)
        self.last = nn.Conv2d(6, 3, 3, padding=1)

    def forward(self, z, classes):
        maps = self.first(z[:, :, None, None])
        return torch.tanh(self.last(torch.relu_(maps)) + classes[:, None, None, None] * 0.1)


def dcgan():
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(20)
    return generator, "layer2", torch.randn(3, 4, generator=torch.Generator().manual_seed(1))


def with_latents():
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4, latent_layers="every")).eval()
    initialise(generator, torch.Generator().manual_seed(0))
    for parameter in generator.parameters():
        parameter.data.mul_(3)
    return generator, "layer2", torch.randn(3, 4, generator=torch.Generator().manual_seed(1))


def foreign():
    torch.manual_seed(0)
    z = torch.cat([torch.randn(3, 5), torch.tensor([[0.0], [1.0], [2.0]])], 1)
    return adapt(Foreign().eval(), z_dim=5, classes=3), "first", z


def directed(made):
    generator, base, z = made()
    rng = torch.Generator().manual_seed(2)
    return with_layer(generator, Directions.given("some", base, torch.randn(3, 6, generator=rng))), generator, base, z
