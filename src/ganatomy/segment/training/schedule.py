"""One cycle of learning rate and momentum: Smith and Topin, "Super-Convergence", arXiv 1708.07120.

The form and the constants are those of torch's `OneCycleLR`; but the place within the cycle may be any number, so that
a training which ends by the clock has a cycle too.
"""

import math
from dataclasses import dataclass

WARM_UP = 0.1
"""Part of the cycle in which the learning rate rises."""
FIRST, LAST = 1 / 25, 1 / 25 / 1e4
"""Learning rates at the beginning and the end, as shares of the highest."""
MOMENTUM_HIGH, MOMENTUM_LOW = 0.95, 0.85

CLOCK_STEPS = 1_000_000
"""Steps that a cycle by the clock is divided into."""


@dataclass(frozen=True)
class Budget:
    """How long a training takes: until the first of its stops is reached. At least one is given."""

    steps: int | None = None
    """Batches."""
    minutes: float | None = None
    """Time, earlier sittings included."""

    def share(self, step: int, seconds: float) -> float:
        """Return how far a training is after so many steps and seconds, in [0, 1]."""
        by_steps = step / self.steps if self.steps else 0.0
        by_clock = seconds / (60 * self.minutes) if self.minutes else 0.0
        return min(1.0, max(by_steps, by_clock))

    def rates(self, step: int, seconds: float, highest: float) -> tuple[float, float]:
        """Return learning rate and momentum of the next step.

        Args:
            step: steps done.
            seconds: seconds taken.
            highest: the learning rate at the top of the cycle.
        """
        if self.steps is not None and self.minutes is None:  # exactly the place, not a share of it
            return one_cycle(step, self.steps, highest)
        return one_cycle(self.share(step, seconds) * (CLOCK_STEPS - 1), CLOCK_STEPS, highest)


def one_cycle(position: float, total: int, highest: float) -> tuple[float, float]:
    """Return learning rate and momentum (Adam's first beta) at a place of the cycle.

    Args:
        position: from 0 to `total - 1`.
        total: steps of the whole cycle.
        highest: the learning rate at its top.
    """
    top = WARM_UP * total - 1
    if position <= top:
        share = position / top if top else 1.0
        return (
            _between(FIRST * highest, highest, share),
            _between(MOMENTUM_HIGH, MOMENTUM_LOW, share),
        )
    share = (position - top) / (total - 1 - top)
    return _between(highest, LAST * highest, share), _between(MOMENTUM_LOW, MOMENTUM_HIGH, share)


def _between(start: float, end: float, share: float) -> float:
    """Return the value on half a cosine from `start` to `end`."""
    return end + (start - end) / 2 * (1 + math.cos(math.pi * share))
