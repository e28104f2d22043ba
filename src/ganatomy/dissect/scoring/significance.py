"""How far chance alone explains an IoU: standard errors from leaving out one block of samples after another."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganatomy.dissect.counting.contingency import Floats, Ints
from ganatomy.dissect.counting.counts import AtThreshold
from ganatomy.dissect.counting.masks import ALIGNED, SHIFTED, SHUFFLED
from ganatomy.stats.tests import jackknife_error, t_tail


@dataclass(frozen=True)
class Nulls:
    """IoU beside its nulls, for every unit and concept; NaN where there is no IoU."""

    iou: Floats
    """(u, k) as segmented."""
    shuffled: Floats
    """(u, k) with the masks of other samples: what place and area explain."""
    shifted: Floats
    """(u, k) with the sample's masks shifted around: what area and texture explain."""
    z_shuffled: Floats
    z_shifted: Floats
    """(u, k) IoU minus null, over the standard error of that difference. A unit that is active in all of an image or in
    none of it, such as one of a single cell, meets shifted masks as well as the own ones: other samples alone tell."""
    p: Floats
    """(u, k) the larger of both one-sided p-values, by Student's t; 1 where nothing can be told."""


def against_nulls(blocks: AtThreshold, groups: Ints | None = None) -> Nulls:
    """Return every IoU beside both nulls, with standard errors from leaving out one block of samples after another.

    Args:
        blocks: counts of two blocks or more; with fewer nothing can be told, and every p-value is 1.
        groups: (k,) the group of the images that count for each concept; None takes all images.
    """
    whole, parts = blocks.sum(), blocks.leave_one_out()
    iou, shuffled, shifted = (whole.contingency(table, groups).iou[0] for table in (ALIGNED, SHUFFLED, SHIFTED))
    each, each_shifted = parts.contingency(ALIGNED, groups).iou, parts.contingency(SHIFTED, groups).iou
    z_shuffled = _standardised(iou - shuffled, each - parts.contingency(SHUFFLED, groups).iou)
    z_shifted = _standardised(iou - shifted, each - each_shifted)
    has_place = np.asarray(np.concatenate([_differs(iou, shifted)[None], _differs(each, each_shifted)]).any((0, 2)))
    z_shifted = np.where(has_place[:, None], z_shifted, z_shuffled)
    least = np.minimum(z_shuffled, z_shifted)
    p = np.where(np.isnan(least), 1.0, t_tail(np.nan_to_num(least), max(1, len(each) - 1)))
    return Nulls(iou, shuffled, shifted, z_shuffled, z_shifted, p)


def _differs(one: Floats, other: Floats) -> NDArray[np.bool_]:
    differs: NDArray[np.bool_] = (one != other) & ~(np.isnan(one) & np.isnan(other))
    return differs


def _standardised(difference: Floats, left_out: Floats) -> Floats:
    """Return difference / jackknife standard error: 0 / 0 is 0, and NaN stays NaN, as does a single block."""
    error = jackknife_error(left_out)
    certain = np.sign(difference) * np.where(difference == 0, 0.0, np.inf)
    return np.where(np.isnan(error), np.nan, np.divide(difference, error, out=certain, where=error > 1e-12))
