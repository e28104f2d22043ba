"""The encoder: from images to the latents that a generator might have made them of.

Source: Bau et al., "Semantic Photo Manipulation with a Generative Image Prior", SIGGRAPH 2019, arXiv 2005.07727: a
network trained on the generator's own samples gives where optimisation starts from. Differs: one small network for all
layers together, trained in minutes on a CPU.
"""

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.invert.law import settled

LARGEST = 64
"""Pixels a side of what the network sees at most."""
COARSEST = 4
"""Cells a side that are left at most."""
CHANNELS = (32, 64, 128, 256)
"""After each halving; further ones keep the last."""


@dataclass(frozen=True)
class EncoderShape:
    """What an encoder is built for."""

    image_size: int
    z_dim: int
    classes: int = 0
    """How many the generator has; 0 for none."""


class Encoder(nn.Module):
    """Images (n, 3, s, s) in [-1, 1] to latents and classes, by convolutions that halve the sides."""

    def __init__(self, shape: EncoderShape) -> None:
        super().__init__()
        self.shape = shape
        side, channels, layers = min(shape.image_size, LARGEST), 3, list[nn.Module]()
        while side > COARSEST:
            wider = CHANNELS[min(len(layers) // 3, len(CHANNELS) - 1)]
            layers += [nn.Conv2d(channels, wider, 4, 2, 1, bias=False), nn.BatchNorm2d(wider), nn.LeakyReLU(0.2)]
            side, channels = side // 2, wider
        self.body = nn.Sequential(*layers)
        self.head = nn.Linear(channels * side**2, shape.z_dim + shape.classes)

    def forward(self, images: Tensor) -> tuple[Tensor, Tensor]:
        """Return the entries of latents (n, z_dim), and logits (n, k) of the classes."""
        if images.shape[2] > LARGEST:
            images = F.interpolate(images, (LARGEST, LARGEST), mode="bilinear", antialias=True)
        found = self.head(self.body(images).flatten(1))
        return found[:, : self.shape.z_dim], found[:, self.shape.z_dim :]


def encoder_shape(generator: nn.Module) -> EncoderShape:
    """Return what an encoder for a generator is built for."""
    names = getattr(generator, "class_names", None)
    return EncoderShape(int(generator.image_size), int(generator.z_dim), 0 if names is None else len(names))  # type: ignore[arg-type]


@torch.no_grad()
def encoded(encoder: Encoder, generator: nn.Module, images: Tensor) -> tuple[Tensor, Tensor]:
    """Return the entries (n, z_dim) that the law can have, and the classes (n, k), the likeliest first.

    Args:
        encoder: in evaluation mode.
        generator: whose law.
        images: (n, 3, s, s) in [-1, 1].
    """
    entries, logits = encoder(images)
    return settled(generator, entries), logits.argsort(dim=1, descending=True)
