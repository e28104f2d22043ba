"""Axes: where a value is drawn, which values get a tick, and how numbers are written on them."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Scale:
    """A linear map from data [low, high] to SVG units [start, end], values outside held at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the SVG coordinate of `value`."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


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


def tick_text(value: float) -> str:
    """Return a short number: thousands as k, millions as M.

    >>> [tick_text(value) for value in (0.0, -0.25, 1500.0, 2e6)]
    ['0', '\N{MINUS SIGN}0.25', '1.5k', '2M']
    """
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g}{unit}".replace("-", "\N{MINUS SIGN}")
    return f"{value:.4g}".replace("-", "\N{MINUS SIGN}")


def text_width(text: str) -> float:
    """Return about how wide `text` is at the figures' 12 units, in a wide sans serif."""
    return sum(3.6 if letter in "ijlftr1 .,'" else 11.0 if letter in "mwMW%" else 7.3 for letter in text)


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
