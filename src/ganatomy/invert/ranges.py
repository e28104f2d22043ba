"""What is usual for the units of a layer: their deviation and the bounds that all but one in a hundred cells keep."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.directions import split_at
from ganatomy.errors import LayerError
from ganatomy.invert.law import drawn
from ganatomy.seeds import stream

SAMPLES = 200
CELLS_KEPT = 20_000
"""Cells of a unit from which its bounds are found, at most about as many: a few of each sample where it has more."""
QUANTILES = (0.005, 0.995)


@dataclass(frozen=True, eq=False)
class Ranges:
    """Of each unit of a layer, (u,) float32."""

    deviation: Tensor
    """The standard deviation over cells and samples."""
    low: Tensor
    """The 0.5 % quantile."""
    high: Tensor
    """The 99.5 % quantile."""
    least: Tensor
    """The lowest value of any cell: 0 after a rectifier."""
    most: Tensor
    """The highest."""

    def outside(self, featuremaps: Tensor) -> Tensor:
        """Return the part (n,) of the cells of featuremaps (n, u, ...) that lies beyond the bounds of its unit."""
        low, high = (self.beside(featuremaps, bound) for bound in (self.low, self.high))
        return ((featuremaps < low) | (featuremaps > high)).flatten(1).double().mean(1)

    def room(self, featuremaps: Tensor, distance: float) -> tuple[Tensor, Tensor]:
        """Return how far every cell of featuremaps (n, u, ...) may be moved down and up, in deviations of its unit.

        That is by the distance, but not beyond the lowest and the highest value that the unit has in samples.
        """
        deviation, least, most = (self.beside(featuremaps, bound) for bound in (self.deviation, self.least, self.most))
        scale = deviation.clamp_min(torch.finfo(deviation.dtype).tiny)
        return ((least - featuremaps) / scale).clamp(-distance, 0), ((most - featuremaps) / scale).clamp(0, distance)

    @staticmethod
    def beside(featuremaps: Tensor, of_units: Tensor) -> Tensor:
        """Return numbers of units (u,) in a shape that broadcasts to featuremaps (n, u, ...)."""
        return of_units.view(1, -1, *[1] * (featuremaps.ndim - 2))


@torch.no_grad()
def measure_ranges(generator: nn.Module, layer: str, seed: int = 0, batch_size: int = 32) -> Ranges:
    """Return what is usual for the units of a layer, over samples of the generator.

    Args:
        generator: in evaluation mode.
        layer: dotted module name, or the name of directions.
        seed: of the samples, and of the cells that are looked at.
        batch_size: samples at a time.

    Raises:
        LayerNotFound: no such layer.
        LayerError: it gives no featuremaps (n, u, h, w) or (n, u).
    """
    lower, ends = split_at(generator, layer)[0], list[tuple[Tensor, Tensor]]()
    z = drawn(generator, seed, "ranges", SAMPLES, next(generator.parameters()).device)
    rng, parts = stream(seed, "invert/cells"), []
    for batch in torch.split(z, batch_size):
        featuremaps = lower(batch)
        _require_units(layer, featuremaps)
        cells = featuremaps.flatten(2) if featuremaps.ndim == 4 else featuremaps[..., None]
        ends.append((cells.amin((0, 2)), cells.amax((0, 2))))
        chosen = torch.randperm(cells.shape[2], generator=rng)[: -(-CELLS_KEPT // SAMPLES)]
        parts.append(cells[:, :, chosen.to(cells.device)].transpose(0, 1).flatten(1))
    values = torch.cat(parts, 1).double()
    low, high = torch.quantile(values, values.new_tensor(QUANTILES), dim=1)
    least, most = (torch.stack(end) for end in zip(*ends, strict=True))
    return Ranges(values.std(1).float(), low.float(), high.float(), least.amin(0), most.amax(0))


def _require_units(layer: str, output: Tensor) -> None:
    if output.ndim not in (2, 4) or not output.is_floating_point():
        raise LayerError(
            f"layer '{layer}' returns shape {tuple(output.shape)} of {output.dtype}; choose one that returns "
            "featuremaps (n, u, h, w) or (n, u) of floating point numbers"
        )
