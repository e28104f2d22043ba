"""The generator of StyleGAN2 with skip connections (Karras, Laine, Aittala, Hellsten et al., arXiv 1912.04958).

A mapping network makes w of the latent; at each resolution from 4x4 cells on two convolutions (one at the first), whose
inputs an affine map of w scales, each followed by noise, bias and rectifier; and colours that are added up over the
resolutions, those before upsampled (figure 7b). Layers and weights have the names of the authors' release in PyTorch,
by resolution: `mapping`, `b4.conv1`, `b8.conv0`, `b8.conv1`, `b8.torgb`, ..., `b8.conv0.affine`.

Layers with one cell are units as others are: `mapping` and `truncation` give w, (n, w_dim, 1, 1), and each `affine`
gives the styles of its convolution, (n, u, 1, 1), the channels of StyleSpace (arXiv 2011.12799).

Differs: noise is the same in every pass. Noise drawn anew would hide what an edit changes.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.errors import ConfigError
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.models.networks.progan import pixel_norm
from ganatomy.models.networks.styled import (
    GAIN,
    LEAK,
    Affine,
    EqualLinear,
    ModulatedConv,
    StyledConv,
    ToColours,
    doubled,
    outer,
)
from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream

SIZES = tuple(2**power for power in range(2, 11))
"""Pixels a side that there are generators of: 4 to 1024."""
MAPPING_RATE = 0.01
"""How much slower the mapping network learns."""

Noise = Literal["const", "none", "seeded"]


@dataclass(frozen=True)
class StyleGan2Shape:
    """The architecture of a generator of StyleGAN2, and how it is run.

    Raises:
        ConfigError: image size and channels do not go together, or a value is out of range.
    """

    image_size: int = 256
    """Pixels a side: 4, 8, ... or 1024."""
    channels: tuple[int, ...] = (512, 512, 512, 512, 512, 256, 128)
    """Units of the layers of each resolution, from 4x4 cells on."""
    z_dim: int = 512
    """Length of a latent vector."""
    w_dim: int = 512
    """Length of w."""
    mapping_layers: int = 8
    """Dense layers from the latent to w."""
    classes: int = 0
    """How many classes it can be asked for; 0 for a generator without."""
    colours: int = 3
    """Channels of its own images: 3, or 1 for grey, of which three equal channels are made."""
    truncation: float = 1.0
    """psi: w is moved towards its mean, to mean + psi (w - mean); 1 leaves it."""
    cutoff: int | None = None
    """How many of the layers that take w, counted as by the authors, take the truncated one; None for all."""
    noise: Noise = "const"
    """The noise that is in the weights, none, or one drawn by `noise_seed`."""
    noise_seed: int = 0
    """Seed of `seeded` noise."""
    blur: tuple[float, ...] = (1.0, 3.0, 3.0, 1.0)
    """Taps of the filter that upsampling smooths with, along one dimension: an even number, of any sum."""
    clamp: float | None = None
    """Largest size of an activation and of a colour; None for no limit. The authors' later trainings limit to 256."""
    latent: Literal["normal"] = "normal"
    """Distribution of the latent's entries."""

    def __post_init__(self) -> None:
        if self.image_size not in SIZES or len(self.channels) != SIZES.index(self.image_size) + 1:
            raise ConfigError(
                f"channels of {len(self.channels)} resolutions do not give {self.image_size} px; StyleGAN2 has one "
                "resolution for 4 px and one more for each doubling up to 1024 px, such as 7 for 256 px: give channels "
                "of as many"
            )
        for name in ("z_dim", "w_dim", "mapping_layers", "classes", "cutoff", "channels"):
            _require_whole(name, getattr(self, name), 0 if name in ("classes", "cutoff") else 1)
        if self.colours not in (1, 3):
            raise ConfigError(f"colours is {self.colours}; give 3, or 1 for grey images")
        if self.noise not in ("const", "none", "seeded"):
            raise ConfigError(f"noise is {self.noise!r}; choose from const, none, seeded")
        if not math.isfinite(self.truncation):
            raise ConfigError(f"truncation is {self.truncation}; give a finite number, such as 0.7, or 1 for none")
        if self.clamp is not None and not self.clamp > 0:
            raise ConfigError(f"clamp is {self.clamp}; give a number above 0, or None for no limit")
        if len(self.blur) % 2 or not sum(self.blur) > 0:
            raise ConfigError(f"blur is {self.blur}; give an even number of taps with a sum above 0, such as 1 3 3 1")


