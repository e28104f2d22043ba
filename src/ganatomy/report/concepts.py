"""What the sections about concepts share: numbers of records, the area worth a line, and colours."""

from collections.abc import Mapping, Sequence

from ganatomy.draw.marks import Bounded
from ganatomy.draw.palette import concept_colours

NOTEWORTHY_AREA = 0.005
"""A concept of a smaller part of all pixels is shown only where it has a unit, or differs from real images."""


def bounded(value: float | None, interval: tuple[float | None, float | None] | None) -> Bounded:
    """Return a value with its interval, as a record gives them; None where the interval is unknown."""
    return Bounded(value, *(interval or (None, None)))


def colours_of(weights: Sequence[Mapping[str, float]]) -> dict[str, str]:
    """Return a colour per concept, those that matter most over all of `weights` first."""
    total: dict[str, float] = {}
    for part in weights:
        for name, weight in part.items():
            total[name] = total.get(name, 0.0) + weight
    return concept_colours(sorted(total, key=lambda name: -total[name]))
