"""Watchdogs: signs that a training is lost, told in words while it runs.

None stops a training. Each speaks when its sign has held for `PATIENCE` generations, and again only after the
sign was gone.
"""

from dataclasses import dataclass, field
from typing import Any

PATIENCE = 200
"""Generations that a sign has to hold; single ones are noise."""
PINNED = 0.99
"""Discriminator accuracy from which on it has won."""
ALIKE = 0.1
"""Distance between generated images, as a share of that between real ones, from which on they are all alike."""


@dataclass
class Watchdogs:
    """What has been seen so far."""

    held: dict[str, int] = field(default_factory=dict)
    """Generations in a row in which each sign was there."""
    most_modes: float = 0.0
    """Most modes that were ever covered."""

    def look(self, figures: dict[str, float]) -> list[str]:
        """Return a warning for every sign that has just held long enough.

        Args:
            figures: of one generation: `d_accuracy` in [0, 1] and `sample_distance`, a share.
        """
        accuracy, distance = figures["d_accuracy"], figures["sample_distance"]
        remedy = "a gradient penalty or --diversity pairwise" if accuracy >= PINNED else "a larger gamma or a penalty"
        return self._held(
            "pinned",
            accuracy >= PINNED,
            f"the discriminator has told real from generated images {accuracy:.0%} of the time for {PATIENCE} "
            "generations: children learn little, and F_d by gradient norm favours those that change nothing, the more "
            "the larger gamma is; a gradient penalty, augmentation, --diversity pairwise or a smaller gamma may help",
        ) + self._held(
            "alike",
            distance < ALIKE,
            f"generated images are {distance:.0%} as far apart as real ones and have been below {ALIKE:.0%} for "
            f"{PATIENCE} generations: the generator has collapsed to nearly one image; go back to an earlier "
            f"snapshot, or start again with {remedy}",
        )

    def look_at_modes(self, covered: float) -> list[str]:
        """Return a warning where fewer modes are covered than were once.

        Args:
            covered: modes with generated points of high quality.
        """
        lost = self.most_modes - covered
        self.most_modes = max(self.most_modes, covered)
        if lost < 1:
            self.held["modes"] = 0
            return []
        self.held["modes"] = self.held.get("modes", 0) + 1
        if self.held["modes"] > 1:
            return []
        return [f"{covered:.0f} modes are covered, {lost:.0f} fewer than before: the generator has dropped them"]

    def state(self) -> dict[str, Any]:
        """Return what has been seen, as plain values."""
        return {"held": dict(self.held), "most_modes": self.most_modes}

    def load_state(self, state: dict[str, Any]) -> None:
        """Go on from what `state` has seen."""
        self.held, self.most_modes = dict(state["held"]), state["most_modes"]

    def _held(self, sign: str, is_there: bool, warning: str) -> list[str]:
        self.held[sign] = self.held.get(sign, 0) + 1 if is_there else 0
        return [warning] if self.held[sign] == PATIENCE else []
