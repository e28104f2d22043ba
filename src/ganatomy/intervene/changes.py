"""Changes of units at the cells of a layer, and how several compose.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.2, equation 3: r' = (1 - a) r + a v; several compose as
in the released server, the later one laid over the earlier.
"""

import operator
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, LayerError
from ganatomy.hooks import Edit
from ganatomy.intervene.regions import Pooling, cells_of, require_region

Amount = float | Sequence[float] | Tensor
"""One number for all units; one for each of them, in their order, (u,); or those of each sample, (n, u)."""


@dataclass(frozen=True, eq=False)
class Blend:
    """A layer's featuremaps changed: r' = (1 - a) r + a v  (Dissection eq. 3).

    >>> half = Blend(torch.tensor(0.5), torch.tensor(0.5) * 4)
    >>> half.then(half)(torch.tensor(0.0))
    tensor(3.)
    """

    strength: Tensor
    """a in [0, 1], which broadcasts to the featuremaps."""
    added: Tensor
    """a v, likewise."""

    def __call__(self, featuremaps: Tensor) -> Tensor:
        """Return the changed featuremaps; where a is 0 they are what they were, where it is 1 they are v."""
        return torch.addcmul(self.added, featuremaps, 1 - self.strength)

    def then(self, later: "Blend") -> "Blend":
        """Return the change that makes this one and then the later one; the order of pairing makes no difference."""
        left = 1 - later.strength
        return Blend(1 - (1 - self.strength) * left, self.added * left + later.added)


@dataclass(frozen=True, eq=False)
class Change:
    """Units of a layer moved to a value, on the whole map or in a region; an ablation or an insertion.

    Raises:
        ConfigError: no units, one given twice or negative; a value, region or strength out of range, or not one for
            each unit.
    """

    layer: str
    """Dotted module name; its output is (n, u, h, w), or (n, u) where there is no region."""
    units: tuple[int, ...]
    """Which units, each once."""
    value: Amount = 0.0
    """What they are set to; finite."""
    strength: Amount = 1.0
    """How far they are moved to the value, in [0, 1]."""
    region: Tensor | None = None
    """(H, W), or (n, H, W) where each sample has its own, in [0, 1], in image coordinates or cells; None takes all."""
    pooling: Pooling = "max"
    """How the pixels of the region that lie in one cell become one number."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "units", _numbers(self.units))
        values, strengths = self._amounts("value"), self._amounts("strength")
        if not values.float().isfinite().all():
            raise ConfigError(f"value is {_shown(self.value)}; give finite numbers")
        if not ((strengths >= 0) & (strengths <= 1)).all():
            raise ConfigError(f"strength is {_shown(self.strength)}; give 0 to 1")
        if self.region is not None:
            require_region(self.region)

    def blend(self, featuremaps: Tensor) -> Blend:
        """Return this change for a layer's featuremaps (n, u, h, w) or (n, u).

        Raises:
            ConfigError: the layer has no such unit, or there are amounts for another number of samples.
            LayerError: the output has no units to change, or no cells for a region.
        """
        _require_units(self, featuremaps)
        index = torch.tensor(self.units, device=featuremaps.device)
        beyond = (1,) * (featuremaps.ndim - 2)

        def at_units(amounts: Tensor) -> Tensor:
            rows = amounts.to(featuremaps).expand(*(amounts.shape[:-1] or (1,)), len(self.units))
            none = featuremaps.new_zeros(len(rows), featuremaps.shape[1])
            return none.index_copy(1, index, rows).view(*none.shape, *beyond)

        strength, value = at_units(self._amounts("strength")), at_units(self._amounts("value"))
        if self.region is not None:
            strength = strength * cells_of(self.region, featuremaps, self.pooling).unsqueeze(-3)
        return Blend(strength, strength * value)

    def take(self, samples: Tensor) -> "Change":
        """Return this change for some of the samples, by their places (m,); what holds for all of them stays."""
        taken = copy(self)  # which is not checked again: some of the samples may have nothing in their region
        for name, ndim in (("value", 2), ("strength", 2), ("region", 3)):
            amounts = getattr(self, name)
            if isinstance(amounts, Tensor) and amounts.ndim == ndim:
                object.__setattr__(taken, name, amounts[samples])
        return taken

    def _amounts(self, name: str) -> Tensor:
        """Return numbers (), (units,) or (n, units)."""
        amount, count = getattr(self, name), len(self.units)
        try:
            amounts = amount if isinstance(amount, Tensor) else torch.as_tensor(amount, dtype=torch.float64)
        except (TypeError, ValueError, RuntimeError):
            raise ConfigError(f"{name} is {amount!r}; give a number, or one for each unit") from None
        if amounts.ndim > 2 or amounts.shape[-1:] not in ((), (count,)):
            raise ConfigError(
                f"{name} has shape {tuple(amounts.shape)} for {count} units; give a number, one for each unit, (u,), "
                "or one for each unit in each sample, (n, u)"
            )
        return amounts


def edits_of(changes: Iterable[Change]) -> dict[str, Edit]:
    """Return the edits, by layer, that make the changes one after another.

    >>> from ganatomy.hooks import edit
    >>> net = torch.nn.Sequential(torch.nn.Identity())
    >>> with edit(net, edits_of([Change("0", (1,)), Change("0", (0, 1), value=2.0, strength=0.5)])):
    ...     net(torch.ones(1, 2, 1, 1)).flatten()
    tensor([1.5000, 1.0000])

    Args:
        changes: the later ones are laid over the earlier.

    Raises:
        ConfigError: once a layer runs, it has no such unit.
        LayerError: once a layer runs, its output has no units to change, or no cells for a region.
    """
    by_layer: dict[str, list[Change]] = {}
    for change in changes:
        by_layer.setdefault(change.layer, []).append(change)
    return {layer: _edit(tuple(those)) for layer, those in by_layer.items()}


def _edit(changes: tuple[Change, ...]) -> Edit:
    def changed(featuremaps: Tensor) -> Tensor:
        return reduce(Blend.then, (change.blend(featuremaps) for change in changes))(featuremaps)

    return changed


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
        value: what they are set to; finite. Another value than that of "off" makes it an insertion.
        region: (H, W) or, for each sample, (n, H, W), bool or float in [0, 1], in image coordinates; a cell takes the
            highest value in it. None takes the whole map.
        strength: how far the units are moved to the value, in [0, 1].

    Raises:
        ConfigError: no units, one given twice or negative; a value, region or strength out of range, or not one for
            each unit; and, once the layer runs, a unit that it does not have.
        LayerError: once the layer runs, its output has no units to ablate, or no cells for a region.
    """
    return edits_of([Change(layer, tuple(units), value, strength, region)])


