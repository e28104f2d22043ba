"""Which rules choose a unit's concept and threshold, and call it interpretable.

Sources: GAN Dissection (Bau et al., arXiv 1811.10597), equation 2 and figure 5; the authors' code of 2018; Bau et al.,
"Understanding the role of individual units in a deep neural network", PNAS 2020, and its code; Network Dissection
(Bau et al., arXiv 1704.05796).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.dissect.counting.contingency import Contingency, Floats, Ints
from ganatomy.dissect.counting.counts import Concepts, contingency_of
from ganatomy.dissect.counting.levels import UNIT_BLOCK
from ganatomy.dissect.counting.passes import Chooser
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.protocol import CountingRules
from ganatomy.errors import ConfigError
from ganatomy.segment.protocol import OTHER

ProfileName = Literal["paper", "compat", "max-iou", "correlation", "pnas2020", "netdissect"]


@dataclass(frozen=True)
class Profile:
    """A set of rules; every count of interpretable units names the one it rests on."""

    name: ProfileName
    chooses: Literal["iqr", "iou", "correlation"] = "iqr"
    """What is highest for a unit's concept: the information quality ratio or the IoU over all thresholds, the
    correlation, or, where the threshold is fixed, the IoU at it."""
    counting: CountingRules = field(default_factory=CountingRules)
    """Where units are active; of a fixed threshold its top fraction. Others are chosen on validation samples."""
    least_area: float = 0.0
    """Concepts of a smaller part of all pixels are no candidates."""
    least_matching: float = -1.0
    """Threshold and concept have to agree, both or neither, on more than this part of all pixels."""
    least_iqr: float = -1.0
    least_iou: float = 0.0
    """A unit is interpretable if it exceeds both on the test samples; an IQR is never below 0."""
    by_category: bool = False
    """Whether those images alone count in which the concept's category occurs."""
    falls_back: bool = False
    """Whether a unit without a candidate is given the best one that agrees on fewer pixels."""

    @property
    def fraction(self) -> float | None:
        """The top fraction of its activations for which a unit is active; None where its threshold is chosen."""
        return self.counting.fraction

    def groups(self, concepts: Concepts) -> Ints | None:
        """Return the (k,) group of the images that count for each concept; None for all images."""
        return np.array(concepts.groups) if self.by_category else None


PROFILES: dict[ProfileName, Profile] = {
    "paper": Profile("paper", "iqr", CountingRules(), 1e-3, 0.8, 0.01, 0.05, falls_back=True),
    "compat": Profile("compat", "iqr", CountingRules(), 1e-3, 0.8, 0.01, 0.05, by_category=True),
    "max-iou": Profile("max-iou", "iou", CountingRules(), 1e-4, least_iou=0.05, by_category=True),
    "correlation": Profile("correlation", "correlation", CountingRules(covariance=True), 1e-4, least_iou=0.05),
    "pnas2020": Profile("pnas2020", "iou", CountingRules(0.01, zeros=True), least_iou=0.04),
    "netdissect": Profile("netdissect", "iou", CountingRules(0.005, of_cells=True), least_iou=0.04, by_category=True),
}
"""`paper`: information quality ratio on validation samples, IoU on test samples. Differs: a unit without a candidate
takes the best of those that agree on fewer pixels, so that its row says what it is nearest to; it is hardly ever
interpretable. `compat`: the same as the authors' code counts it. `max-iou` and `correlation`: as its options
`--maxiou` and `--covariance` choose. Differs: scored on test samples, by a threshold where the code leaves it at a
correlation. `pnas2020`: the top hundredth, as the code of 2020 counts it. `netdissect`: the top 0.005 of the cells, as
the authors' code counts it under `--quantile_threshold 0.005`. Both of these measure thresholds, concepts and scores on
the test samples."""


