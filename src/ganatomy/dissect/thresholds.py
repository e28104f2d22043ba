"""The concept and the threshold of each unit, chosen on validation samples.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), equation 2, and the authors' code, whose filters make
up the profile `compat`.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.dissect.agreement import Agreement, Floats, Ints
from ganatomy.dissect.levels import UNIT_BLOCK

Profile = Literal["compat"]
"""Which rules a count of interpretable units rests on; printed with every count."""

LEAST_AREA = 1e-3
"""Concepts of a smaller part of all pixels are no candidates."""

LEAST_MATCHING = 0.8
"""Threshold and concept have to agree, both or neither, on more than this part of all pixels."""

LEAST_IQR = 0.01
LEAST_IOU = 0.05
"""A unit is interpretable if it exceeds both on the test samples."""


@dataclass(frozen=True)
class Choice:
    """One concept and one threshold per unit."""

    concept: Ints
    """(u,) index of the concept; -1 for a unit that has none, such as one that is never active."""
    threshold: Ints
    """(u,) index of the threshold among the unit's edges; beyond the last one for a unit that has none."""


def choose_thresholds(joint: Tensor, edges: Tensor, ignored: NDArray[np.bool_]) -> Choice:
    """Return argmax over concepts and thresholds of the information quality ratio  (Dissection eq. 2).

    Candidates are concepts of at least `LEAST_AREA` at thresholds above 0, other than "all pixels", with
    `LEAST_MATCHING`. Differs: a unit without any candidate goes to label 0 in the authors' code; here it
    takes the best of the candidates without `LEAST_MATCHING`, so that the table says what it is nearest to.

    Args:
        joint: (u, k, 101) int64 joint histogram of the validation samples.
        edges: (u, 100) float32 thresholds of each unit, ascending.
        ignored: (k,) concepts that are never chosen.
    """
    blocks = [
        _choose(Agreement(counts.cpu().numpy()), values.cpu().numpy(), ignored)
        for counts, values in zip(torch.split(joint, UNIT_BLOCK), torch.split(edges, UNIT_BLOCK), strict=True)
    ]
    return Choice(*(np.concatenate(parts) for parts in zip(*blocks, strict=True)))


def _choose(agreement: Agreement, edges: NDArray[np.float32], ignored: NDArray[np.bool_]) -> tuple[Ints, Ints]:
    units, thresholds = edges.shape
    usable = (agreement.shown >= LEAST_AREA * agreement.total) & ~ignored[:, None] & (edges > 0)[:, None]
    usable[..., 0] = False
    ratio = np.where(usable, agreement.information_quality_ratio, 0.0)
    strict = np.where(agreement.matching > LEAST_MATCHING, ratio, 0.0).reshape(units, -1)
    loose = ratio.reshape(units, -1)
    candidates = np.where(strict.any(1, keepdims=True), strict, loose)
    best, found = candidates.argmax(1), candidates.any(1)
    return np.where(found, best // thresholds, -1), np.where(found, best % thresholds, thresholds)


def threshold_values(edges: Tensor, choice: Choice) -> Floats:
    """Return the (u,) activations that the chosen thresholds stand for; infinity for a unit that has none."""
    padded = torch.cat([edges, torch.full_like(edges[:, :1], torch.inf)], 1).cpu().numpy()
    return padded[np.arange(len(padded)), choice.threshold].astype(np.float64)
