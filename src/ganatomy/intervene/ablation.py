"""Ablation: units held at a value, on the whole map or in a region.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equation 3.
"""

import operator
from collections.abc import Sequence

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import Edit
from ganatomy.intervene.regions import cells_of, require_region

Amount = float | Sequence[float] | Tensor
"""One number for all units, or one for each of them, in their order."""


def ablate(
    layer: str,
    units: Sequence[int],
    value: Amount = 0.0,
    region: Tensor | None = None,
    strength: Amount = 1.0,
) -> dict[str, Edit]:
    """Return the edit r' = (1 - a) r + a value, a = strength on the units in the region, else 0  (Dissection eq. 3).

    With a leaky rectifier 0 is not "off": negative activations rise to it. Gradients reach a value and a strength
    that are tensors.

    >>> from ganatomy.hooks import edit
    >>> net = torch.nn.Sequential(torch.nn.Identity())
    >>> with edit(net, ablate("0", [1])):
    ...     net(torch.ones(1, 2, 1, 1)).flatten()
    tensor([1., 0.])

    Args:
        layer: dotted module name; its output is (n, u, h, w), or (n, u) where there is no region. Tokens
            (n, t, u) are edited by `ganatomy.hooks.on_tokens(ablate(...), cells)`.
        units: which units, each once.
        value: what they are set to; finite.
        region: (H, W) bool or float in [0, 1], in image coordinates; a cell takes the highest value in it.
            None takes the whole map.
        strength: how far the units are moved to the value, in [0, 1].

    Raises:
        ConfigError: no units, one given twice or negative; a value, region or strength out of range, or not one for
            each unit; and, once the layer runs, a unit that it does not have.
        LayerError: once the layer runs, its output has no units to ablate, or no cells for a region.
    """
    chosen = _numbers(units)
    values, strengths = _amounts("value", value, len(chosen)), _amounts("strength", strength, len(chosen))
    if not values.float().isfinite().all():
        raise ConfigError(f"value is {_shown(value)}; give finite numbers")
    if not ((strengths >= 0) & (strengths <= 1)).all():
        raise ConfigError(f"strength is {_shown(strength)}; give 0 to 1")
    if region is not None:
        require_region(region)

    def hold(featuremaps: Tensor) -> Tensor:
        _require_units(layer, chosen, featuremaps, region)
        index = torch.tensor(chosen, device=featuremaps.device)
        none = featuremaps.new_zeros(1, *featuremaps.shape[1:2], *(1,) * (featuremaps.ndim - 2))

        def at_units(amounts: Tensor) -> Tensor:
            placed = amounts.to(featuremaps).expand(len(chosen)).view(1, -1, *none.shape[2:])
            return none.index_copy(1, index, placed)

        alpha = at_units(strengths) if region is None else at_units(strengths) * cells_of(region, featuremaps)
        return torch.lerp(featuremaps, at_units(values), alpha)

    return {layer: hold}


def _numbers(units: Sequence[int]) -> list[int]:
    try:
        chosen = [operator.index(unit) for unit in units]
    except TypeError:
        chosen = []
    if not chosen or len(set(chosen)) != len(chosen) or min(chosen) < 0:
        raise ConfigError(f"units are {list(units)}; give one or more unit numbers, from 0, each once")
    return chosen


def _amounts(name: str, amount: Amount, count: int) -> Tensor:
    """Return numbers () or (count,)."""
    try:
        amounts = amount if isinstance(amount, Tensor) else torch.as_tensor(amount, dtype=torch.float64)
    except (TypeError, ValueError, RuntimeError):
        raise ConfigError(f"{name} is {amount!r}; give a number, or one for each unit") from None
    if amounts.shape not in ((), (count,)):
        raise ConfigError(
            f"{name} has shape {tuple(amounts.shape)} for {count} units; give a number, or one for each unit"
        )
    return amounts


def _shown(amount: Amount) -> object:
    return amount.tolist() if isinstance(amount, Tensor) else amount


def _require_units(layer: str, units: Sequence[int], output: Tensor, region: Tensor | None) -> None:
    """Raise unless the layer's output has the units, and cells for the region."""
    shape = tuple(output.shape)
    if output.ndim == 3:
        raise LayerError(
            f"layer '{layer}' returns shape {shape}, but units are the second dimension of (n, u, h, w) or (n, u); for "
            "tokens (n, t, u) give ganatomy.hooks.on_tokens(ablate(...), cells=(rows, columns))"
        )
    if output.ndim not in (2, 4) or not output.is_floating_point():
        raise LayerError(
            f"layer '{layer}' returns shape {shape} of {output.dtype}; choose one that returns featuremaps "
            "(n, u, h, w) or (n, u) of floating point numbers"
        )
    if max(units) >= shape[1]:
        raise ConfigError(f"layer '{layer}' has no unit {max(units)}; its units are 0 to {shape[1] - 1}")
    if region is not None and output.ndim == 2:
        raise LayerError(
            f"layer '{layer}' returns shape {shape}, which has no cells; leave out the region, or choose a layer that "
            "keeps height and width"
        )
