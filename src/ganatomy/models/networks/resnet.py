"""Residual generators and discriminators for two CPU cores: BatchNorm in the one, spectral normalisation in the other.

Sources: the blocks and the sum over cells are those of SN-GAN (arXiv 1802.05957), the orthogonal first weights
those of BigGAN (arXiv 1809.11096).

Differs: narrower, by widths that fall with the cells so that each doubling costs about the same; and a 3x3
convolution beside nearest upsampling or mean pooling is done together with it, in one strided convolution of
the same result.

A generator's layers are named `layer1` (4x4 cells), `layer2` (8x8), ... and `output`. The blocks rectify what
they read, not what they give: units are of either sign.
"""

from dataclasses import dataclass
from typing import Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.spectral import normalise_spectrally
from ganatomy.models.networks.upsampling import UpsampledConv, widened

COARSEST_CELLS = 4


@dataclass(frozen=True)
class ResnetShape:
    """The architecture of a residual generator."""

    image_size: int
    """Pixels a side: 32, 64, 128, 256 or 512."""
    channels: tuple[int, ...]
    """Units of layer1, layer2, ...: each layer has twice the cells a side of the one before."""
    z_dim: int = 128
    """Length of a latent vector."""
    latent: Literal["normal", "uniform"] = "normal"
    """Distribution of the latent's entries: N(0, 1) or U(-1, 1)."""

    def __post_init__(self) -> None:
        size = COARSEST_CELLS * 2 ** (len(self.channels) - 1)
        if size != self.image_size:
            raise ConfigError(
                f"{len(self.channels)} layers of a resnet give {size} px, not {self.image_size}; "
                "give one more or one fewer entry of channels per doubling"
            )


RESNET_GENERATORS = {
    32: ResnetShape(32, (256, 160, 96, 48)),
    64: ResnetShape(64, (256, 160, 96, 48, 24)),
    128: ResnetShape(128, (256, 160, 96, 48, 24, 12)),
    256: ResnetShape(256, (256, 160, 96, 48, 24, 12, 8)),
    512: ResnetShape(512, (256, 160, 96, 48, 24, 12, 8, 8)),
}
RESNET_DISCRIMINATORS: dict[int, tuple[int, ...]] = {
    32: (64, 128, 256),
    64: (32, 64, 128, 256),
    128: (16, 32, 64, 128, 256),
    256: (8, 16, 32, 64, 128, 256),
    512: (8, 8, 16, 32, 64, 128, 256),
}
"""Width of each block that halves the cells; one that does not follows them."""


class PooledConv(nn.Conv2d):
    """A 3x3 convolution and the mean over 2x2 cells, in one strided convolution."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__(channels_in, channels_out, 3, padding=1)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h / 2, w / 2) for `x` (n, channels_in, h, w)."""
        return F.conv2d(x, widened(self.weight) / 4, self.bias, stride=2, padding=1)


class GrowingBlock(nn.Module):
    """Twice the cells a side: two normalised and rectified convolutions, beside a 1x1 one."""

    def __init__(self, channels_in: int, channels_out: int):
        super().__init__()
        self.residual = nn.Sequential(
            nn.BatchNorm2d(channels_in),
            nn.ReLU(),
            UpsampledConv(channels_in, channels_out, bias=False),
            nn.BatchNorm2d(channels_out),
            nn.ReLU(),
            nn.Conv2d(channels_out, channels_out, 3, padding=1),
        )
        self.shortcut = nn.Conv2d(channels_in, channels_out, 1, bias=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, 2h, 2w) for `x` (n, channels_in, h, w)."""
        residual: Tensor = self.residual(x)
        return residual + F.interpolate(self.shortcut(x), scale_factor=2, mode="nearest")


class ShrinkingBlock(nn.Module):
    """Half the cells a side: two rectified convolutions and a mean over 2x2 cells, beside a 1x1 convolution.

    The first block of a network reads images, which are not rectified.
    """

    def __init__(self, channels_in: int, channels_out: int, reads_images: bool = False):
        super().__init__()
        hidden = channels_out if reads_images else channels_in
        self.residual = nn.Sequential(
            nn.Identity() if reads_images else nn.ReLU(),
            nn.Conv2d(channels_in, hidden, 3, padding=1),
            nn.ReLU(),
            PooledConv(hidden, channels_out),
        )
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(channels_in, channels_out, 1))

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h / 2, w / 2) for `x` (n, channels_in, h, w)."""
        total: Tensor = self.residual(x) + self.shortcut(x)
        return total


class FlatBlock(nn.Module):
    """As many cells and channels as before: two rectified convolutions beside the identity."""

    def __init__(self, channels: int):
        super().__init__()
        self.residual = nn.Sequential(
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
            nn.ReLU(),
            nn.Conv2d(channels, channels, 3, padding=1),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels, h, w) for `x` of that shape."""
        total: Tensor = x + self.residual(x)
        return total


class ResnetGenerator(LayeredGenerator):
    """Latents (n, z_dim) to images (n, 3, image_size, image_size) in [-1, 1]."""

    kind = "resnet"

    def __init__(self, shape: ResnetShape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        widths = shape.channels
        cells = COARSEST_CELLS
        self.layer1 = nn.Sequential(
            nn.Linear(shape.z_dim, widths[0] * cells**2), nn.Unflatten(1, (widths[0], cells, cells))
        )
        for index in range(1, len(widths)):
            self.add_module(f"layer{index + 1}", GrowingBlock(widths[index - 1], widths[index]))
        self.output = nn.Sequential(
            nn.BatchNorm2d(widths[-1]), nn.ReLU(), nn.Conv2d(widths[-1], 3, 3, padding=1), nn.Tanh()
        )


class ResnetDiscriminator(nn.Module):
    """Images (n, 3, s, s) to one logit each, (n, 1); every weight is spectrally normalised."""

    couples_samples = False

    def __init__(self, channels: tuple[int, ...], rng: torch.Generator):
        super().__init__()
        blocks = [
            ShrinkingBlock(inputs, width, reads_images=index == 0)
            for index, (inputs, width) in enumerate(zip((3, *channels), channels, strict=False))
        ]
        self.body = nn.Sequential(*blocks, FlatBlock(channels[-1]), nn.ReLU())
        self.output = nn.Linear(channels[-1], 1)
        initialise_orthogonally(self, rng)
        normalise_spectrally(self, rng)

    def features(self, images: Tensor) -> list[Tensor]:
        """Return what the trained part sees: the images themselves."""
        return [images]

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, 1) of `features`: of the sum over all cells."""
        logits: Tensor = self.output(self.body(features[0]).sum((2, 3)))
        return logits


def initialise_orthogonally(module: nn.Module, rng: torch.Generator) -> None:
    """Draw orthogonal weights and set biases to 0, in place."""
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            nn.init.orthogonal_(part.weight, generator=rng)
            if part.bias is not None:
                nn.init.zeros_(part.bias)
