"""Units of other layers that are active where those of a layer are: correlations over cells."""

import math
from collections.abc import Generator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.errors import LayerError
from ganatomy.hooks import record
from ganatomy.web.layer import PaintedLayer

AT_ONCE = 8
"""Samples of one step."""


@dataclass(frozen=True)
class PartnerRow:
    """A unit of another layer."""

    layer: str
    unit: int
    correlation: float
    """Of both activations over the cells of the coarser layer, in [-1, 1]."""


@dataclass(frozen=True, eq=False)
class Partners:
    """How the units of other layers go along with those of a layer."""

    correlations: dict[str, Tensor]
    """By layer, (u, units of that layer) float32."""

    def of(self, unit: int, count: int) -> tuple[PartnerRow, ...]:
        """Return the units that go along most with one, the most first; no more than `count`, and none that does not.

        Args:
            unit: its number.
            count: how many at most.
        """
        found = [
            PartnerRow(layer, other, value)
            for layer, matrix in self.correlations.items()
            for other, value in enumerate(matrix[unit].tolist())
            if value > 0
        ]
        return tuple(sorted(found, key=lambda row: -row.correlation)[:count])


class _Products:
    """Sums of which correlations are made, over cells of two layers."""

    def __init__(self) -> None:
        self.count = 0
        self.sums: tuple[Tensor, ...] = ()

    def add(self, here: Tensor, there: Tensor) -> None:
        """Take the activations (cells, u) and (cells, v) in."""
        x, y = here.double(), there.double()
        new = (x.sum(0), y.sum(0), x.square().sum(0), y.square().sum(0), x.T @ y)
        self.sums = tuple(old + more for old, more in zip(self.sums, new, strict=True)) if self.sums else new
        self.count += len(x)

    def correlations(self) -> Tensor:
        """Return the correlation (u, v) of each pair, 0 where a unit is always the same."""
        x, y, xx, yy, xy = (total / self.count for total in self.sums)
        spread = ((xx - x.square()).clamp_min(0)[:, None] * (yy - y.square()).clamp_min(0)).sqrt()
        covariance = xy - x[:, None] * y
        return torch.where(spread > 1e-12, covariance / spread, 0.0).clamp(-1, 1).float()


def partners_of(painted: PaintedLayer, layers: Sequence[str]) -> Generator[None, None, Partners]:
    """Return how units of other layers go along with those of a layer, found in short steps.

    Args:
        painted: the layer.
        layers: the others; those that give no featuremaps are left out.
    """
    products = {layer: _Products() for layer in layers}
    for samples in torch.split(torch.arange(len(painted.observed)), AT_ONCE):
        here = painted.observed.featuremaps[samples.to(painted.observed.z.device)]
        for layer, there in _recorded(painted, list(products), samples).items():
            if there.ndim == 4:
                products[layer].add(*_cells(here, there))
        yield
    return Partners({layer: sums.correlations() for layer, sums in products.items() if sums.count})


@torch.no_grad()
def _recorded(painted: PaintedLayer, layers: list[str], samples: Tensor) -> dict[str, Tensor]:
    """Return what other layers give for some of the samples; none where one of them cannot be recorded."""
    if not layers:
        return {}
    try:
        with record(painted.generator, layers) as recorded:
            painted.generator(painted.observed.z[samples.to(painted.observed.z.device)])
        return {layer: recorded[layer] for layer in layers}
    except LayerError:
        return {}


def _cells(here: Tensor, there: Tensor) -> tuple[Tensor, Tensor]:
    """Return both featuremaps at the cells of the coarser one, (cells, u) and (cells, v)."""
    height, width = min(here.shape[2:], there.shape[2:], key=math.prod)
    pooled = (F.adaptive_avg_pool2d(maps, (height, width)) for maps in (here, there))
    one, other = (maps.movedim(1, 3).flatten(0, 2) for maps in pooled)
    return one, other
