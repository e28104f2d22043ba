"""Which rules choose a unit's concept and threshold, and call it interpretable.

Sources: GAN Dissection (Bau et al., arXiv 1811.10597), equation 2 and figure 5; the authors' code of 2018; Bau et
al., "Understanding the role of individual units in a deep neural network", PNAS 2020.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.dissect.counting.agreement import Agreement, Floats, Ints
from ganatomy.dissect.counting.counts import Concepts, agreement_of
from ganatomy.dissect.counting.levels import FRACTIONS, UNIT_BLOCK
from ganatomy.dissect.counting.tally import Tally
from ganatomy.segment.protocol import OTHER

ProfileName = Literal["paper", "compat", "pnas2020"]


@dataclass(frozen=True)
class Profile:
    """A set of rules; every count of interpretable units names the one it rests on."""

    name: ProfileName
    fraction: float | None = None
    """The one threshold of a unit, a top fraction of its activations; None chooses it by IQR on validation samples."""
    least_area: float = 0.0
    """Concepts of a smaller part of all pixels are no candidates."""
    least_matching: float = 0.0
    """Threshold and concept have to agree, both or neither, on more than this part of all pixels."""
    least_iqr: float = -1.0
    least_iou: float = 0.0
    """A unit is interpretable if it exceeds both on the test samples; an IQR is never below 0."""
    by_category: bool = False
    """Whether a unit's activity counts in the images alone in which the concept's category occurs."""
    falls_back: bool = False
    """Whether a unit without a candidate is given the best one that agrees on fewer pixels."""


PROFILES: dict[ProfileName, Profile] = {
    "paper": Profile("paper", None, 1e-3, 0.8, 0.01, 0.05, falls_back=True),
    "compat": Profile("compat", None, 1e-3, 0.8, 0.01, 0.05, by_category=True),
    "pnas2020": Profile("pnas2020", 0.01, least_iou=0.04),
}
"""`paper`: information quality ratio on validation samples, IoU on test samples. Differs: a unit without a candidate
takes the best of those that agree on fewer pixels, so that its row says what it is nearest to; it is hardly ever
interpretable. `compat`: the same as the authors' code counts it. `pnas2020`: the top hundredth, the concept of the
highest IoU, on the test samples alone."""


@dataclass(frozen=True)
class Choice:
    """One concept and one threshold per unit."""

    concept: Ints
    """(u,) index of the concept; -1 for a unit that has none, such as one that is never active."""
    threshold: Ints
    """(u,) index of the threshold among the unit's edges; one past the last for a unit that has none."""


def choose_thresholds(profile: Profile, validation: Tally, concepts: Concepts) -> Choice:
    """Return the concept and the threshold of each unit; where the profile fixes the threshold, concepts come later.

    Without a fixed fraction: argmax over concepts and thresholds of the information quality ratio  (Dissection eq. 2),
    among concepts of at least `least_area` and thresholds above 0, other than "all pixels", with `least_matching`.

    Args:
        profile: the rules.
        validation: counts of the validation samples.
        concepts: the vocabulary; those of category `OTHER` are never chosen.
    """
    edges = validation.edges.cpu().numpy()
    if profile.fraction is not None:
        return _fixed(profile.fraction, edges)
    parts = [
        _by_ratio(profile, agreement_of(validation, concepts, units, profile.by_category), edges[units], concepts)
        for units in blocks_of(len(edges))
    ]
    return Choice(*(np.concatenate(columns) for columns in zip(*parts, strict=True)))


def blocks_of(units: int) -> list[slice]:
    """Return slices of few units each, so that tables of all thresholds stay small."""
    return [slice(first, min(first + UNIT_BLOCK, units)) for first in range(0, units, UNIT_BLOCK)]


def best_concepts(iou: Floats, candidates: NDArray[np.bool_], least: float = 0.0) -> Ints:
    """Return the (..., u) concept of the highest IoU, -1 where none exceeds `least`.

    Args:
        iou: (..., u, k), NaN where there is none.
        candidates: (k,) which concepts may be chosen.
        least: no concept below it.
    """
    usable = np.where(candidates & (iou > least), iou, -1.0)
    best: Ints = np.where(usable.max(-1) >= 0, usable.argmax(-1), -1)
    return best


def named(concepts: Concepts) -> NDArray[np.bool_]:
    """Return (k,) which concepts are more than everything without a name."""
    return np.array([category != OTHER for category in concepts.categories])


def threshold_values(edges: Tensor, thresholds: Ints) -> Floats:
    """Return the (u,) activations that chosen thresholds stand for; infinity for a unit that has none."""
    values = edges.cpu().numpy()
    padded = np.concatenate([values, np.full_like(values[:, :1], np.inf)], 1)
    chosen: Floats = padded[np.arange(len(padded)), thresholds].astype(np.float64)
    return chosen


def _fixed(fraction: float, edges: NDArray[np.float32]) -> Choice:
    """Return the threshold of one top fraction; a unit whose activations are all the same has none."""
    threshold = int(np.abs(FRACTIONS.numpy() - fraction).argmin())
    varies = edges[:, -1] > edges[:, 0]
    return Choice(np.full(len(edges), -1), np.where(varies, threshold, edges.shape[1]))


def _by_ratio(
    profile: Profile, agreement: Agreement, edges: NDArray[np.float32], concepts: Concepts
) -> tuple[Ints, Ints]:
    units, thresholds = edges.shape
    large = agreement.shown >= profile.least_area * agreement.total
    usable = large & named(concepts)[:, None] & (edges > 0)[:, None]
    usable[..., 0] = False
    ratio = np.where(usable, agreement.information_quality_ratio, 0.0)
    candidates = np.where(agreement.matching > profile.least_matching, ratio, 0.0).reshape(units, -1)
    if profile.falls_back:
        candidates = np.where(candidates.any(1, keepdims=True), candidates, ratio.reshape(units, -1))
    best, found = candidates.argmax(1), candidates.any(1)
    return np.where(found, best // thresholds, -1), np.where(found, best % thresholds, thresholds)
