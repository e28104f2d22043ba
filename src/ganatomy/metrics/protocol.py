"""How a score was measured, carried by the score: two scores of different protocols refuse to be compared."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields

from ganatomy.config.score import MetricOptions
from ganatomy.errors import IncompatibleRun
from ganatomy.metrics.names import metric, printed_name

VERSION = 1
"""Grows when a recipe changes, so that old and new scores are kept apart."""

FREE = ("data", "weights", "seed", "options")
"""What may differ: names, what was scored and its chance; of the options only a metric's own ones count."""


@dataclass(frozen=True)
class Protocol:
    """Everything that a score depends on, beside the generator and chance."""

    extractor: str
    """Name of the extractor, or `points`."""
    fingerprint: str
    """16 hexadecimal digits of the SHA-256 of its weights."""
    resize: str
    """How images come to the size it sees, in words."""
    data: str
    """What the real samples are called."""
    data_fingerprint: str
    """16 hexadecimal digits of the SHA-256 of the real samples that were used."""
    split: str
    """The split they are from."""
    image_size: int | None
    """Pixels a side, before any resize; None for points."""
    num_real: int
    num_generated: int
    weights: str = "ema"
    """Which weights of the generator: `ema`, `latest` or `best`."""
    seed: int = 0
    """Seed of the latents, subsets, directions and resamples."""
    options: MetricOptions = field(default_factory=MetricOptions)
    of_class: str | None = None
    """The class that all generated samples are of; None where there are none, or all."""
    version: int = VERSION

    def differences(self, other: "Protocol", metrics: Sequence[str] = ()) -> list[str]:
        """Return in words what keeps scores of `metrics` under the two protocols apart; empty if nothing does.

        Args:
            other: the second protocol.
            metrics: the metrics to be compared: only their options count.
        """
        found = [
            f"{item.name} is {getattr(self, item.name)} and {getattr(other, item.name)}"
            for item in fields(self)
            if item.name not in FREE and getattr(self, item.name) != getattr(other, item.name)
        ]
        if self.data_fingerprint != other.data_fingerprint and self.data != other.data:
            found.append(f"data are {self.data} and {other.data}")
        names = dict.fromkeys(name for key in metrics for name in metric(key).options)
        for name in names:
            mine, theirs = getattr(self.options, name), getattr(other.options, name)
            if mine != theirs:
                found.append(f"{name} is {mine} and {theirs}")
        return found


@dataclass(frozen=True)
class Score:
    """One metric's value with its interval, and the protocol it was measured by."""

    metric: str
    """A key of `names.METRICS`."""
    value: float
    low: float
    high: float
    level: float
    """Coverage of the interval from `low` to `high`: over the draw of images, all else held."""
    protocol: Protocol
    spread: float | None = None
    """Standard deviation over splits (IS) or subsets (KID), as published beside them."""

    @property
    def name(self) -> str:
        """Return what the score may be called: `FID` under the real Inception, else such as `FD[resnet56]`."""
        return printed_name(self.metric, self.protocol.extractor, self.protocol.fingerprint)

    def __sub__(self, other: "Score") -> float:
        """Return the difference of two scores of one metric and one protocol.

        Raises:
            IncompatibleRun: metric or protocol differ.
        """
        require_comparable(self, other)
        return self.value - other.value

    def is_better_than(self, other: "Score") -> bool:
        """Return whether this is the better score; equal ones are not, nor is one that is NaN.

        Raises:
            IncompatibleRun: metric or protocol differ.
        """
        difference = self - other
        return difference < 0 if metric(self.metric).is_lower_better else difference > 0


def require_comparable(a: Score, b: Score) -> None:
    """Return if two scores can be compared.

    Raises:
        IncompatibleRun: metric or protocol differ; the message names each difference.
    """
    differences = [f"metric is {a.metric} and {b.metric}"] if a.metric != b.metric else []
    require_no_differences([*differences, *a.protocol.differences(b.protocol, (a.metric, b.metric))])


def require_no_differences(differences: Sequence[str]) -> None:
    """Return if there are none.

    Raises:
        IncompatibleRun: there are; the message names each.
    """
    if differences:
        raise IncompatibleRun(
            f"the scores were measured differently and cannot be compared: {'; '.join(differences)}; "
            "score both again by one protocol"
        )
