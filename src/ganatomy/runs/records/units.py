"""`units.json`: what each unit of a layer shows; `summary.json`: all layers in short."""

from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ganatomy.runs.schemas import UNITS


@dataclass(frozen=True)
class SegmenterSettings:
    """What the segmenter was loaded with."""

    segmenter: str | None = None
    segmenter_weights: str | None = None
    input_size: int | None = None
    segmenter_concepts: tuple[str, ...] = ()
    segmenter_options: tuple[str, ...] = ()


@dataclass(frozen=True)
class UnitCounts:
    """How many units are interpretable by a profile's rules, and how many concepts they show, with 95 % intervals."""

    interpretable: int
    interpretable_interval: tuple[float, float]
    concepts: int
    concepts_interval: tuple[float, float]


@dataclass(frozen=True)
class TopSample:
    """A sample on which a unit is most active."""

    sample: int
    activation: float


@dataclass(frozen=True)
class UnitRow:
    """One unit; scores are None where they cannot be told."""

    unit: int
    concept: str | None
    category: str | None
    iou: float | None
    iqr: float | None
    threshold: float | None
    level: float | None
    shuffled_iou: float | None
    shifted_iou: float | None
    z: float | None
    q: float | None
    iou_interval: tuple[float | None, float | None]
    interpretable: bool
    explained_by: Literal["place", "area"] | None
    top: tuple[TopSample, ...]
    card: str | None = None
    """The place of its card in the layer's folder."""
    correlation: float | None = None

    @property
    def null(self) -> float | None:
        """The higher one of its nulls: its IoU with masks of other samples, or with shifted ones."""
        return max((null for null in (self.shuffled_iou, self.shifted_iou) if null is not None), default=None)


@dataclass(frozen=True)
class RankedUnit:
    """A unit in the ranking of a concept."""

    unit: int
    iou: float


@dataclass(frozen=True)
class UnitTable:
    """The unit table of a layer."""

    SCHEMA: ClassVar[int] = UNITS
    AGAIN: ClassVar[str] = "dissect the layer again"

    layer: str
    num_images: int
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    seed: int
    image_size: int
    grid: tuple[int, int]
    profile: str
    concepts: tuple[str, ...]
    categories: tuple[str, ...]
    """One per concept."""
    concept_area: tuple[float | None, ...]
    interpretable: int
    counts: dict[str, UnitCounts]
    """By profile."""
    units: tuple[UnitRow, ...]
    ranking: dict[str, tuple[RankedUnit, ...]]
    """By concept, the best unit first."""
    generator: str = ""
    """Fingerprint of the generator."""
    segmenter_settings: SegmenterSettings = field(default_factory=SegmenterSettings)
    top_fraction: float | None = None
    """Part of its activations in which a unit is active, where the profile's rules fix one."""
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""

    def row(self, unit: int) -> UnitRow | None:
        """Return what is known of a unit; None of one that the layer has not."""
        return next((row for row in self.units if row.unit == unit), None)


@dataclass(frozen=True)
class ConceptCount:
    """A concept that units of a layer show."""

    concept: str
    category: str
    units: int
    best_iou: float | None


@dataclass(frozen=True)
class LayerSummary:
    """What the units of a layer show, in short."""

    layer: str
    units: int
    interpretable: int
    by_place: int
    by_area: int
    num_images: int
    segmenter: str
    profile: str
    counts: dict[str, UnitCounts]
    concepts: tuple[ConceptCount, ...]
    """Most units first."""
    top_fraction: float | None = None
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""


@dataclass(frozen=True)
class DissectionSummary:
    """`summary.json`: all layers of a run, and what the latest of them were dissected by."""

    SCHEMA: ClassVar[int] = UNITS
    AGAIN: ClassVar[str] = "delete it and dissect the layer again"

    num_images: int
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    seed: int
    layers: tuple[LayerSummary, ...]
    generator: str = ""
    """Fingerprint of the generator."""
    segmenter_settings: SegmenterSettings = field(default_factory=SegmenterSettings)
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
