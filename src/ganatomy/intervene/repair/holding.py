"""Weights by which units of a layer give a constant: written into what makes them, or into what reads them.

A unit is made by the rows of a convolution, by BatchNorm after it, or by both branches of a residual block: with rows
or scale at 0 and the constant as bias it is the constant in every cell, exactly. It is read by the columns of the next
convolution: at 0 they read nothing, and what they would have read of a constant is added to the bias, which is exact
only where no zeros are padded, since at the borders fewer taps meet the constant.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils import parametrize

from ganatomy.errors import LayerError
from ganatomy.intervene.repair.chains import Call, parts_of
from ganatomy.models.networks.modulation import SelfModulation
from ganatomy.models.networks.progan import LEAK, Block
from ganatomy.models.networks.progan128 import LearnedScale
from ganatomy.models.networks.resnet import GrowingBlock

Normalisation = nn.BatchNorm1d | nn.BatchNorm2d | nn.GroupNorm | nn.InstanceNorm2d
PASSING = (nn.Identity, nn.Dropout, nn.Dropout2d, nn.Upsample)
"""What leaves a constant as it is, in evaluation mode."""
ELEMENTWISE = (nn.ReLU, nn.LeakyReLU, nn.Tanh, nn.Sigmoid, nn.ELU, nn.GELU, nn.SiLU, nn.Softplus, nn.Hardtanh)


@dataclass(frozen=True)
class Held:
    """Units that are to be constant, each in all its cells."""

    units: Tensor
    """(m,) int64."""
    values: Tensor
    """(m,) float32."""


class Inexact(LayerError):
    """No weights of these parts make the units exactly constant."""


def hold(parts: Sequence[nn.Module], held: Held) -> None:
    """Make units constant that the first of `parts` gives, by their weights, in place.

    Args:
        parts: a layer and those that run before it, the last one first.
        held: which units, and at which constants.

    Raises:
        Inexact: the parts have no weights that could.
    """
    left = list(parts)
    while left:
        part = left.pop(0)
        inner = parts_of(part)
        if inner:
            left[:0] = [one for _, one in reversed(inner)]
            continue
        before = _held_by(part, held)
        if before is None:
            return
        held = before
    raise Inexact("nothing before it makes its units by weights")


def absorb(calls: Sequence[Call], held: Held) -> None:
    """Make all parts that read units of a layer take them for constants, whatever they are, in place.

    Args:
        calls: what the layer gave, and what ran after it.
        held: which of the layer's units, and at which constants.

    Raises:
        Inexact: the parts that read them have no weights that could, or no part reads them.
    """
    known = {id(calls[0].output): held}
    readers = 0
    for part, given, output in calls[1:]:
        read = known.get(id(given))
        if read is None:
            continue
        if isinstance(part, ELEMENTWISE):
            known[id(output)] = replace(read, values=part(read.values.clone()))
        elif isinstance(part, PASSING):
            known[id(output)] = read
        else:
            _absorbed_by(part, read)
            readers += 1
    if not readers:
        raise Inexact("no part of the network reads its units by weights")


def _held_by(part: nn.Module, held: Held) -> Held | None:
    """Hold units by one part; return what the part before it has to hold for that, None where nothing has to."""
    if parametrize.is_parametrized(part):
        raise Inexact(f"the weights of its {type(part).__name__} are made of others")
    if isinstance(part, PASSING):
        return held
    for kind, way in _WAYS.items():
        if isinstance(part, kind):
            return way(part, held)
    raise Inexact(f"a {type(part).__name__} has no weights that hold a unit")


def _by_rectifier(part: nn.Module, held: Held) -> Held:
    slope = part.negative_slope if isinstance(part, nn.LeakyReLU) else 0.0
    if (held.values < 0).any() and slope <= 0:
        raise Inexact(f"its rectifier gives nothing below 0, and {float(held.values.min()):g} is asked for")
    return replace(held, values=torch.where(held.values < 0, held.values / (slope or 1.0), held.values))


def _by_shape(part: nn.Unflatten, held: Held) -> Held:
    size = [int(side) for side in part.unflattened_size]
    if part.dim != 1:
        raise Inexact(f"its Unflatten is of dimension {part.dim}, not of the units'")
    cells = torch.Size(size[1:]).numel()
    rows = (held.units[:, None] * cells + torch.arange(cells, device=held.units.device)).flatten()
    return Held(rows, held.values.repeat_interleave(cells))


def _by_modulation(part: SelfModulation, held: Held) -> Held:
    """Leave the units as they come: x (1 + 0) + 0."""
    channels = part.out_features // 2
    _fill(part.weight, 0, torch.cat([held.units, held.units + channels]))
    _fill(part.bias, 0, torch.cat([held.units, held.units + channels]))
    return held


def _by_scale(part: Normalisation, held: Held) -> None:
    if part.weight is None or part.bias is None:
        raise Inexact(f"its {type(part).__name__} has no scale and shift")
    _fill(part.weight, 0, held.units)
    _fill(part.bias, 0, held.units, held.values)


def _by_rows(part: nn.Conv2d | nn.ConvTranspose2d | nn.Linear, held: Held) -> None:
    is_transposed = isinstance(part, nn.ConvTranspose2d)
    if is_transposed and part.groups > 1:  # type: ignore[operator]
        raise Inexact("its transposed convolution is one of groups")
    if part.bias is None and held.values.any():
        raise Inexact(f"its {type(part).__name__} has no bias for another constant than 0")
    _fill(part.weight, 1 if is_transposed else 0, held.units)
    if part.bias is not None:
        _fill(part.bias, 0, held.units, held.values)


def _by_block(part: Block, held: Held) -> None:
    slope = torch.where(held.values < 0, held.values / LEAK, held.values)
    _fill(part.conv.weight, 0, held.units)
    _fill(part.wscale.b, 0, held.units, slope)


def _by_learned_scale(part: LearnedScale, held: Held) -> Held:
    """Leave the constants to the bias; what is scaled has to be 0."""
    _fill(part.b, 0, held.units, held.values)
    return replace(held, values=torch.zeros_like(held.values))


def _by_branches(part: GrowingBlock, held: Held) -> None:
    hold([part.residual], held)
    hold([part.shortcut], replace(held, values=torch.zeros_like(held.values)))


_WAYS: dict[type | tuple[type, ...], Callable[..., Held | None]] = {
    (nn.ReLU, nn.LeakyReLU): _by_rectifier,
    nn.Unflatten: _by_shape,
    SelfModulation: _by_modulation,
    (nn.BatchNorm1d, nn.BatchNorm2d, nn.GroupNorm, nn.InstanceNorm2d): _by_scale,
    (nn.Conv2d, nn.ConvTranspose2d, nn.Linear): _by_rows,
    Block: _by_block,
    LearnedScale: _by_learned_scale,
    GrowingBlock: _by_branches,
}
"""How each kind of part holds units; modulation comes before the linear maps that it is one of."""


def _absorbed_by(part: nn.Module, held: Held) -> None:
    """Make one part read units as constants."""
    if parametrize.is_parametrized(part):
        raise Inexact(f"the weights of the {type(part).__name__} after it are made of others")
    if isinstance(part, nn.BatchNorm2d) and part.affine and part.track_running_stats:
        _by_scale(part, replace(held, values=_normalised(part, held)))
        return
    if isinstance(part, nn.Conv2d | nn.ConvTranspose2d) and part.groups > 1:
        raise Inexact("the convolution after it is one of groups")
    if isinstance(part, SelfModulation) or not isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.Linear):
        raise Inexact(f"a {type(part).__name__} reads it")
    if held.values.any():
        _add_constants(part, held)
    _fill(part.weight, 0 if isinstance(part, nn.ConvTranspose2d) else 1, held.units)


def _normalised(part: nn.BatchNorm2d, held: Held) -> Tensor:
    """Return what BatchNorm makes of the constants."""
    mean, var = part.running_mean, part.running_var
    assert mean is not None  # it tracks them
    assert var is not None
    row = torch.zeros(1, part.num_features, device=mean.device).index_copy(1, held.units, held.values[None])
    return F.batch_norm(row, mean, var, part.weight, part.bias, eps=part.eps)[0, held.units].detach()


def _add_constants(part: nn.Conv2d | nn.ConvTranspose2d | nn.Linear, held: Held) -> None:
    """Add to the bias what the weights make of the constants."""
    name = type(part).__name__
    if isinstance(part, nn.Linear):
        taps = part.weight[:, held.units]
    elif type(part) is not nn.Conv2d or (part.padding_mode == "zeros" and part.padding not in ((0, 0), "valid")):
        raise Inexact(f"at the borders fewer taps of the {name} after it meet a constant other than 0")
    else:
        taps = part.weight[:, held.units].sum((2, 3))
    if part.bias is None:
        raise Inexact(f"the {name} after it has no bias for a constant other than 0")
    with torch.no_grad():
        part.bias += taps @ held.values


def _fill(weight: Tensor, dim: int, places: Tensor, values: Tensor | float = 0.0) -> None:
    """Set places along one dimension of a weight, in place."""
    with torch.no_grad():
        if isinstance(values, Tensor):
            weight.index_copy_(dim, places, values.to(weight))
        else:
            weight.index_fill_(dim, places, values)
