"""`dissect/classes.json`: what each class of a generator shows, and what units show in it."""

from collections import Counter
from dataclasses import dataclass, field
from typing import ClassVar

from ganatomy.runs.records.areas import AreaRow
from ganatomy.runs.records.estimates import Bounds
from ganatomy.runs.records.units import SegmenterSettings
from ganatomy.runs.schemas import CLASSES


@dataclass(frozen=True)
class ClassUnitRow:
    """A unit in one class; what cannot be told is None, as all is of one that agrees with no concept."""

    unit: int
    concept: str | None
    iou: float | None
    iou_interval: Bounds | None
    shuffled_iou: float | None
    shifted_iou: float | None
    q: float | None
    is_above_chance: bool
    """Whether it is interpretable, and its IoU more than both nulls."""


@dataclass(frozen=True)
class ClassLayerRow:
    """The units of a layer in one class."""

    layer: str
    above_chance: int
    """How many units are."""
    units: tuple[ClassUnitRow, ...]

    @property
    def concept_counts(self) -> dict[str, int]:
        """By concept, how many units show it above chance."""
        return dict(Counter(unit.concept for unit in self.units if unit.is_above_chance and unit.concept is not None))


@dataclass(frozen=True)
class ClassRow:
    """One class."""

    name: str
    number: int
    areas: tuple[AreaRow, ...]
    """Of each concept, in their order."""
    layers: tuple[ClassLayerRow, ...]


@dataclass(frozen=True)
class ClassesRecord:
    """Classes side by side, on the same latents and at the same thresholds."""

    SCHEMA: ClassVar[int] = CLASSES
    AGAIN: ClassVar[str] = "dissect again with --classes"

    generator: str
    """Fingerprint of the generator."""
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    seed: int
    num_images: int
    """Samples of each class."""
    profile: str
    concepts: tuple[str, ...]
    categories: tuple[str, ...]
    """One per concept."""
    classes: tuple[ClassRow, ...]
    top_fraction: float | None = None
    """Part of its activations in which a unit is active, where the profile's rules fix one."""
    segmenter_settings: SegmenterSettings = field(default_factory=SegmenterSettings)
