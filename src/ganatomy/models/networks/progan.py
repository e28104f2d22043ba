"""The generator of Progressive GAN (Karras, Aila, Laine, Lehtinen, arXiv 1710.10196, table 2).

Two layers a resolution, from 4x4 cells on; pixelwise normalisation (section 4.2), weights scaled where they are used
(section 4.1). Parameters have the names of the file that GAN Dissection (arXiv 1811.10597) published:
`layer1.conv.weight`, `layer1.wscale.b`, ..., `output_256x256.wscale.b`.

Differs: in a block the normalisation comes first instead of last, as in that file: `layer4` then is what its
rectifier gives, and the first normalisation is that of the latent. The function is the same.
"""

import math
from dataclasses import dataclass, field
from typing import ClassVar, Literal

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator

PIXEL_NORM_EPS = 1e-8
LEAK = 0.2


@dataclass(frozen=True)
class ProGanShape:
    """The architecture of a generator of Progressive GAN."""

    image_size: int = 256
    """Pixels a side."""
    channels: tuple[int, ...] = (512, 512, 512, 512, 512, 512, 256, 256, 128, 128, 64, 64, 32, 32)
    """Units of layer1, layer2, ...: the first two have 4x4 cells, each two that follow twice as many a side."""
    z_dim: int = 512
    """Length of a latent vector."""
    latent: Literal["normal"] = "normal"
    """Distribution of the latent's entries."""
    fade: float = field(default=1.0, metadata={"later": True})
    """Weight of the last resolution in the image: below 1 of a generator in whose training it was still fading in over
    the image of half the size (section 2)."""

    def __post_init__(self) -> None:
        size = 2 ** (len(self.channels) // 2 + 1)
        if not self.channels or len(self.channels) % 2 or size != self.image_size:
            raise ConfigError(
                f"{len(self.channels)} layers do not give {self.image_size} px; Progressive GAN has two layers for "
                "4 px and two more for each doubling, such as 14 for 256 px: give channels of as many"
            )
        if not 0 <= self.fade <= 1 or (self.is_fading and len(self.channels) < 4):
            raise ConfigError(
                f"fade is {self.fade:g} at {self.image_size} px; give 0 to 1, and 1 where no resolution lies below"
            )

    @property
    def is_fading(self) -> bool:
        """Whether the last resolution is mixed with the one before it."""
        return self.fade < 1


def _with_channels(image_size: int, most: int) -> ProGanShape:
    sizes = [4 * 2**doublings for doublings in range(int(math.log2(image_size)) - 1)]
    return ProGanShape(image_size, tuple(min(512, most // size) for size in sizes for _ in range(2)))


SHAPES = {
    **{size: _with_channels(size, 8192) for size in (4, 8, 16, 32, 64, 128, 256)},
    **{size: _with_channels(size, 16384) for size in (512, 1024)},
}
"""Those of the published weights: scenes of LSUN at 256 px, with min(512, 8192 / cells a side) units a layer, which
smaller ones have too; faces of CelebA-HQ at 1024 px, with min(512, 16384 / cells a side), as in table 2."""


def pixel_norm(x: Tensor) -> Tensor:
    """Return `x` (n, c, h, w) with the mean square over the channels of every pixel brought to 1."""
    return x * (x.square().mean(1, keepdim=True) + PIXEL_NORM_EPS).rsqrt()


class Cell(nn.Module):
    """Makes a latent one cell of as many channels."""

    def forward(self, z: Tensor) -> Tensor:
        """Return (n, z_dim, 1, 1) for latents `z` (n, z_dim), or of that shape already."""
        return z.flatten(1)[:, :, None, None]


class WScale(nn.Module):
    """Scales what a convolution with weights of N(0, 1) gives, and adds the bias.

    Args:
        channels_in: of the convolution.
        channels_out: of the convolution.
        gain: standard deviation that the result has for an input of mean square 1, divided by the kernel's side.
    """

    def __init__(self, channels_in: int, channels_out: int, gain: float):
        super().__init__()
        self.scale = gain / math.sqrt(channels_in)
        self.b = nn.Parameter(torch.zeros(channels_out))

    def forward(self, x: Tensor) -> Tensor:
        """Return scale * x + b, one b for each channel of `x` (n, c, h, w)."""
        return x * self.scale + self.b[:, None, None]


class Block(nn.Module):
    """Normalises, upsamples where asked to, convolves and rectifies."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, padding: int, upsampled: bool = False):
        super().__init__()
        self.upsampled = upsampled
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, padding=padding, bias=False)
        self.wscale = WScale(channels_in, channels_out, math.sqrt(2) / kernel)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h', w') after the rectifier, for `x` (n, channels_in, h, w)."""
        x = pixel_norm(x)
        if self.upsampled:
            x = F.interpolate(x, scale_factor=2, mode="nearest")
        return F.leaky_relu(self.wscale(self.conv(x)), LEAK)


class Output(nn.Module):
    """Normalises and mixes the channels to colours."""

    def __init__(self, channels_in: int):
        super().__init__()
        self.conv = nn.Conv2d(channels_in, 3, 1, bias=False)
        self.wscale = WScale(channels_in, 3, 1.0)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, 3, h, w), unbounded."""
        colours: Tensor = self.wscale(self.conv(pixel_norm(x)))
        return colours


def resolutions(image_size: int) -> list[int]:
    """Return the sizes of images that lead up to one: 4, 8, ...

    >>> resolutions(16)
    [4, 8, 16]
    """
    return [4 * 2**k for k in range(image_size.bit_length() - 2)]


def output_name(image_size: int) -> str:
    """Return the name of the output for images of that size."""
    return f"output_{image_size}x{image_size}"


class ProGanGenerator(LayeredGenerator):
    """Latents (n, z_dim) to images (n, 3, image_size, image_size), mostly in [-1, 1]; no function bounds them.

    Latents (n, z_dim, 1, 1), as GAN Dissection's code gives them, are taken too.
    """

    kind = "progan"
    grows: ClassVar[bool] = True

    def __init__(self, shape: ProGanShape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        for index, (inputs, width) in enumerate(zip((shape.z_dim, *shape.channels), shape.channels, strict=False)):
            kernel, padding = (4, 3) if index == 0 else (3, 1)
            doubles = index > 0 and index % 2 == 0
            self.add_module(f"layer{index + 1}", Block(inputs, width, kernel, padding, doubles))
        self.add_module(output_name(shape.image_size), Output(shape.channels[-1]))
        if shape.is_fading:
            self.add_module(output_name(shape.image_size // 2), Output(shape.channels[-3]))

    @property
    def layer_names(self) -> list[str]:
        """`layer1`, `layer2`, ...: the layers that dissection uses."""
        return [f"layer{index + 1}" for index in range(len(self.shape.channels))]

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """The parts that `forward` runs one after another, with their names: the latent becomes one cell at first.

        Empty while a resolution fades in: two ways then lead to the image.
        """
        if self.shape.is_fading:
            return []
        return [("cell", Cell()), *self.named_children()]

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of the latents `z` (n, z_dim), mixed while the last resolution fades in.

        Then they are fade * rgb(x) + (1 - fade) * up(rgb(x of half the size))  (section 2, figure 2).
        """
        if not self.shape.is_fading:
            return super().forward(z)
        *below, first, second = [self.get_submodule(name) for name in self.layer_names]
        r = z.flatten(1)[:, :, None, None]
        for layer in below:
            r = layer(r)
        coarse = self.get_submodule(output_name(self.image_size // 2))(r)
        fine = self.get_submodule(output_name(self.image_size))(second(first(r)))
        return torch.lerp(F.interpolate(coarse, scale_factor=2, mode="nearest"), fine, self.shape.fade)


def initialise_normal(network: nn.Module, rng: torch.Generator) -> None:
    """Draw weights from N(0, 1) and set biases to 0, in place: layers scale them where they are used (section 4.1)."""
    for part in network.modules():
        if isinstance(part, nn.Conv2d):
            nn.init.normal_(part.weight, generator=rng)
        elif isinstance(part, WScale):
            nn.init.zeros_(part.b)
