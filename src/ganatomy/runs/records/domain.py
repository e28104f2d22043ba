"""`domain.json`: whether the segmenter was made for the images that a generator was dissected on."""

from dataclasses import dataclass
from typing import ClassVar

from ganatomy.runs.records.areas import DistanceRow
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.schemas import DOMAIN


@dataclass(frozen=True)
class SeenRow:
    """A concept of much area."""

    concept: str
    area: float
    made_for: float | None
    """The same in images that the segmenter was made for."""


@dataclass(frozen=True)
class KindRow:
    """Images that the segmenter was made for."""

    name: str
    image_size: int
    confidence: tuple[float, ...]
    """Of each image."""


@dataclass(frozen=True)
class DomainRule:
    """Beyond which figures images are called others."""

    less_sure: float
    apart: float


@dataclass(frozen=True)
class DomainRecord:
    """A segmenter on these images, beside those that it was made for; what cannot be told is None."""

    SCHEMA: ClassVar[int] = DOMAIN
    AGAIN: ClassVar[str] = "dissect again"

    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    seed: int
    num_images: int
    num_concepts: int
    confidence: tuple[float, ...] | None
    """Of each image that was looked at, the mean over pixels of the highest probability."""
    seen: tuple[SeenRow, ...]
    """The concepts of the largest areas."""
    made_for: KindRow | None
    less_sure: EstimateRow | None
    """Part of the pairs, one of these images and one of those, in which it is less sure of this one."""
    areas: DistanceRow | None
    """How far the areas of its concepts are apart."""
    rule: DomainRule
    differs: bool
    said: str
    """What it comes to, in words."""
    warning: str | None
    generator: str = ""
    """Fingerprint of the generator."""
