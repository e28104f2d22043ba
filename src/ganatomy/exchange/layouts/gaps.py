"""What stands between two maps of a chain and leaves no trace in a file: a rectifier, and upsampling.

A BatchNorm that was trained knows what came into it: the means and variances of its channels. What is between two maps
is what, on latents of the right distribution, gives those of the BatchNorm behind the second one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import get_args

from torch import Tensor
from torch.nn import functional as F

from ganatomy.exchange.layouts.chain import Link, side_of
from ganatomy.exchange.layouts.hints import RECTIFIERS, SLOPES, Rectifier
from ganatomy.exchange.layouts.pieces import Piece
from ganatomy.models.networks.sequential import activation
from ganatomy.models.protocol import LatentLaw as Law
from ganatomy.models.protocol import latents_of
from ganatomy.seeds import stream

NUM_LATENTS = 128
"""On which statistics are compared: single means then differ by a tenth of their standard deviation."""
FEW_LATENTS = 24
"""On which everything is tried first."""
FELT = 0.02
"""The part of a variance from which on what is added to it is felt."""
FINALISTS = 4
"""Fits that are tried on all latents."""
ALIKE = 0.03
"""Distances that differ by less are those of chance."""
FAR = 0.5
"""A distance from which on statistics are not those of what was tried."""
EPSILONS = (1e-5, 0.8, 1e-3)
"""What BatchNorm adds to a variance: torch's default, that of widely copied GAN code, and that of TensorFlow."""
NONE = Rectifier("none")
LEAST_LATENTS = 4
MOST_VALUES, MOST_WORK = 2**25, 2**33
"""Of what comes out of a map on all latents, and multiplications for it: larger maps are tried on fewer latents."""


@dataclass(frozen=True)
class Gap:
    """What is between a map, with its BatchNorm, and the next map."""

    rectifier: Rectifier
    upsampling: str | None = None
    """`nearest` or `bilinear` by 2; None for none."""

    @property
    def count(self) -> int:
        """Of how many modules it consists."""
        return (self.rectifier != NONE) + (self.upsampling is not None)

    def __str__(self) -> str:
        return f"{self.rectifier}, upsampled" if self.upsampling else str(self.rectifier)


@dataclass(frozen=True)
class Fit:
    """A gap that was tried, and how far the statistics behind it then are from those in the file."""

    gap: Gap
    eps: float
    distance: float


def is_trained(norm: Piece | None) -> bool:
    """Return whether a BatchNorm has statistics of what came into it, rather than those it starts with."""
    if norm is None:
        return False
    mean, variance = norm.tensors["running_mean"], norm.tensors["running_var"]
    return not (bool((mean == 0).all()) and bool((variance == 1).all()))


def possible_gaps(link: Link, missing: int | None, asked: Rectifier | None) -> list[Gap]:
    """Return what can stand before a map, the likeliest first.

    Args:
        link: the map.
        missing: how many numbers are left out between it and what is before it; None where they are not numbered
            together.
        asked: the rectifier, where the user says which.
    """
    rectifiers = [asked] if asked else [*_rectifiers(), NONE]
    ups = [None, "nearest", "bilinear"] if link.direction == "conv" else [None]
    gaps = [Gap(rectifier, up) for up in ups for rectifier in rectifiers]
    if missing is None:
        return gaps
    most = max(gap.count for gap in gaps)
    return [gap for gap in gaps if gap.count == min(missing, most)] or [
        Gap(NONE, up) for up in ups if missing == bool(up)
    ]


def drawn_latents(z_dim: int) -> dict[Law, Tensor]:
    """Return latents (n, z_dim) of each distribution, the same at every call."""
    rng = stream(0, "import/statistics")
    return {law: latents_of(law, (NUM_LATENTS, z_dim), rng) for law in get_args(Law)}


def fits_of(gaps: Sequence[Gap], before: Tensor, norm: Piece | None, link: Link) -> list[Fit]:
    """Return how well each gap explains the statistics behind a map, at each eps of the BatchNorm before it.

    Args:
        gaps: what may stand between.
        before: (n, c, h, w) or (n, c), what came out of the map before.
        norm: BatchNorm behind that one.
        link: the map, which has a trained BatchNorm.
    """
    few = [_fit(gap, eps, before[:FEW_LATENTS], norm, link) for eps in _felt(norm) for gap in gaps]
    least = sorted(few, key=lambda fit: fit.distance)[:FINALISTS]
    return [_fit(fit.gap, fit.eps, before, norm, link) for fit in few if fit in least]


def _felt(norm: Piece | None) -> tuple[float, ...]:
    """Return the first of `EPSILONS`, and those others that change what a BatchNorm gives."""
    if norm is None:
        return EPSILONS[:1]
    variance = float(norm.tensors["running_var"].median())
    return (EPSILONS[0], *(eps for eps in EPSILONS[1:] if eps > FELT * variance))


