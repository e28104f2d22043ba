"""`effects.json`: what became of every concept by an edit."""

from dataclasses import dataclass, field
from typing import ClassVar

from ganatomy.runs.schemas import EFFECTS

Bounds = tuple[float, float]


@dataclass(frozen=True)
class EffectRow:
    """One concept's area before and after; what cannot be measured, for want of the concept, is None."""

    concept: str
    area_before: float
    area_after: float
    kept: float | None
    interval: Bounds | None
    random_area_after: float | None = None
    random_kept: float | None = None
    random_interval: Bounds | None = None


@dataclass(frozen=True)
class Shown:
    """Which samples the pictures show, and why those."""

    samples: tuple[int, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class EffectsRecord:
    """An edit and its effects."""

    SCHEMA: ClassVar[int] = EFFECTS
    AGAIN: ClassVar[str] = "measure the edit again"

    layer: str
    concept: str | None
    """What the edit is about; None where units were given by number."""
    units: tuple[int, ...]
    value: float
    num_images: int
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    effects: tuple[EffectRow, ...]
    random_sets: tuple[tuple[int, ...], ...]
    strength: float = 1.0
    region: str | None = None
    generator: str = ""
    """Fingerprint of the generator."""
    seed: int = 0
    random_units: tuple[int, ...] = ()
    """The first of the random sets, which the pictures show."""
    shown: Shown = field(default_factory=Shown)
    before: str | None = None
    after: str | None = None
    after_random: str | None = None
    compare: str | None = None
