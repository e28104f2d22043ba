"""The generators by which Progressive GAN came about, one idea after another, and which GAN Dissection compares.

Sources: Karras, Aila, Laine, Lehtinen, arXiv 1710.10196, section 6.1 and table 1, at 128 px; GAN Dissection (Bau et
al., arXiv 1811.10597), whose authors published weights and networks. Their names for these are `G128_simple`, of
WGAN-GP as it was, grown, and in small batches; `G128_minibatch_disc`, with statistics of the batch in the
discriminator, standard deviations or minibatch discrimination; `G128_equallr`, with an equalised learning rate; and
`G128_pixelwisenorm`, with normalised pixels, all but Progressive GAN as it is.

As there, two layers a resolution from 4x4 cells on, `layer1`, `layer2`, ...; `layer4` is `features.3` of the published
files, and parameters have their names otherwise, `layer4.conv.weight`, `layer4.wscale.scale`, `output.conv.weight`.

Differs: images are cut off at -1 and 1, where the paper's WGAN-GP ends with tanh, and `equallr` normalises pixels
before it mixes colours: both as in the networks that came with the weights. No file says that latents are N(0, 1).
"""

from collections import OrderedDict
from dataclasses import dataclass
from typing import Literal, get_args

import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.progan import LEAK, Cell, ProGanShape, pixel_norm

Variant = Literal["simple", "minibatch_disc", "equallr", "pixelwisenorm"]


@dataclass(frozen=True)
class ProGan128Shape:
    """The architecture of a generator on the way to Progressive GAN."""

    variant: Variant
    """`simple`: BatchNorm and a rectifier; `minibatch_disc`: a leaky rectifier, latents normalised; `equallr`: weights
    scaled where they are used besides; `pixelwisenorm`: pixels normalised before each layer besides."""
    image_size: int = 128
    """Pixels a side."""
    channels: tuple[int, ...] = (512, 512, 512, 512, 256, 256, 128, 128, 64, 64, 32, 32)
    """Units of layer1, layer2, ...: the first two have 4x4 cells, each two that follow twice as many a side."""
    z_dim: int = 512
    """Length of a latent vector; 128 of the published `simple` ones."""
    latent: Literal["normal"] = "normal"
    """Distribution of the latent's entries."""

    def __post_init__(self) -> None:
        if self.variant not in get_args(Variant):
            raise ConfigError(
                f"no variant '{self.variant}' of Progressive GAN; choose from {', '.join(get_args(Variant))}"
            )
        ProGanShape(self.image_size, self.channels)  # refuses channels that do not give the size

    @property
    def is_scaled(self) -> bool:
        """Whether weights are scaled where they are used."""
        return self.variant in ("equallr", "pixelwisenorm")

    def normalises(self, index: int) -> bool:
        """Return whether the layer at a place, from 0, normalises each pixel of its input first."""
        return self.variant == "pixelwisenorm" or (index == 0 and self.variant != "simple")


class PixelNorm(nn.Module):
    """Brings the mean square over the channels of every pixel to 1."""

    def forward(self, x: Tensor) -> Tensor:
        """Return `x` (n, c, h, w), normalised."""
        return pixel_norm(x)


class LearnedScale(nn.Module):
    """Multiplies by one number that is kept with the weights, and adds a bias to each channel."""

    def __init__(self, channels: int):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))
        self.b = nn.Parameter(torch.zeros(channels))

    def forward(self, x: Tensor) -> Tensor:
        """Return scale * x + b for `x` (n, c, h, w)."""
        return x * self.scale + self.b[:, None, None]


class ProGan128Generator(LayeredGenerator):
    """Latents (n, z_dim) or (n, z_dim, 1, 1) to images (n, 3, image_size, image_size) in [-1, 1]."""

    kind = "progan128"

    def __init__(self, shape: ProGan128Shape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        for index, (inputs, width) in enumerate(zip((shape.z_dim, *shape.channels), shape.channels, strict=False)):
            self.add_module(f"layer{index + 1}", _layer(shape, index, inputs, width))
        self.output = _output(shape)

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """The parts that `forward` runs one after another, with their names: the latent becomes one cell at first."""
        return [("cell", Cell()), *super().parts_in_order]


def _layer(shape: ProGan128Shape, index: int, inputs: int, width: int) -> nn.Sequential:
    """Return a layer; its parts run in the order in which they stand, under the published names."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    if shape.normalises(index):
        parts["norm"] = PixelNorm()
    if index > 0 and index % 2 == 0:
        parts["up"] = nn.Upsample(scale_factor=2, mode="nearest")
    kernel, padding = (4, 3) if index == 0 else (3, 1)
    parts["conv"] = nn.Conv2d(inputs, width, kernel, padding=padding, bias=shape.variant == "minibatch_disc")
    if shape.is_scaled:
        parts["wscale"] = LearnedScale(width)
    if shape.variant == "simple":
        parts["norm"] = nn.BatchNorm2d(width)
        parts["relu"] = nn.ReLU()
    else:
        parts["relu"] = nn.LeakyReLU(LEAK)
    return nn.Sequential(parts)


def _output(shape: ProGan128Shape) -> nn.Sequential:
    """Return what mixes the channels to colours."""
    conv = nn.Conv2d(shape.channels[-1], 3, 1, bias=not shape.is_scaled)
    parts: list[tuple[str, nn.Module]] = [("conv", conv), ("hardtanh", nn.Hardtanh())]
    if shape.is_scaled:
        parts = [("norm", PixelNorm()), parts[0], ("wscale", LearnedScale(3)), parts[1]]
    return nn.Sequential(OrderedDict(parts))