def published_channels(image_size: int, base: int = 32768, most: int = 512) -> tuple[int, ...]:
    """Return the units of each resolution's layers in the authors' configurations.

    >>> published_channels(256)
    (512, 512, 512, 512, 512, 256, 128)

    Args:
        image_size: pixels a side.
        base: units times cells a side, where they are fewer than `most`; half as many in their smaller configurations.
        most: units at the most.
    """
    return tuple(min(base // size, most) for size in SIZES if size <= image_size)


class Mapping(nn.Module):
    """Latents, and classes where there are any, to w."""

    def __init__(self, shape: StyleGan2Shape):
        super().__init__()
        self.z_dim, self.depth = shape.z_dim, shape.mapping_layers
        self.length = shape.z_dim + (1 if shape.classes else 0)
        if shape.classes:
            self.embed = Embedding(shape.classes, shape.w_dim)
        width = shape.z_dim + (shape.w_dim if shape.classes else 0)
        for number in range(self.depth):
            self.add_module(f"fc{number}", EqualLinear(width, shape.w_dim, MAPPING_RATE))
            width = shape.w_dim

    def forward(self, z: Tensor) -> Tensor:
        """Return w (n, w_dim, 1, 1) of latents (n, z_dim) or (n, z_dim, 1, 1); a class's number is one entry more.

        Raises:
            ConfigError: latents of another length.
        """
        entries = z.flatten(1)
        if entries.shape[1] != self.length:
            raise ConfigError(
                f"latents have shape {tuple(z.shape)}; give (n, {self.length})"
                + (", the last entry being the number of the class" if self.length > self.z_dim else "")
            )
        x = pixel_norm(entries[:, : self.z_dim])
        if self.length > self.z_dim:
            x = torch.cat([x, pixel_norm(self.embed(entries[:, self.z_dim]))], 1)
        for number in range(self.depth):
            x = F.leaky_relu(self.get_submodule(f"fc{number}")(x), LEAK) * GAIN
        return x[:, :, None, None]


class Embedding(EqualLinear):
    """What stands for each class: a column of its weights."""

    def forward(self, numbers: Tensor) -> Tensor:
        """Return (n, features_out) for the numbers (n,) of classes, from 0."""
        return F.embedding(numbers.long(), self.weight.T) / math.sqrt(self.in_features) + self.bias


class Truncation(nn.Module):
    """w moved towards its mean: mean + psi (w - mean)  (StyleGAN, arXiv 1812.04948, appendix B)."""

    w_avg: Tensor

    def __init__(self, w_dim: int, psi: float):
        super().__init__()
        self.psi = psi
        self.register_buffer("w_avg", torch.zeros(w_dim))

    def forward(self, w: Tensor) -> Tensor:
        """Return the truncated w (n, w_dim, 1, 1)."""
        return w if self.psi == 1 else torch.lerp(self.w_avg[:, None, None], w, self.psi)


class Resolution(nn.Module):
    """The layers of one resolution: `conv0`, which doubles the cells, and `conv1`; and `torgb`, run after them.

    The first one has its constant, `const`, in place of `conv0`.
    """

    def __init__(self, size: int, channels_in: int, channels_out: int, shape: StyleGan2Shape):
        super().__init__()
        w_dim, clamp = shape.w_dim, shape.clamp
        if size == SIZES[0]:
            self.const = nn.Parameter(torch.zeros(channels_out, size, size))
        else:
            self.conv0 = StyledConv(channels_in, channels_out, w_dim, size, shape.blur, clamp)
        self.conv1 = StyledConv(channels_out, channels_out, w_dim, size, clamp=clamp)
        self.torgb = ToColours(channels_out, shape.colours, w_dim, clamp)

    def forward(self, x: Tensor | None, ws: Sequence[Tensor]) -> Tensor:
        """Return what `conv1` gives, (n, channels_out, size, size).

        Args:
            x: what the resolution before gives; None for the first one.
            ws: w (n, w_dim, 1, 1) for each convolution.
        """
        start = self.const.expand(len(ws[0]), -1, -1, -1) if x is None else self.conv0(x, ws[0])
        y: Tensor = self.conv1(start, ws[-1])
        return y


class StyleGan2Generator(LayeredGenerator):
    """Latents (n, z_dim) to images (n, 3, image_size, image_size), mostly in [-1, 1]; no function bounds them.

    With classes latents are (n, z_dim + 1): the last entry is the number of the class.
    """

    kind = "stylegan2"
    fir: Tensor

    def __init__(self, shape: StyleGan2Shape):
        super().__init__()
        self.shape = shape
        self.z_dim, self.image_size, self.latent = shape.z_dim, shape.image_size, shape.latent
        self.class_names = tuple(map(str, range(shape.classes))) if shape.classes else None
        self.mapping = Mapping(shape)
        self.truncation = Truncation(shape.w_dim, shape.truncation)
        self.register_buffer("fir", outer(shape.blur), persistent=False)
        inputs = (0, *shape.channels)
        for size, before, units in zip(SIZES, inputs, shape.channels, strict=False):
            self.add_module(f"b{size}", Resolution(size, before, units, shape))
        if shape.noise != "const":
            self._fix_noise()

    @property
    def layer_names(self) -> list[str]:
        """`b4.conv1`, `b8.conv0`, `b8.conv1`, ...: the layers that dissection uses."""
        names = [f"b{size}.conv{number}" for size in SIZES[: len(self.shape.channels)] for number in (0, 1)]
        return names[1:]

    @property
    def parts_in_order(self) -> list[tuple[str, nn.Module]]:
        """None: w goes around every layer, and so do colours."""
        return []

    def forward(self, z: Tensor) -> Tensor:
        """Return the images of latents (n, z_dim) or (n, z_dim, 1, 1), with the class's number as one entry more."""
        w = self.mapping(z)
        truncated, cutoff = self.truncation(w), self.shape.cutoff
        ws = [truncated if cutoff is None or place < cutoff else w for place in range(2 * len(self.shape.channels))]
        x: Tensor | None = None
        colours: Tensor | None = None
        for number, size in enumerate(SIZES[: len(self.shape.channels)]):
            block, last = cast(Resolution, self.get_submodule(f"b{size}")), 2 * number
            x = block(x, ws[max(0, last - 1) : last + 1])
            added: Tensor = block.torgb(x, ws[last + 1])
            colours = added if colours is None else doubled(colours, self.fir) + added
        assert colours is not None  # there is one resolution at least
        return colours if self.shape.colours == 3 else colours.expand(-1, 3, -1, -1)

    def _fix_noise(self) -> None:
        """Put noise that is drawn by the seed, or none, in place of that in the weights."""
        for name in self.layer_names:
            layer = self.get_submodule(name)
            assert isinstance(layer, StyledConv)
            rng, size = stream(self.shape.noise_seed, f"stylegan2/noise/{name}"), layer.noise_const.shape
            is_drawn = self.shape.noise == "seeded"
            drawn = torch.randn(size, generator=rng, device="cpu") if is_drawn else torch.zeros(())
            layer.noise = drawn.to(layer.noise_const.device)


def initialise_stylegan2(generator: StyleGan2Generator, rng: torch.Generator) -> None:
    """Draw weights, constant and noise from N(0, 1), in place: layers scale weights where they are used.

    Biases are 0, but for those of styles, which are 1; noise starts without strength, and the mean of w at 0.
    """
    for part in generator.modules():
        if isinstance(part, EqualLinear):
            nn.init.normal_(part.weight, std=1 / part.rate, generator=rng)
            nn.init.constant_(part.bias, float(isinstance(part, Affine)))
        elif isinstance(part, ModulatedConv):
            nn.init.normal_(part.weight, generator=rng)
        elif isinstance(part, StyledConv):
            part.noise_const.normal_(generator=rng)
        elif isinstance(part, Resolution) and hasattr(part, "const"):
            nn.init.normal_(part.const, generator=rng)


@torch.no_grad()
def mean_w(generator: StyleGan2Generator, num_latents: int = 2048, seed: int = 0) -> Tensor:
    """Return the mean of w (w_dim,) over latents, as files hold it that kept it in training.

    Args:
        generator: with classes the mean is over them too.
        num_latents: how many.
        seed: of the latents.
    """
    z = sample_latents(generator, num_latents, stream(seed, "stylegan2/mean"))
    mean: Tensor = generator.mapping(z.to(generator.truncation.w_avg)).mean((0, 2, 3))
    return mean


def _require_whole(name: str, value: int | tuple[int, ...] | None, least: int) -> None:
    numbers = value if isinstance(value, tuple) else () if value is None else (value,)
    if any(number < least for number in numbers):
        raise ConfigError(f"{name} is {value}; give whole numbers from {least} on")
