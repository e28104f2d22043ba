"""Agreement of units with concepts at every threshold, as cumulative sums of the joint histogram.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1, equation 2; the information quality
ratio is Wijaya's (2017). Sums run over all pixels of all images: a ratio of expectations, never a mean of
ratios.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Agreement:
    """The 2 x 2 tables "r^ > t_j" against "pixel shows c", for units u, concepts k and thresholds j.

    >>> table = np.array([[[4, 0], [1, 5]]])  # one unit; concepts x levels; level 1 is above threshold 0
    >>> Agreement(table).iou.ravel()
    array([0.        , 0.83333333])
    """

    counts: Ints
    """(u, k, thresholds + 1) int64: pixels by unit, concept and level."""

    @cached_property
    def intersection(self) -> Ints:
        """(u, k, j) pixels above the threshold that show the concept: those of all levels above j."""
        above: Ints = np.flip(np.flip(self.counts, -1).cumsum(-1), -1)[..., 1:]
        return above

    @cached_property
    def active(self) -> Ints:
        """(u, 1, j) pixels above the threshold."""
        active: Ints = self.intersection.sum(1, keepdims=True)
        return active

    @cached_property
    def shown(self) -> Ints:
        """(u, k, 1) pixels that show the concept, the same for every unit."""
        shown: Ints = self.counts.sum(-1, keepdims=True)
        return shown

    @cached_property
    def total(self) -> int:
        """Pixels in all."""
        return int(self.counts[0].sum())

    @cached_property
    def union(self) -> Ints:
        """(u, k, j) pixels above the threshold or showing the concept."""
        return self.active + self.shown - self.intersection

    @property
    def iou(self) -> Floats:
        """(u, k, j) |r^ > t and s_c| / |r^ > t or s_c|  (Dissection eq. 2), in [0, 1]; NaN where the union is empty."""
        return _ratio(self.intersection, self.union)

    @property
    def matching(self) -> Floats:
        """(u, k, j) fraction of pixels on which threshold and concept agree, both or neither."""
        return 1 - (self.union - self.intersection) / self.total

    @property
    def information_quality_ratio(self) -> Floats:
        """(u, k, j) I(r^ > t; s_c) / H(r^ > t, s_c)  (Dissection eq. 2), in [0, 1]; 0 where H is 0."""
        both, active, shown, total = self.intersection, self.active, self.shown, self.total
        cells = (
            (both, active, shown),
            (active - both, active, total - shown),
            (shown - both, total - active, shown),
            (total - self.union, total - active, total - shown),
        )
        information, entropy = np.zeros(both.shape), np.zeros(both.shape)
        for cell, row, column in cells:
            p, expected = cell / total, row.astype(np.float64) * column
            information += _plogq(p, cell * float(total) / np.where(cell > 0, expected, 1.0))
            entropy -= _plogq(p, p)
        clipped: Floats = np.clip(np.nan_to_num(_ratio(information, entropy)), 0.0, 1.0)
        return clipped


def _ratio(above: Ints | Floats, below: Ints | Floats) -> Floats:
    """Return above / below, NaN where below is 0."""
    ratio: Floats = np.divide(above, below, out=np.full(below.shape, np.nan), where=below > 0)
    return ratio


def _plogq(p: Floats, q: Floats) -> Floats:
    """Return p log q, 0 where p is 0."""
    logs: Floats = np.log(q, out=np.zeros_like(q), where=p > 0)
    return p * logs
