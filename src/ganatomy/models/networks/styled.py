"""The parts of StyleGAN2's generator: weights scaled where used, convolutions scaled by styles, FIR upsampling.

Source: Karras, Laine, Aittala, Hellsten, Lehtinen, Aila, "Analyzing and improving the image quality of StyleGAN", arXiv
1912.04958, section 2.2 (equations 1 to 3) and appendix B. Plain PyTorch: no operator has to be compiled.

Differs: weights are not scaled for each sample. A convolution is linear in its input channels and its weights, so that
scaling input i by s_i does what w'_ijk = s_i w_ijk does (equation 1), and scaling output j by 1 / sqrt(sum w'^2 + eps)
does what equation 3 does: the same function, with one convolution by shared weights in place of one for each sample.
"""

import math
from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional as F

DEMODULATION_EPS = 1e-8
LEAK = 0.2
GAIN = math.sqrt(2)
"""What a rectifier's output is multiplied by, so that its mean square stays about what the input's is."""


class EqualLinear(nn.Linear):
    """A dense layer whose weights are scaled where they are used (Progressive GAN, arXiv 1710.10196, section 4.1).

    Args:
        features_in: of the input.
        features_out: of the output.
        rate: by how much slower it learns: what weights and biases are multiplied by; they start as many times larger.
    """

    def __init__(self, features_in: int, features_out: int, rate: float = 1.0):
        super().__init__(features_in, features_out)
        self.rate = rate

    def forward(self, x: Tensor) -> Tensor:
        """Return (n, features_out) for `x` (n, features_in)."""
        return F.linear(x, self.weight) * (self.rate / math.sqrt(self.in_features)) + self.bias * self.rate


class Affine(EqualLinear):
    """From w to the styles of a convolution: StyleSpace's channels (Wu, Lischinski, Shechtman, arXiv 2011.12799)."""

    def forward(self, w: Tensor) -> Tensor:
        """Return the styles (n, channels, 1, 1) for `w` (n, w_dim, 1, 1): one cell, by which inputs are multiplied."""
        return super().forward(w.flatten(1))[:, :, None, None]


class ModulatedConv(nn.Conv2d):
    """A convolution whose inputs are scaled by styles, and whose outputs are brought back to unit scale or not.

    Args:
        channels_in: of the input.
        channels_out: of the output.
        kernel: cells a side, odd.
        fir: taps of the filter that upsampling by 2 is smoothed with; none for a convolution that keeps the size.
        demodulated: whether each output is divided by the norm of its weights, as scaled by the styles (equation 3);
            otherwise weights are scaled by 1 / sqrt(inputs).
    """

    fir: Tensor

    def __init__(
        self, channels_in: int, channels_out: int, kernel: int, fir: Sequence[float] = (), demodulated: bool = True
    ):
        super().__init__(channels_in, channels_out, kernel, padding=kernel // 2, bias=False)
        self.upsamples, self.demodulated = bool(fir), demodulated
        if fir:
            self.register_buffer("fir", outer(fir), persistent=False)

    def forward(self, x: Tensor, styles: Tensor) -> Tensor:  # type: ignore[override]
        """Return (n, channels_out, h, w), or (n, channels_out, 2h, 2w) where it upsamples.

        Args:
            x: (n, channels_in, h, w).
            styles: (n, channels_in, 1, 1).
        """
        y = self._convolved(x * styles)
        return y * self._demodulation(styles) if self.demodulated else y / math.sqrt(self.weight[0].numel())

    def _convolved(self, x: Tensor) -> Tensor:
        if not self.upsamples:
            return F.conv2d(x, self.weight, padding=self.padding)
        return smoothed(F.conv_transpose2d(x, self.weight.transpose(0, 1), stride=2), self.fir)

    def _demodulation(self, styles: Tensor) -> Tensor:
        """Return 1 / sqrt(sum over inputs and taps of (s w)^2 + eps), (n, channels_out, 1, 1)."""
        norms = torch.linalg.vector_norm(self.weight, dim=(2, 3))  # three times as fast as the sum of squares
        squares = F.linear(styles.flatten(1).square(), norms.square())
        return (squares + DEMODULATION_EPS).rsqrt()[:, :, None, None]


class StyledConv(nn.Module):
    """One layer of the synthesis network: convolution by styles, noise, bias, rectifier.

    The noise is `noise_const`, which files hold, or the buffer `noise` where that is set, no part of the state.

    Args:
        channels_in: of the input.
        channels_out: of the output.
        w_dim: length of w.
        size: cells a side of the output.
        fir: taps of the filter for a layer that doubles the cells; none for one that keeps them.
        clamp: largest size of an activation; None for no limit.
    """

    noise_const: Tensor
    noise: Tensor | None

    def __init__(
        self,
        channels_in: int,
        channels_out: int,
        w_dim: int,
        size: int,
        fir: Sequence[float] = (),
        clamp: float | None = None,
    ):
        super().__init__()
        self.clamp = clamp
        self.affine = Affine(w_dim, channels_in)
        self.conv = ModulatedConv(channels_in, channels_out, 3, fir)
        self.bias = nn.Parameter(torch.zeros(channels_out))
        self.noise_strength = nn.Parameter(torch.zeros(()))
        self.register_buffer("noise_const", torch.zeros(size, size))
        self.register_buffer("noise", None, persistent=False)

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return (n, channels_out, size, size) after the rectifier, for `x` (n, channels_in, h, h) and w."""
        noise = self.noise_const if self.noise is None else self.noise
        y = self.conv(x, self.affine(w)) + (self.bias[:, None, None] + noise * self.noise_strength)
        y = F.leaky_relu(y, LEAK).mul_(GAIN)
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)


class ToColours(nn.Module):
    """What one resolution adds to the image: a convolution by styles, without demodulation (section 4.1)."""

    def __init__(self, channels_in: int, colours: int, w_dim: int, clamp: float | None = None):
        super().__init__()
        self.clamp = clamp
        self.affine = Affine(w_dim, channels_in)
        self.conv = ModulatedConv(channels_in, colours, 1, demodulated=False)
        self.bias = nn.Parameter(torch.zeros(colours))

    def forward(self, x: Tensor, w: Tensor) -> Tensor:
        """Return the colours (n, colours, h, h) of `x` (n, channels_in, h, h), unbounded."""
        y: Tensor = self.conv(x, self.affine(w)) + self.bias[:, None, None]
        return y if self.clamp is None else y.clamp(-self.clamp, self.clamp)


def outer(fir: Sequence[float]) -> Tensor:
    """Return the filter (t, t) of both dimensions, of sum 4, which makes up for three zeros beside each cell.

    >>> outer((1, 1))
    tensor([[1., 1.],
            [1., 1.]])
    """
    taps = torch.tensor(fir) / sum(fir) * 2
    return taps[:, None] * taps


def smoothed(x: Tensor, fir: Tensor) -> Tensor:
    """Return `x` (n, c, h, w) convolved with a filter (t, t), t even, as (n, c, h - 1, w - 1): zeros lie around it."""
    taps = fir.flip(0, 1).expand(x.shape[1], 1, *fir.shape)
    return F.conv2d(x, taps, padding=len(fir) // 2 - 1, groups=x.shape[1])


def doubled(x: Tensor, fir: Tensor) -> Tensor:
    """Return `x` (n, c, h, w) with zeros put between the cells, convolved with a filter (t, t): (n, c, 2h, 2w)."""
    taps = fir.expand(x.shape[1], 1, *fir.shape)
    return F.conv_transpose2d(x, taps, stride=2, padding=len(fir) // 2 - 1, groups=x.shape[1])
