"""A figure with its interval, as several records have it."""

import math
from dataclasses import dataclass

from ganatomy.stats.resampling import Interval

Bounds = tuple[float, float]
"""A 95 % interval, the lower end first."""


@dataclass(frozen=True)
class EstimateRow:
    """A figure with its 95 % interval; None where nothing can be told."""

    value: float | None
    interval: Bounds | None

    @classmethod
    def of(cls, value: float, interval: Interval) -> "EstimateRow":
        """Return a figure as it is recorded."""
        return cls(finite(value), bounds_of(interval))


def finite(value: float) -> float | None:
    """Return a number as JSON can hold it, None for NaN and infinity."""
    return value if math.isfinite(value) else None


def bounds_of(interval: Interval) -> Bounds | None:
    """Return an interval as it is recorded; None where an end is NaN or infinite."""
    return (interval.low, interval.high) if all(map(math.isfinite, interval)) else None
