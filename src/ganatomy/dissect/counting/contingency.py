"""2 x 2 tables of units against concepts, as cumulative sums of the joint histogram, and the scores of such tables.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 3.1, equation 2; the information quality
ratio is Wijaya's (2017). Sums run over all pixels of all images: a ratio of expectations, never a mean of
ratios.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Contingency:
    """2 x 2 tables of "r^ > t" against "pixel shows c"; the fields broadcast against each other.

    >>> table = Contingency.at_every_threshold(np.array([[[4, 0], [1, 5]]]))  # one unit, two concepts, two levels
    >>> table.iou.ravel()  # the only threshold is exceeded by level 1
    array([0.        , 0.83333333])
    """

    intersection: Ints
    """Pixels above the threshold that show the concept, such as (u, k, j)."""
    active: Ints | Floats
    """Pixels above the threshold, such as (u, 1, j)."""
    shown: Ints
    """Pixels that show the concept, such as (1, k, 1)."""
    total: int | Ints
    """Pixels in all: those of all images, or of those in which the concept's category occurs."""

    @classmethod
    def at_every_threshold(cls, counts: Ints, active: Ints | None = None, total: int | None = None) -> "Contingency":
        """Return the tables of units u, concepts k and thresholds j.

        Args:
            counts: (u, k, j + 1) pixels by unit, concept and level; level l exceeds the thresholds below l.
            active: (u, 1 or k, j + 1) pixels by level, whatever they show; where each pixel shows exactly one
                of the concepts, the sum of `counts`.
            total: pixels in all, the sum of `active` by default.
        """
        by_level = counts.sum(1, keepdims=True) if active is None else active
        pixels = int(by_level[0, 0].sum()) if total is None else total
        return cls(above(counts), above(by_level), counts[:1].sum(-1, keepdims=True), pixels)

    @cached_property
    def union(self) -> Ints | Floats:
        """Pixels above the threshold or showing the concept."""
        return self.active + self.shown - self.intersection

    @property
    def iou(self) -> Floats:
        """|r^ > t and s_c| / |r^ > t or s_c|  (Dissection eq. 2), in [0, 1]; NaN where the union is empty."""
        return _ratio(self.intersection, self.union)

    @property
    def precision(self) -> Floats:
        """The part of the active pixels that show the concept, in [0, 1]; NaN where none is active."""
        return _ratio(self.intersection, np.broadcast_to(self.active, self.intersection.shape))

    @property
    def recall(self) -> Floats:
        """The part of the concept's pixels that are active, in [0, 1]; NaN where it is not shown."""
        return _ratio(self.intersection, np.broadcast_to(self.shown, self.intersection.shape))

    @property
    def matching(self) -> Floats:
        """Fraction of pixels on which threshold and concept agree, both or neither, in [0, 1]."""
        return 1 - (self.union - self.intersection) / np.maximum(self.total, 1)

    @property
    def mutual_information(self) -> Floats:
        """I(r^ > t; s_c) in nats, not negative."""
        return self._information_and_entropy[0]

    @property
    def information_quality_ratio(self) -> Floats:
        """I(r^ > t; s_c) / H(r^ > t, s_c)  (Dissection eq. 2), in [0, 1]; 0 where H is 0."""
        information, entropy = self._information_and_entropy
        clipped: Floats = np.clip(np.nan_to_num(_ratio(information, entropy)), 0.0, 1.0)
        return clipped

    @cached_property
    def _information_and_entropy(self) -> tuple[Floats, Floats]:
        both, active, shown = self.intersection, self.active, self.shown
        total = np.maximum(np.asarray(self.total, np.float64), 1.0)  # of no images every cell is 0
        cells = (
            (both, active, shown),
            (np.maximum(active - both, 0), active, total - shown),
            (shown - both, total - active, shown),
            (np.maximum(total - self.union, 0), total - active, total - shown),
        )
        information, entropy = np.zeros(self.union.shape), np.zeros(self.union.shape)
        for cell, row, column in cells:
            p, expected = cell / total, np.asarray(row, np.float64) * column
            information += _plogq(p, cell * total / np.where(cell > 0, expected, 1.0))
            entropy -= _plogq(p, p)
        return np.maximum(information, 0.0), entropy


def above(counts: Ints) -> Ints:
    """Return (..., j) the counts of all levels above each threshold, from (..., j + 1) counts by level."""
    summed: Ints = np.flip(np.flip(counts, -1).cumsum(-1), -1)[..., 1:]
    return summed


def _ratio(over: Any, under: Any) -> Floats:
    """Return over / under, NaN where under is 0."""
    ratio: Floats = np.divide(over, under, out=np.full(under.shape, np.nan), where=under > 0)
    return ratio


def _plogq(p: Floats, q: Floats) -> Floats:
    """Return p log q, 0 where p is 0."""
    logs: Floats = np.log(q, out=np.zeros_like(q), where=p > 0)
    return p * logs
