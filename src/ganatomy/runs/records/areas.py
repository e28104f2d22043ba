"""`areas.json`, generated images against real ones, and `agreement.json`, one segmenter against another."""

from dataclasses import dataclass, field
from typing import ClassVar

from ganatomy.runs.records.estimates import Bounds
from ganatomy.runs.records.units import SegmenterSettings
from ganatomy.runs.schemas import AGREEMENT, AREAS


@dataclass(frozen=True)
class AreaRule:
    """What verdicts rest on."""

    level: float
    resamples: int
    false_discoveries: float
    dropped_part: float


@dataclass(frozen=True)
class DistanceRow:
    """A distance between areas, beside that of two halves of the real images."""

    value: float
    error: float
    chance: float
    chance_low: float
    chance_high: float
    is_beyond_chance: bool


@dataclass(frozen=True)
class DistanceRows:
    """Both distances."""

    num_images: int
    """On each side."""
    halvings: int
    fsd: DistanceRow
    area: DistanceRow


@dataclass(frozen=True)
class AreaRow:
    """The mean area of a concept in one kind of images."""

    area: float
    interval: Bounds
    present: float
    """Part of the images that show any."""


@dataclass(frozen=True)
class HistogramRow:
    """Images by area, of each kind."""

    generated: tuple[float, ...]
    real: tuple[float, ...]


@dataclass(frozen=True)
class ConceptAreaRow:
    """One concept in generated and in real images; what cannot be told is None."""

    concept: str
    category: str
    verdict: str
    generated: AreaRow
    real: AreaRow
    difference: float
    difference_interval: Bounds
    ratio: float | None
    ratio_interval: Bounds | None
    p: float | None
    q: float | None
    histogram: HistogramRow


@dataclass(frozen=True)
class AreasRecord:
    """Areas of concepts, generated against real."""

    SCHEMA: ClassVar[int] = AREAS
    AGAIN: ClassVar[str] = "dissect again with --real-images"

    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    seed: int
    num_generated: int
    num_real: int
    rule: AreaRule
    distance: DistanceRows
    histogram_edges: tuple[float, ...]
    concepts: tuple[ConceptAreaRow, ...]
    generator: str = ""
    """Fingerprint of the generator."""
    segmenter_settings: SegmenterSettings = field(default_factory=SegmenterSettings)
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""


@dataclass(frozen=True)
class SegmenterName:
    """A segmenter by name and fingerprint."""

    name: str
    fingerprint: str


@dataclass(frozen=True)
class PixelAgreement:
    """How far segmenters agree on the pixels for which both name a concept that both know."""

    compared: float
    agreement: float | None
    interval: Bounds | None
    chance: float | None


@dataclass(frozen=True)
class SharedConcept:
    """One concept as two segmenters see it."""

    concept: str
    read_from: tuple[str, ...]
    area_first: float
    area_second: float
    iou: float | None
    interval: Bounds | None
    chance: float | None


@dataclass(frozen=True)
class AgreementRecord:
    """How far two segmenters agree."""

    SCHEMA: ClassVar[int] = AGREEMENT
    AGAIN: ClassVar[str] = "dissect again with --second-segmenter"

    first: SegmenterName
    second: SegmenterName
    reading: dict[str, str]
    seed: int
    level: float
    num_images: int
    pixels: PixelAgreement
    concepts: tuple[SharedConcept, ...]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    generator: str = ""
    """Fingerprint of the generator."""
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
