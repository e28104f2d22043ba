"""The discriminator of Progressive GAN (Karras, Aila, Laine, Lehtinen, arXiv 1710.10196, table 2).

It mirrors its generator. Weights are scaled where they are used (section 4.1); a map of the minibatch's standard
deviation stands beside the coarsest features (section 3); a resolution fades in as it does there (section 2).

Differs: the deviation is taken over groups of four samples, as in the authors' code, and not over the whole batch, so
that it means the same whatever the batch; over all of a batch that cannot be divided so.
"""

import math

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ganatomy.models.networks.progan import LEAK, ProGanShape, WScale, resolutions

GROUP = 4
"""Samples over which a standard deviation is taken."""
DEVIATION_EPS = 1e-8
COARSEST_CELLS = 4


def minibatch_deviation(x: Tensor) -> Tensor:
    """Return one map (n, 1, h, w) for each of `x` (n, c, h, w): how much the samples of its group differ (section 3).

    The standard deviation of every value over the group, averaged over all values. Sample i is of group i mod n / 4.
    """
    n, _, h, w = x.shape
    group = GROUP if n % GROUP == 0 else n
    grouped = x.float().reshape(group, n // group, -1)
    deviation = (grouped.var(0, correction=0) + DEVIATION_EPS).sqrt().mean(1)
    return deviation.repeat(group).to(x.dtype).view(n, 1, 1, 1).expand(n, 1, h, w)


class ScaledConv(nn.Module):
    """A convolution with weights of N(0, 1), scaled where it is used; rectified unless it gives logits."""

    def __init__(self, channels_in: int, channels_out: int, kernel: int, padding: int = 0, is_last: bool = False):
        super().__init__()
        self.is_last = is_last
        self.conv = nn.Conv2d(channels_in, channels_out, kernel, padding=padding, bias=False)
        self.wscale = WScale(channels_in, channels_out, (1 if is_last else math.sqrt(2)) / kernel)

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, channels_out, h', w') for `x` (n, channels_in, h, w)."""
        x = self.wscale(self.conv(x))
        return x if self.is_last else F.leaky_relu(x, LEAK)


class Head(nn.Module):
    """The last block: 4x4 cells and the deviation of the minibatch to one logit."""

    def __init__(self, channels: int):
        super().__init__()
        self.conv1 = ScaledConv(channels + 1, channels, 3, padding=1)
        self.conv2 = ScaledConv(channels, channels, COARSEST_CELLS)
        self.logit = ScaledConv(channels, 1, 1, is_last=True)

    def forward(self, x: Tensor) -> Tensor:
        """Return the logits (n, 1) of `x` (n, channels, 4, 4)."""
        x = torch.cat([x, minibatch_deviation(x)], 1)
        logits: Tensor = self.logit(self.conv2(self.conv1(x)))
        return logits.flatten(1)


class ProGanDiscriminator(nn.Module):
    """Images (n, 3, s, s) in [-1, 1] to one logit each, (n, 1).

    Args:
        shape: of the generator that it mirrors, its fade included.
    """

    couples_samples = True
    """By the minibatch's standard deviation."""

    def __init__(self, shape: ProGanShape):
        super().__init__()
        self.shape = shape
        sizes = resolutions(shape.image_size)
        widths = dict(zip(sizes, shape.channels[1::2], strict=True))
        for size in sizes[-2:] if shape.is_fading else sizes[-1:]:
            self.add_module(_name("from_rgb", size), ScaledConv(3, widths[size], 1))
        for size in sizes[:0:-1]:
            halved = [
                ScaledConv(widths[size], widths[size], 3, padding=1),
                ScaledConv(widths[size], widths[size // 2], 3, padding=1),
                nn.AvgPool2d(2),
            ]
            self.add_module(_name("block", size), nn.Sequential(*halved))
        self.head = Head(widths[COARSEST_CELLS])
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def features(self, images: Tensor) -> list[Tensor]:
        """Return what the trained part sees: the images, at its own size if they are of another."""
        size = (self.shape.image_size, self.shape.image_size)
        return [images if images.shape[2:] == size else F.interpolate(images, size, mode="area")]

    def judge(self, features: list[Tensor]) -> Tensor:
        """Return the logits (n, 1) of `features`, mixed before the old layers while the last resolution fades in.

        Then these see fade * block(rgb(x)) + (1 - fade) * rgb(down(x))  (section 2, figure 2).
        """
        images, size = features[0], self.shape.image_size
        x = self._at("from_rgb", size, images)
        if self.shape.is_fading:
            fine = self._at("block", size, x)
            size //= 2
            x = torch.lerp(self._at("from_rgb", size, F.avg_pool2d(images, 2)), fine, self.shape.fade)
        while size > COARSEST_CELLS:
            x = self._at("block", size, x)
            size //= 2
        logits: Tensor = self.head(x)
        return logits

    def _at(self, part: str, size: int, x: Tensor) -> Tensor:
        result: Tensor = self.get_submodule(_name(part, size))(x)
        return result


def _name(part: str, image_size: int) -> str:
    return f"{part}_{image_size}x{image_size}"
