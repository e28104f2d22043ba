"""One pass over the images: everything that a layer's scores are made of, as exact counts."""

from torch import Tensor

from ganatomy.dissect.levels import UNIT_BLOCK, levels_of
from ganatomy.errors import DataError, LayerError
from ganatomy.stats.joint import JointHistogram
from ganatomy.stats.positions import PositionCounts
from ganatomy.stats.top import TopSamples


class Tally:
    """The counts of one layer: joint histogram, top samples, and presence per position.

    Every part is mergeable, so is the whole: any split of the samples gives the same counts.

    Args:
        edges: (u, 100) float32 thresholds of each unit, ascending.
        concepts: number of concepts.
        grid: rows and columns of the mask grid.
        chosen: (u,) int64 index of the threshold at which a unit's presence per position is counted.
        top: samples kept per unit.
    """

    def __init__(self, edges: Tensor, concepts: int, grid: tuple[int, int], chosen: Tensor, top: int = 6) -> None:
        units, device = len(edges), edges.device
        self.edges, self.grid, self.chosen = edges, grid, chosen
        self.joint = JointHistogram(units, concepts, edges.shape[1] + 1, device)
        self.top = TopSamples(units, top, device)
        self.active = PositionCounts(units, grid[0] * grid[1], device)
        self.shown = PositionCounts(concepts, grid[0] * grid[1], device)
        self.num_images = 0

    def add(self, featuremaps: Tensor, masks: Tensor, samples: Tensor) -> None:
        """Count a batch.

        Args:
            featuremaps: (n, u, h, w) float32, the layer's output.
            masks: (n, *grid) int64, the concept of each pixel.
            samples: (n,) int64, the number of each sample.

        Raises:
            DataError: a mask is not on the grid, or names a concept that there is not.
        """
        concepts = self.joint.counts.shape[1]
        if tuple(masks.shape[1:]) != self.grid:
            raise DataError(f"masks are {tuple(masks.shape[1:])} pixels; the grid of this tally is {self.grid}")
        if masks.min() < 0 or masks.max() >= concepts:
            raise DataError(
                f"masks hold values {int(masks.min())} to {int(masks.max())}; "
                f"with {concepts} concepts they must lie in 0 to {concepts - 1}"
            )
        pixels = masks.flatten(1)
        for first in range(0, len(self.edges), UNIT_BLOCK):
            units = slice(first, first + UNIT_BLOCK)
            levels = levels_of(featuremaps[:, units], self.grid, self.edges[units])
            self.joint.add(levels.flatten(1), pixels.flatten(), first)
            self.active.add(levels > self.chosen[units, None, None], first)
        for concept in range(concepts):
            self.shown.add((pixels == concept)[None], concept)
        self.top.add(featuremaps.amax((2, 3)), samples)
        self.num_images += len(samples)

    def merge(self, other: "Tally") -> None:
        """Add what `other` counted, with the same thresholds, on other samples."""
        self.joint.merge(other.joint)
        self.top.merge(other.top)
        self.active.merge(other.active)
        self.shown.merge(other.shown)
        self.num_images += other.num_images


def check_featuremaps(layer: str, output: Tensor) -> None:
    """Raise LayerError unless the layer's output is a batch of featuremaps.

    Raises:
        LayerError: the output is not (n, u, h, w).
    """
    if output.ndim != 4:
        raise LayerError(
            f"layer '{layer}' returns shape {tuple(output.shape)}; dissection needs featuremaps (n, u, h, w): "
            "choose a layer that keeps height and width"
        )
