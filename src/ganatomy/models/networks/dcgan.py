"""DCGAN generators and discriminators: light ones, those E-GAN's authors released, and those of its robustness grid.

Sources: Radford, Metz, Chintala, arXiv 1511.06434; the layer tables of E-GAN (arXiv 1803.00657) as
released: no normalisation in the generator, BatchNorm in all but the discriminator's first layer. The
generator of `constant` width without normalisation is that of WGAN-GP (arXiv 1704.00028) as released, whose
settings E-GAN's Fig. 6 takes over, with as many doublings as the image size needs.

Differs: of the `weak` discriminator of Fig. 6 only the name is published, "2-Conv-1-FC LeakyReLU"; widths,
kernels and the slope are taken from its neighbours here, without normalisation since it names none.

A generator's layers are named `layer1` (4x4 cells), `layer2` (8x8), ... and `output`. Where `latent_layers` is `every`,
those from `layer2` on take the latents too: `layer2(r, z)`.
"""

import math
from dataclasses import dataclass, field, replace
from typing import Literal, TypeVar

import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.modulation import LatentLayer, SelfModulation
from ganatomy.models.networks.upsampling import UpsampledConv

T = TypeVar("T")
Upsampling = Literal["transposed", "nearest"]
Output = Literal["upsample", "same"]
LatentLayers = Literal["first", "every"]


@dataclass(frozen=True)
class GeneratorShape:
    """The architecture of a DCGAN generator."""

    image_size: int
    """Pixels a side: 32, 64, 128, 256 or 512."""
    channels: tuple[int, ...]
    """Units of layer1, layer2, ...: each layer has twice the cells a side of the one before."""
    z_dim: int = 128
    """Length of a latent vector."""
    latent: Literal["normal", "uniform"] = "normal"
    """Distribution of the latent's entries: N(0, 1), or U(-1, 1) as in E-GAN."""
    upsampling: Upsampling = "nearest"
    """`transposed`: stride-2 transposed convolutions, as published; `nearest`: x2, then a 3x3 convolution."""
    output: Output = "upsample"
    """`upsample`: the output layer doubles the cells too; `same`: it is a 3x3 convolution."""
    batch_norm: bool = True
    """BatchNorm after each layer but the output; the released E-GAN generators have none."""
    leak: float = 0.0
    """Slope of the rectifier for negative inputs."""
    kernel: int = 4
    """Cells a side of the transposed convolutions' kernels."""
    latent_layers: LatentLayers = field(default="first", metadata={"later": True})
    """Layers that see the latents: the `first` alone; or `every` one but the output, those after the first by a scale
    and a shift of each channel, after BatchNorm or where it would be."""

    def __post_init__(self) -> None:
        doublings = len(self.channels) - (self.output == "same")
        if not self.channels or 4 * 2**doublings != self.image_size:
            raise ConfigError(
                f"{len(self.channels)} generator layers with output '{self.output}' give {4 * 2**doublings} px, "
                f"not {self.image_size}; give one more or one fewer entry of channels per doubling"
            )


@dataclass(frozen=True)
class DiscriminatorShape:
    """The architecture of a DCGAN discriminator."""

    channels: tuple[int, ...]
    """Width of each 4x4 stride-2 convolution."""
    batch_norm: bool = True
    """BatchNorm after each convolution but the first."""
    eps: float = 1e-5
    """What BatchNorm adds to a variance."""


def _constant(image_size: int, stages: int) -> GeneratorShape:
    return GeneratorShape(image_size, (64,) * stages, upsampling="transposed", batch_norm=False, kernel=5)