def _fit(gap: Gap, eps: float, before: Tensor, norm: Piece | None, link: Link) -> Fit:
    """Return how well a gap explains the statistics behind a map, at an eps of the BatchNorm before it."""
    after = run_map(link, through(gap, normalised(before, norm, eps)))
    return Fit(gap, eps, statistics_distance(after, link.norm))


def afforded(x: Tensor, link: Link) -> Tensor | None:
    """Return as many of the samples before a map as it can be tried on; None where these are too few.

    Args:
        x: (n, c) or (n, c, h, w), what comes before the map, of which upsampling may make four times as much.
        link: the map.
    """
    cells = 4 * x[0].numel() // link.inputs
    n = min(len(x), MOST_VALUES // (max(link.inputs, link.outputs) * cells))
    n = min(n, MOST_WORK // (link.piece.weight.numel() * cells))
    return x[:n] if n >= LEAST_LATENTS else None


def best(fits: Sequence[Fit]) -> Fit:
    """Return the first of the fits that none beats by more than chance."""
    least = min(fit.distance for fit in fits)
    return next(fit for fit in fits if fit.distance <= least + ALIKE)


def run_map(link: Link, x: Tensor, first: bool = False) -> Tensor:
    """Return what comes out of a map, cells as it makes them.

    Args:
        link: the map.
        x: (n, c) or (n, c, h, w).
        first: whether `x` are latents, which are one cell to a convolution.
    """
    weight, bias = link.piece.weight, link.piece.tensors.get("bias")
    if link.direction == "linear":
        return F.linear(x, weight, bias)
    if x.ndim == 2:
        side = 1 if first else link.side(x.shape[1])
        x = x.reshape(len(x), link.inputs, side, side)
    if link.direction == "conv":
        return F.conv2d(x, weight, bias, padding=link.kernel // 2)
    stride, padding, beyond = transposed_sizes(link.kernel, first)
    return F.conv_transpose2d(x, weight, bias, stride, padding, beyond)


def transposed_sizes(kernel: int, first: bool) -> tuple[int, int, int]:
    """Return stride, padding and output padding of a transposed convolution: one that doubles, or makes cells of one.

    >>> transposed_sizes(4, first=True), transposed_sizes(4, first=False), transposed_sizes(5, first=False)
    ((1, 0, 0), (2, 1, 0), (2, 2, 1))
    """
    if first or kernel == 1:
        return 1, 0, 0
    return 2, (kernel - 1) // 2, kernel % 2


def through(gap: Gap, x: Tensor) -> Tensor:
    """Return what a rectifier and upsampling make of `x`."""
    if gap.rectifier != NONE:
        x = activation(gap.rectifier.kind, gap.rectifier.slope)(x)
    return F.interpolate(x, scale_factor=2, mode=gap.upsampling) if gap.upsampling and x.ndim == 4 else x


def normalised(x: Tensor, norm: Piece | None, eps: float) -> Tensor:
    """Return `x` after BatchNorm with the statistics in the file; as it is without one."""
    if norm is None:
        return x
    given = norm.tensors
    x = _as_channels(x, norm.width)
    return F.batch_norm(x, given["running_mean"], given["running_var"], given.get("weight"), given.get("bias"), eps=eps)


def statistics_distance(x: Tensor, norm: Piece | None) -> float:
    """Return how far the means and variances of the channels of `x` are from those of a BatchNorm.

    The median over the channels of |difference of means| / standard deviation, plus that of |log of the ratio of
    variances|; infinite where it is no number.
    """
    assert norm is not None
    x = _as_channels(x, norm.width)
    places = [0, *range(2, x.ndim)]
    mean, variance = norm.tensors["running_mean"], norm.tensors["running_var"].clamp_min(1e-12)
    off = ((x.mean(places) - mean).abs() / variance.sqrt()).median()
    spread = (x.var(places).clamp_min(1e-12) / variance).log().abs().median()
    total = float(off + spread)
    return total if total == total else float("inf")


def _as_channels(x: Tensor, width: int) -> Tensor:
    """Return `x` with the channels of a BatchNorm: values of a linear map may be cells to it."""
    if x.ndim == 4 or x.shape[1] == width:
        return x
    side = side_of(x.shape[1], width)
    return x.reshape(len(x), width, side, side)


def _rectifiers() -> list[Rectifier]:
    """Return those that are tried, in the order in which they are preferred."""
    kinds = [kind for kind in RECTIFIERS if kind not in ("none", "leaky_relu")]
    return [Rectifier(kinds[0]), *(Rectifier("leaky_relu", slope) for slope in SLOPES), *map(Rectifier, kinds[1:])]
