"""`history.json`: what the units of a run have shown, generation by generation."""

from dataclasses import dataclass
from typing import Any, ClassVar

from ganatomy.runs.schemas import HISTORY


@dataclass(frozen=True)
class Moment:
    """A layer at one generation; columns have an entry per unit."""

    generation: int
    generator: str
    """Fingerprint of the generator."""
    grid: tuple[int, int]
    interpretable: int
    interpretable_interval: tuple[float, float]
    concepts: int
    concepts_interval: tuple[float, float]
    by_place: int
    by_area: int
    unit_concepts: tuple[str | None, ...]
    unit_iou: tuple[float | None, ...]
    unit_interpretable: tuple[bool, ...]


@dataclass(frozen=True)
class Appearance:
    """When a concept had units."""

    concept: str
    first: int
    last: int
    lost: int | None
    units: int
    most_units: int


@dataclass(frozen=True)
class LayerHistory:
    """One layer over the generations."""

    layer: str
    moments: tuple[Moment, ...]
    appearances: tuple[Appearance, ...]


@dataclass(frozen=True)
class HistoryRecord:
    """All layers, and what their moments have in common."""

    SCHEMA: ClassVar[int] = HISTORY
    AGAIN: ClassVar[str] = "dissect again with --history"

    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    protocol: dict[str, Any]
    profile: str
    counting: int
    """Version of the way of counting."""
    concepts: tuple[str, ...]
    categories: tuple[str, ...]
    layers: tuple[LayerHistory, ...]
    top_fraction: float | None = None
