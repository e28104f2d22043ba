"""Scales: where a value is drawn, and which values get a tick."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
By = Literal["value", "root", "logarithm"]

SHARES = (0.0, 0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0)
"""The ticks of a scale by the root, which is one of shares."""
LEAST_GAP = 30.0
"""Between those ticks, in SVG units."""


@dataclass(frozen=True)
class Scale:
    """A map from data [low, high] to SVG units [start, end], values outside held at the ends.

    Linear in the value, in its root (so that small areas are told apart) or in its logarithm (of scores over decades).
    """

    low: float
    high: float
    start: float
    end: float
    by: By = "value"

    def __call__(self, value: float) -> float:
        """Return the SVG coordinate of `value`."""
        low, high = self._along(self.low), self._along(self.high)
        share = (self._along(min(max(value, self.low), self.high)) - low) / (high - low)
        return self.start + share * (self.end - self.start)

    def ticks(self, count: int, least: float = 0.0) -> list[float]:
        """Return about `count` round values on the scale, at least `least` apart; two or more of a linear one."""
        if self.by == "root":
            return self._spaced()
        if self.by == "logarithm":
            return _decades(self.low, self.high)
        found = ticks(self.low, self.high, count, least)
        return found if len(found) > 1 else ticks(self.low, self.high, 2 * count, least)

    def _along(self, value: float) -> float:
        if self.by == "root":
            return math.sqrt(value)
        return math.log10(value) if self.by == "logarithm" else value

    def _spaced(self) -> list[float]:
        found: list[float] = []
        for value in SHARES:
            if self.low <= value <= self.high and (not found or abs(self(value) - self(found[-1])) >= LEAST_GAP):
                found.append(value)
        return found


def ticks(low: float, high: float, count: int = 6, least: float = 0.0) -> list[float]:
    """Return at most about `count` round values in [low, high]: steps of 1, 2 or 5 times a power of ten.

    Args:
        low: start of the axis.
        high: its end, above `low`.
        count: how many values are wanted.
        least: the smallest step; 1 where the axis counts things.

    >>> ticks(0, 10), ticks(1, 2, least=1)
    ([0.0, 2.0, 4.0, 6.0, 8.0, 10.0], [1.0, 2.0])
    """
    rough = max((high - low) / count, least)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(factor * power for factor in (1, 2, 5, 10) if factor * power >= rough * 0.999)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [round(index * step, 12) + 0.0 for index in range(first, last + 1)]


def value_range(values: Floats, trim: float = 0.01) -> tuple[float, float]:
    """Return the range of the finite values without the `trim` share at each end, never empty, with 4 % of air.

    A single early outlier would otherwise flatten the whole curve; what lies outside is drawn at the edge.
    Of so few values that the share is less than one of them, none is left out.
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return 0.0, 1.0
    cut = trim if len(finite) * trim >= 1 else 0.0
    low, high = np.quantile(finite, [cut, 1 - cut])
    air = 0.04 * (high - low) or abs(high) * 0.1 or 0.5
    return float(low - air), float(high + air)


def _decades(low: float, high: float) -> list[float]:
    """Return powers of ten in [low, high], and 2 and 5 times them where there are less than two decades."""
    factors = (1, 2, 5) if high < 100 * low else (1,)
    powers = range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
    return [factor * 10.0**power for power in powers for factor in factors if low <= factor * 10.0**power <= high]
