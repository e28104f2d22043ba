"""A figure with its interval, as several records have it."""

from dataclasses import dataclass

Bounds = tuple[float, float]
"""A 95 % interval, the lower end first."""


@dataclass(frozen=True)
class EstimateRow:
    """A figure with its 95 % interval; None where nothing can be told."""

    value: float | None
    interval: Bounds | None