GENERATORS: dict[str, dict[int, GeneratorShape]] = {
    "light": {
        32: GeneratorShape(32, (384, 256, 128)),
        64: GeneratorShape(64, (384, 256, 128, 64)),
        128: GeneratorShape(128, (384, 256, 128, 64, 32)),
        256: GeneratorShape(256, (384, 256, 128, 64, 32, 16)),
        512: GeneratorShape(512, (384, 256, 128, 64, 32, 16, 8)),
    },
    "released": {
        32: GeneratorShape(32, (512, 256, 128), z_dim=100, latent="uniform", upsampling="transposed", batch_norm=False),
        64: GeneratorShape(
            64,
            (1024, 1024, 512, 512, 256),
            z_dim=100,
            latent="uniform",
            upsampling="transposed",
            output="same",
            batch_norm=False,
        ),
        128: GeneratorShape(
            128,
            (1024, 512, 512, 256, 256, 128),
            z_dim=100,
            latent="uniform",
            upsampling="transposed",
            output="same",
            batch_norm=False,
            leak=0.2,
        ),
    },
    "constant": {size: _constant(size, stages) for stages, size in enumerate((32, 64, 128, 256, 512), start=3)},
}
DISCRIMINATORS: dict[str, dict[int, DiscriminatorShape]] = {
    "light": {
        32: DiscriminatorShape((64, 128, 256)),
        64: DiscriminatorShape((48, 96, 192, 384)),
        128: DiscriminatorShape((32, 64, 128, 256, 512)),
        256: DiscriminatorShape((16, 32, 64, 128, 256, 512)),
        512: DiscriminatorShape((8, 16, 32, 64, 128, 256, 512)),
    },
    "released": {
        32: DiscriminatorShape((128, 256, 512), eps=1e-4),
        64: DiscriminatorShape((128, 256, 512, 1024), eps=1e-4),
        128: DiscriminatorShape((64, 128, 256, 512, 1024), eps=1e-4),
    },
    "weak": {size: DiscriminatorShape((64, 128), batch_norm=False) for size in (32, 64, 128, 256, 512)},
}


def preset(presets: dict[str, dict[int, T]], name: str, image_size: int) -> T:
    """Return the preset `name` at `image_size` px.

    Raises:
        ConfigError: no such preset, or not at that size.
    """
    if name not in presets:
        raise ConfigError(f"no preset '{name}'; choose from {', '.join(presets)}")
    if image_size not in presets[name]:
        sizes = ", ".join(map(str, presets[name]))
        raise ConfigError(f"preset '{name}' has no shape for image size {image_size}; choose from {sizes}")
    return presets[name][image_size]


def _activation(leak: float) -> nn.Module:
    return nn.LeakyReLU(leak, inplace=True) if leak else nn.ReLU(inplace=True)


