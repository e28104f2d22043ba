"""`ace/LAYER/CONCEPT.json`: which units cause a concept, and how much."""

from dataclasses import dataclass, field
from typing import Any, ClassVar, Literal

from ganatomy.runs.records.estimates import Bounds, EstimateRow
from ganatomy.runs.schemas import CAUSES


@dataclass(frozen=True)
class CauseRow:
    """What a set of units does to one concept."""

    concept: str
    area: float
    """Unedited, as a part of all pixels."""
    at_cell: EstimateRow
    """Insertion minus ablation at the cell where they are made, in areas of the concept."""
    in_image: EstimateRow
    """The same in the whole image."""
    kept: EstimateRow
    """What is left of the area as the units are ablated on the whole map."""
    inserted: EstimateRow
    """The part of the cell's pixels that shows the concept after insertion."""


@dataclass(frozen=True)
class SetRow:
    """Units, or random sets of them, and what they cause."""

    name: Literal["ace", "iou", "random", "random of all"]
    units: tuple[tuple[int, ...], ...]
    """One set, or the random ones."""
    effects: tuple[CauseRow, ...]


@dataclass(frozen=True)
class CurveRow:
    """What ever more units of a ranking do to the concept."""

    ranking: Literal["ace", "iou", "gradient", "single unit"]
    kind: Literal["ablation", "insertion"]
    units: tuple[int, ...]
    sizes: tuple[int, ...]
    values: tuple[float | None, ...]
    """Kept of the area; or, after an insertion, the part of the cell that shows the concept."""
    intervals: tuple[Bounds | None, ...]


@dataclass(frozen=True)
class CauseRecord:
    """What causes one concept."""

    SCHEMA: ClassVar[int] = CAUSES
    AGAIN: ClassVar[str] = "delete it and run `ganatomy ace` again"

    concept: str
    layer: str
    generator: str
    """Fingerprint of the generator."""
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    schedule: str
    protocol: dict[str, Any]
    """All that the figures depend on."""
    alphas: tuple[float, ...]
    """Of each unit, by number."""
    ranking: tuple[int, ...]
    """All units, the highest alpha first, those of equal alpha by IoU."""
    iou: tuple[float, ...]
    """Of each unit with the concept, 0 where the dissection does not rank it."""
    value: tuple[float, ...]
    """What each unit is set to by insertion."""
    sets: tuple[SetRow, ...]
    """The causal set first."""
    present: int
    """Cells that show the concept, trained on or held out."""
    candidates: int
    """Cells to insert at, at most as many; each is used again where there are fewer."""
    proposals: int
    """Cells tried for that."""
    successes: int
    """Of them those where the concept clearly grew."""
    losses: tuple[float, ...]
    """Of each update, by pair."""
    held_out: tuple[float, ...]
    """Of each look at the held-out pairs."""
    passes: dict[str, int]
    """Images generated and segmented for this concept, by purpose."""
    passes_official: int
    """As many does the released code take for all but curves."""
    seconds: float
    curves: tuple[CurveRow, ...] = field(default=())
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
