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
    """The first generation with a unit of it."""
    last: int
    """The last one."""
    lost: int | None
    """The generation from which on it has none; None while it has."""
    units: int
    """Its units at the end."""
    most_units: int
    """Its units when it had most."""


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
