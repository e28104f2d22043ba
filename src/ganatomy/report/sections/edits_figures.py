"""Figures of an edit: what is kept or gained of every concept, beside random units."""

from collections.abc import Sequence
from dataclasses import dataclass

from ganatomy.draw.canvas import NAMES, RIGHT, WIDTH, Figure
from ganatomy.draw.marks import Bounded
from ganatomy.draw.rows import Row, row_figure
from ganatomy.draw.scales import Scale

LEAST_MEASURED_AREA = 0.002
"""Of a concept of fewer pixels too few change for its ratio to say anything: it stands in the folded table alone."""
WIDEST = 2.0
"""The axis of kept area ends at most here, at twice the area before."""


@dataclass(frozen=True)
class ShownEffect:
    """One concept before, after the edit, and after the same edit of random units; what is kept of it, or added."""

    concept: str
    colour: str
    before: float
    """Part of the region's pixels, or where the edit has no region, of the image's."""
    after: float
    random_after: float | None
    edit: Bounded
    """What is kept, or what is added."""
    control: Bounded
    """The same with random units: of those that do not carry the concept, or where there are none, of all others."""
    others: Bounded
    """The same with random units of all others; without a value where `control` is that."""
    outside: Bounded
    """What the edit adds outside of its region; without a value where there is none."""


def kept_figure(key: str, effects: Sequence[ShownEffect], target: ShownEffect | None, names: tuple[str, str]) -> Figure:
    """Return how much of its area every concept keeps, beside random units.

    Args:
        key: unique in the page.
        effects: from top to bottom.
        target: the one whose units were edited, if it is among them.
        names: of the edited units and of the random ones.
    """
    high = min(WIDEST, max([1.2, *_ends(effects)]) * 1.03)
    said = "; ".join(f"{e.concept} keeps {e.edit.value:.0%}" for e in effects[:5] if e.edit.value is not None)
    return row_figure(
        f"{key}-kept",
        "Area kept by every concept",
        "",
        [Row(e.concept, e.colour, e.edit, e.control, strong=e is target) for e in effects],
        Scale(0.0, high, NAMES, WIDTH - RIGHT - 6),
        names=names,
        unit="area kept",
        description=f"Area kept per concept after the edit, beside random units: {said}.",
        unity=1.0,
    )


def added_figure(
    key: str, effects: Sequence[ShownEffect], target: ShownEffect | None, names: tuple[str, str]
) -> Figure:
    """Return how much of the region every concept gains or loses, beside random units.

    Args:
        key: unique in the page.
        effects: from top to bottom.
        target: the one whose units were edited, if it is among them.
        names: of the edited units and of the random ones.
    """
    ends = [0.0, *_ends(effects)]
    air = 0.04 * max(max(ends) - min(ends), LEAST_MEASURED_AREA)
    said = "; ".join(f"{e.concept} gains {e.edit.value:+.1%}" for e in effects[:5] if e.edit.value is not None)
    return row_figure(
        f"{key}-added",
        "Area gained by every concept",
        "",
        [Row(e.concept, e.colour, e.edit, e.control, strong=e is target) for e in effects],
        Scale(min(ends) - air, max(ends) + air, NAMES, WIDTH - RIGHT - 6),
        names=names,
        unit="part of the pixels gained",
        description=f"Area gained per concept by the edit, beside random units: {said}.",
        unity=0.0,
    )


def _ends(effects: Sequence[ShownEffect]) -> list[float]:
    """Return how far the marks of a figure reach."""
    found = [v for e in effects for one in (e.edit, e.control) for v in (one.value, one.low, one.high)]
    return [value for value in found if value is not None]