def _doubling(channels_in: int, channels_out: int, shape: GeneratorShape, bias: bool) -> nn.Module:
    if shape.upsampling == "transposed":
        k = shape.kernel
        return nn.ConvTranspose2d(channels_in, channels_out, k, 2, (k - 1) // 2, output_padding=k % 2, bias=bias)
    return UpsampledConv(channels_in, channels_out, bias)


def _layer(shape: GeneratorShape, index: int) -> nn.Sequential:
    """Return the layer at a place: what makes its channels, BatchNorm, modulation and the rectifier."""
    width, bias = shape.channels[index], not shape.batch_norm
    parts: list[nn.Module] = (
        [nn.Linear(shape.z_dim, width * 16, bias=bias), nn.Unflatten(1, (width, 4, 4))]
        if index == 0
        else [_doubling(shape.channels[index - 1], width, shape, bias)]
    )
    if shape.batch_norm:
        parts.append(nn.BatchNorm2d(width))
    if index == 0 or shape.latent_layers == "first":
        return nn.Sequential(*parts, _activation(shape.leak))
    return LatentLayer(*parts, SelfModulation(shape.z_dim, width), _activation(shape.leak))


class Generator(LayeredGenerator):
    """Latents (n, z_dim) to images (n, 3, image_size, image_size) in [-1, 1]."""

    kind = "dcgan"

    def __init__(self, shape: GeneratorShape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        widths = shape.channels
        for index in range(len(widths)):
            self.add_module(f"layer{index + 1}", _layer(shape, index))
        last = (
            _doubling(widths[-1], 3, shape, bias=True)
            if shape.output == "upsample"
            else nn.Conv2d(widths[-1], 3, 3, padding=1)
        )
        self.output = nn.Sequential(last, nn.Tanh())


class Discriminator(nn.Module):
    """Images (n, 3, s, s) to one logit each, (n, 1).

    Real and generated images pass in separate batches, each normalised by its own statistics.
    """

    def __init__(self, image_size: int, channels: tuple[int, ...], batch_norm: bool = True, eps: float = 1e-5):
        super().__init__()
        self.couples_samples = batch_norm
        layers: list[nn.Module] = []
        for index, (inputs, width) in enumerate(zip((3, *channels), channels, strict=False)):
            normed = batch_norm and index > 0
            layers.append(nn.Conv2d(inputs, width, 4, stride=2, padding=1, bias=not normed))
            if normed:
                layers.append(nn.BatchNorm2d(width, eps, track_running_stats=False))
            layers.append(nn.LeakyReLU(0.2, inplace=True))
        cells = image_size // 2 ** len(channels)
        self.body = nn.Sequential(*layers, nn.Flatten(), nn.Linear(channels[-1] * cells**2, 1))

    def features(self, images: Tensor) -> list[Tensor]:
        """Return what the trained part sees: the images themselves."""
        return [images]

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, 1) of `features`."""
        logits: Tensor = self.body(features[0])
        return logits


def initialise(module: nn.Module, rng: torch.Generator) -> None:
    """Draw weights from N(0, 0.02), set biases to 0 and normalisation to identity, in place (DCGAN)."""
    for part in module.modules():
        if isinstance(part, nn.Linear | nn.Conv2d | nn.ConvTranspose2d):
            nn.init.normal_(part.weight, 0.0, 0.02, generator=rng)
            if part.bias is not None:
                nn.init.zeros_(part.bias)


def initialise_he(module: nn.Module, rng: torch.Generator) -> None:
    """Draw convolutions from a uniform distribution of variance 4 / (inputs + outputs) and set biases to 0, in place.

    Inputs and outputs are the products that go into and come from one value; for dense layers the variance
    is 2 / (inputs + outputs). What the nets of WGAN-GP (arXiv 1704.00028) start from, as released: without
    normalisation and with few filters, weights of N(0, 0.02) would leave the images nearly constant. Modulations by
    latents start from N(0, 0.02) all the same, near identity.
    """
    for part in module.modules():
        if isinstance(part, SelfModulation):
            nn.init.normal_(part.weight, 0.0, 0.02, generator=rng)
        elif isinstance(part, nn.Linear):
            nn.init.xavier_uniform_(part.weight, generator=rng)
        elif isinstance(part, nn.Conv2d | nn.ConvTranspose2d):
            cells, stride = math.prod(part.kernel_size), math.prod(part.stride)
            bound = math.sqrt(3 * 4 / (part.in_channels * cells / stride + part.out_channels * cells))
            nn.init.uniform_(part.weight, -bound, bound, generator=rng)
        else:
            continue
        if part.bias is not None:
            nn.init.zeros_(part.bias)


def grow(smaller: Generator, rng: torch.Generator, units: int = 0) -> Generator:
    """Return a generator of twice the image size that keeps every layer of `smaller` but its output.

    The new layer and the output start from fresh weights (the idea of Progressive GAN, arXiv 1710.10196,
    without fading in).

    Args:
        smaller: the generator to start from; it is not changed.
        rng: draws the new layers' weights.
        units: width of the new layer; 0 takes half that of the last one.
    """
    shape = smaller.shape
    width = units or max(shape.channels[-1] // 2, 8)
    grown = Generator(replace(shape, image_size=2 * shape.image_size, channels=(*shape.channels, width)))
    initialise(grown, rng)
    kept = {name: value for name, value in smaller.state_dict().items() if not name.startswith("output.")}
    grown.load_state_dict(kept, strict=False)
    return grown
