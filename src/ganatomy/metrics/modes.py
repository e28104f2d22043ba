"""Which modes of a mixture of Gaussians a generator covers, how well, and how evenly.

Source of the 3 standard deviations: Srivastava, Valkov, Russell, Gutmann and Sutton, "VEEGAN" (arXiv 1705.07761),
section 4.1.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError

DEVIATIONS = 3.0
COVERED_FROM = 1


class ModeTerms(NamedTuple):
    """What each point says about the modes."""

    nearest: Tensor
    """(n,) int64, the mode whose centre is nearest."""
    is_near: Tensor
    """(n,) bool, within so many standard deviations of that centre: a point of high quality."""


class Modes(NamedTuple):
    """How a generator's points fall on the modes of a mixture."""

    covered: int
    """Modes that have at least so many points of high quality."""
    high_quality: float
    """Share of the points that are of high quality; of the mixture's own points .989 are, at 3 deviations."""
    reverse_kl: float
    """sum_m q_m log(q_m k), q_m the share of all points nearest to mode m: 0 if even, log k nats if all in one."""
    counts: tuple[int, ...]
    """Points of high quality in each mode."""


def assign(points: Tensor, centres: Tensor, sd: float, deviations: float = DEVIATIONS) -> ModeTerms:
    """Return the nearest mode of each point, and whether it is near enough to be of high quality.

    Args:
        points: (n, d).
        centres: (k, d), the centres of the modes.
        sd: standard deviation of a mode, per coordinate.
        deviations: how many of them a point of high quality may be away from its centre.

    Raises:
        ConfigError: `sd` or `deviations` is not above 0.
        DataError: there are no points, they do not fit the centres, or one is not finite.
    """
    for name, value in (("sd", sd), ("deviations", deviations)):
        if not value > 0:
            raise ConfigError(f"{name} is {value}; give a number above 0")
    if points.ndim != 2 or not len(points) or points.shape[1] != centres.shape[1]:
        raise DataError(f"points are {tuple(points.shape)}; give (1 or more, {centres.shape[1]})")
    if not torch.isfinite(points).all():
        raise DataError("points hold NaN or infinity; the generator has diverged")
    away = torch.cdist(points.double(), centres.double(), compute_mode="donot_use_mm_for_euclid_dist")
    distances, nearest = away.min(1)
    return ModeTerms(nearest, distances <= deviations * sd)


def count_modes(terms: ModeTerms, num_modes: int, covered_from: int = COVERED_FROM) -> Modes:
    """Return the modes covered, the share of high quality and the reverse KL divergence.

    Args:
        terms: what `assign` returned.
        num_modes: k, modes of the mixture.
        covered_from: points of high quality that make a mode covered.

    Raises:
        ConfigError: `covered_from` is below 1.
    """
    if covered_from < 1:
        raise ConfigError(f"covered_from is {covered_from}; give 1 or more")
    counts = terms.nearest[terms.is_near].bincount(minlength=num_modes)
    shares = terms.nearest.bincount(minlength=num_modes).double() / len(terms.nearest)
    return Modes(
        int((counts >= covered_from).sum()),
        float(terms.is_near.double().mean()),
        float(torch.special.xlogy(shares, shares * num_modes).sum()),
        tuple(counts.tolist()),
    )