def _numbers(units: Sequence[int]) -> tuple[int, ...]:
    try:
        chosen = tuple(operator.index(unit) for unit in units)
    except TypeError:
        chosen = ()
    if not chosen or len(set(chosen)) != len(chosen) or min(chosen) < 0:
        raise ConfigError(f"units are {list(units)}; give one or more unit numbers, from 0, each once")
    return chosen


def _shown(amount: Amount) -> object:
    return amount.tolist() if isinstance(amount, Tensor) else amount


def _require_units(change: Change, output: Tensor) -> None:
    """Raise unless the layer's output has the units, cells for the region, and as many samples as there are amounts."""
    layer, shape = change.layer, tuple(output.shape)
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
    if max(change.units) >= shape[1]:
        raise ConfigError(f"layer '{layer}' has no unit {max(change.units)}; its units are 0 to {shape[1] - 1}")
    if change.region is not None and output.ndim == 2:
        raise LayerError(
            f"layer '{layer}' returns shape {shape}, which has no cells; leave out the region, or choose a layer that "
            "keeps height and width"
        )
    own = {name: getattr(change, name) for name in ("value", "strength", "region")}
    for name, ndim in (("value", 2), ("strength", 2), ("region", 3)):
        if isinstance(own[name], Tensor) and own[name].ndim == ndim and len(own[name]) not in (1, shape[0]):
            raise ConfigError(
                f"{name} is given for {len(own[name])} samples, but layer '{layer}' ran on {shape[0]}; give one for "
                "each, or one for all"
            )