def profile_of(name: ProfileName, top_fraction: float | None = None) -> Profile:
    """Return a profile, with another top fraction where one is given.

    Args:
        name: of the profile.
        top_fraction: the part of its activations for which a unit is active, above 0 and below 1.

    Raises:
        ConfigError: no such profile, or a fraction out of range or for a profile that chooses thresholds.
    """
    if name not in PROFILES:
        raise ConfigError(f"no profile {name!r}; choose from {', '.join(PROFILES)}")
    profile = PROFILES[name]
    if top_fraction is None:
        return profile
    if profile.fraction is None:
        fixed = " or ".join(other for other, rules in PROFILES.items() if rules.fraction is not None)
        raise ConfigError(
            f"top_fraction is {top_fraction}, but profile '{name}' chooses the threshold of each unit; leave it out, "
            f"or take profile {fixed}"
        )
    if not 0 < top_fraction < 1:
        raise ConfigError(f"top_fraction is {top_fraction}; give a part above 0 and below 1, such as 0.005")
    return replace(profile, counting=replace(profile.counting, fraction=top_fraction))


def sharing_counts(profile: Profile) -> dict[ProfileName, Profile]:
    """Return the profiles that rest on the same counts as one of them, by name."""
    alike = {name: other for name, other in PROFILES.items() if other.counting == profile.counting}
    return {**alike, profile.name: profile}


def thresholds_by(profiles: Mapping[ProfileName, Profile]) -> Chooser:
    """Return what the counting asks for each unit's threshold by each profile."""
    return lambda validation, concepts: {
        name: choose_thresholds(profile, validation, concepts).threshold for name, profile in profiles.items()
    }


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
    among concepts of at least `least_area` and thresholds above 0, other than "all pixels", with `least_matching`; or
    argmax of the IoU among all thresholds; or the concept of the highest correlation, and of its thresholds that of
    the highest information quality ratio.

    Args:
        profile: the rules.
        validation: counts of the validation samples.
        concepts: the vocabulary; those of category `OTHER` are never chosen.
    """
    edges = validation.edges.cpu().numpy()
    if profile.fraction is not None:
        return Choice(np.full(len(edges), -1), np.zeros(len(edges), np.int64))
    parts = [
        _best_pairs(profile, contingency_of(validation, concepts, units, profile.by_category), edges[units], allowed)
        for units, allowed in _candidates(profile, validation, concepts)
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


def _candidates(profile: Profile, validation: Tally, concepts: Concepts) -> list[tuple[slice, NDArray[np.bool_]]]:
    """Return blocks of units with the (u or 1, k) concepts that may be chosen for them, whatever their area."""
    blocks, anything = blocks_of(len(validation.edges)), named(concepts)
    if profile.chooses != "correlation":
        return [(units, anything[None]) for units in blocks]
    assert validation.covariance is not None  # the profile's counting rules ask for it
    best = best_concepts(validation.covariance.correlation, anything)
    alone = best[:, None] == np.arange(len(anything))
    return [(units, alone[units]) for units in blocks]


def _best_pairs(
    profile: Profile, tables: Contingency, edges: NDArray[np.float32], allowed: NDArray[np.bool_]
) -> tuple[Ints, Ints]:
    """Return the concept and the threshold of each unit that score best together, of (u or 1, k) allowed concepts."""
    units, thresholds = edges.shape
    usable = (tables.shown >= profile.least_area * tables.total) & allowed[..., None]
    if profile.chooses == "iou":
        scores = np.where(usable, np.nan_to_num(tables.iou), 0.0)
    else:
        usable = usable & (edges > 0)[:, None]
        usable[..., 0] = False
        scores = np.where(usable, tables.information_quality_ratio, 0.0)
    candidates = np.where(tables.matching > profile.least_matching, scores, 0.0).reshape(units, -1)
    if profile.falls_back:
        candidates = np.where(candidates.any(1, keepdims=True), candidates, scores.reshape(units, -1))
    best, found = candidates.argmax(1), candidates.any(1)
    return np.where(found, best // thresholds, -1), np.where(found, best % thresholds, thresholds)
