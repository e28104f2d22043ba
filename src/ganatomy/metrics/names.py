"""Every metric: what it is called, which way is better, and which options decide its value.

Only the Inception network that FID, IS and KID were defined on gives scores of those names; under any other network, or
the same network with other weights, a score carries the network's name, `FD[resnet56]`.
"""

import math
from dataclasses import dataclass

from ganatomy.errors import ConfigError

INCEPTION, INCEPTION_FINGERPRINT = "inception", "6726825d0af5f729"
"""The extractor's name, and its fingerprint with the public weights, `pt_inception-2015-12-05-6726825d.pth`."""
LOOKS_THROUGH = {"projected": "efficientnet"}
"""The extractor whose features a kind of discriminator is made of: a score under it alone may flatter the run."""
POINTS = "points"
"""What stands for the extractor where the samples are points in the plane: their coordinates are the features."""


@dataclass(frozen=True)
class Metric:
    """What there is to know of a metric beside its value."""

    name: str
    """As printed, before the extractor's name."""
    is_lower_better: bool
    options: tuple[str, ...] = ()
    """The `MetricOptions` that its value depends on."""
    inception_name: str | None = None
    """As printed under the real Inception, where that has a name of its own."""
    least: float = 0.0
    most: float = math.inf
    """Between which its values lie."""
    is_count: bool = False
    """Whether its values are whole numbers."""

    def within(self, value: float) -> float:
        """Return the value nearest to `value` that the metric can have."""
        return min(max(value, self.least), self.most)


METRICS: dict[str, Metric] = {
    "fd": Metric("FD", True, inception_name="FID"),
    "is": Metric("IS", False, ("is_splits",), inception_name="IS", least=1.0),
    "kd": Metric("KD", True, ("kd_subsets", "kd_subset_size"), inception_name="KID", least=-math.inf),
    "precision": Metric("precision", False, ("precision_neighbours",), most=1.0),
    "recall": Metric("recall", False, ("precision_neighbours",), most=1.0),
    "density": Metric("density", False, ("density_neighbours",)),
    "coverage": Metric("coverage", False, ("density_neighbours",), most=1.0),
    "mind": Metric("MIND", True, ("mind_projections",), inception_name="MIND"),
    "mmd": Metric("MMD", True),
    "modes": Metric("modes covered", False, ("mode_deviations", "mode_covered_from"), is_count=True),
    "high_quality": Metric("high-quality share", False, ("mode_deviations",), most=1.0),
    "reverse_kl": Metric("reverse KL", True),
}
"""All metrics by the names that settings and files know them by."""

IMAGE_METRICS = ("fd", "is", "kd", "precision", "recall", "density", "coverage", "mind")
"""What images are scored by unless asked otherwise; `is` where the extractor tells classes."""
POINT_METRICS = ("mmd", "modes", "high_quality", "reverse_kl")
"""What points in the plane are scored by unless asked otherwise."""
MODE_METRICS = ("modes", "high_quality", "reverse_kl")
"""What needs the modes of a mixture of Gaussians."""


def metric(name: str) -> Metric:
    """Return the metric of that name.

    Raises:
        ConfigError: there is none.
    """
    if name not in METRICS:
        raise ConfigError(f"no metric {name!r}; choose from {', '.join(METRICS)}")
    return METRICS[name]


def flattery(discriminator: str, extractor: str) -> list[str]:
    """Return what to warn of where a run is scored under the network its discriminator looks through, or nothing.

    Args:
        discriminator: its kind.
        extractor: the extractor's name.
    """
    if LOOKS_THROUGH.get(discriminator) != extractor:
        return []
    return [
        f"the discriminator looks through {extractor}, and so do these scores, which may flatter the run; score it "
        "under a second network too, such as --extractor resnet56 or ade20k"
    ]


def printed_name(name: str, extractor: str, fingerprint: str = "") -> str:
    """Return what the metric `name` may be called under an extractor.

    Args:
        name: a key of `METRICS`.
        extractor: the extractor's name, or `points`.
        fingerprint: the extractor's fingerprint.

    Raises:
        ConfigError: there is no such metric.

    >>> printed_name("fd", "inception", INCEPTION_FINGERPRINT), printed_name("fd", "resnet56")
    ('FID', 'FD[resnet56]')
    """
    known = metric(name)
    if extractor == POINTS and name in POINT_METRICS:
        return known.name
    if (extractor, fingerprint) == (INCEPTION, INCEPTION_FINGERPRINT) and known.inception_name:
        return known.inception_name
    return f"{known.name}[{extractor}]"
