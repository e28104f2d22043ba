"""Correlation of each unit's upsampled activation with each concept's mask over all pixels, without upsampling it.

Source: the authors' code of GAN Dissection (Bau et al., arXiv 1811.10597), option `--covariance`. Upsampling is
linear, r^ = A r B^T, so that sums over pixels are sums over cells: of r^ in a mask S, of r times A^T S B; of r^
squared, of r times A^T A r B^T B. Means and deviations are joined as in Chan, Golub and LeVeque, "Updating formulae and
a pairwise algorithm for computing sample variances", 1979.
"""

from collections.abc import Mapping

import torch
from torch import Tensor

from ganatomy.dissect.counting.contingency import Floats
from ganatomy.dissect.counting.grid import CLAMPED, Axis, Upsampling, sampling
from ganatomy.dissect.counting.masks import LabelledPixels

PARTS = ("pixels", "mean", "squares", "area", "products")


class PixelCovariance:
    """Joint moments of units and masks over pixels, in float64: any split of the samples gives them, to rounding.

    Args:
        units: u.
        concepts: k.
        grid: rows and columns of the mask grid.
        how: what upsampling reads between the cells; without zeros beyond them.
    """

    def __init__(self, units: int, concepts: int, grid: tuple[int, int], how: Upsampling = CLAMPED) -> None:
        self._grid, self._how = grid, how
        self.pixels = torch.zeros((), dtype=torch.float64)
        self.mean = torch.zeros(units, dtype=torch.float64)
        """(u,) of the upsampled activations."""
        self.squares = torch.zeros(units, dtype=torch.float64)
        """(u,) sum of the squared deviations from the mean."""
        self.area = torch.zeros(concepts, dtype=torch.float64)
        """(k,) part of the pixels that show a concept."""
        self.products = torch.zeros(units, concepts, dtype=torch.float64)
        """(u, k) sum of the deviations of both, multiplied."""

    def add(self, featuremaps: Tensor, pixels: LabelledPixels) -> None:
        """Take in a batch.

        Args:
            featuremaps: (n, u, h, w) float32.
            pixels: the labels of the same samples; those of shuffled and shifted masks are left out.
        """
        maps = featuremaps.detach().cpu().double()
        where = sampling((maps.shape[2], maps.shape[3]), self._grid, self._how)
        rows, columns = _weights(where.rows, maps.shape[2]), _weights(where.columns, maps.shape[3])
        number = torch.tensor(float(len(maps) * self._grid[0] * self._grid[1]), dtype=torch.float64)
        mean = torch.einsum("nuhw,h,w->u", maps, rows.sum(0), columns.sum(0)) / number
        maps = maps - mean[:, None, None]  # the weights of a pixel add up to 1, so that r^ moves alike
        squares = (maps * ((rows.T @ rows) @ maps @ (columns.T @ columns))).sum((0, 2, 3))
        area, products = torch.zeros_like(self.area), torch.zeros_like(self.products)
        for place, concept in enumerate(label for label in pixels.labels if label < len(area)):
            mask = (pixels.index == place).any(1).cpu().double().view(-1, *self._grid)
            area[concept] = mask.sum() / number
            products[:, concept] = torch.einsum("nuhw,nhw->u", maps, rows.T @ mask @ columns)
        self._join(number, mean, squares, area, products)

    def merge(self, other: "PixelCovariance") -> None:
        """Take in what `other`, of as many units and concepts, took in."""
        self._join(other.pixels, other.mean, other.squares, other.area, other.products)

    @property
    def correlation(self) -> Floats:
        """Pearson's correlation of each unit with each concept, (u, k) in [-1, 1]; NaN where either never changes."""
        rounding = (
            1e-20 * self.pixels * self.mean.square()
        )  # what is left of the deviations of a unit that never changes
        squares = torch.where(self.squares > rounding, self.squares, 0.0)
        spread = (squares[:, None] * self.pixels * self.area * (1 - self.area)).sqrt()
        found: Floats = torch.where(spread > 0, self.products / spread, torch.nan).clamp(-1, 1).numpy()
        return found

    def state(self) -> dict[str, Tensor]:
        """Return the moments, ready to be saved."""
        return {part: getattr(self, part) for part in PARTS}

    def restore(self, state: Mapping[str, Tensor]) -> None:
        """Go on from a `state()` of as many units and concepts."""
        for part in PARTS:
            setattr(self, part, state[part].double())

    def _join(self, number: Tensor, mean: Tensor, squares: Tensor, area: Tensor, products: Tensor) -> None:
        together = self.pixels + number
        if together > 0:
            shift, change, weight = mean - self.mean, area - self.area, self.pixels * number / together
            self.squares = self.squares + squares + shift.square() * weight
            self.products = self.products + products + torch.outer(shift, change) * weight
            self.mean, self.area = self.mean + shift * (number / together), self.area + change * (number / together)
            self.pixels = together


def _weights(side: Axis, cells: int) -> Tensor:
    """Return (pixels, cells) float64, the weight of each cell in each pixel along one side."""
    low, high, weight = (torch.from_numpy(part) for part in (side.low, side.high, side.weight))
    weights = torch.zeros(len(low), cells, dtype=torch.float64)
    pixels = torch.arange(len(low))
    weights.index_put_((pixels, low), 1 - weight.double(), accumulate=True)
    weights.index_put_((pixels, high), weight.double(), accumulate=True)
    return weights
