"""`context/LAYER/CONCEPT.json`: where a concept can be inserted, how far that goes, and what is kept without it."""

from dataclasses import dataclass
from typing import ClassVar

from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.runs.schemas import CONTEXT


@dataclass(frozen=True)
class GainRow:
    """What insertions did on average: change of the concept's area, in areas of one cell."""

    cell: EstimateRow
    """At the cell."""
    around: EstimateRow
    """In the 3 x 3 cells around it."""
    image: EstimateRow
    becomes: EstimateRow
    """Part of the cells that are the concept afterwards."""


@dataclass(frozen=True)
class ContextRow:
    """What insertions did where a concept was under the cell."""

    under: str | None
    """None for all cells but those that were the inserted concept already."""
    cases: int
    """Cells."""
    samples: int
    """Samples that they are of."""
    inserted: GainRow
    random: GainRow


@dataclass(frozen=True)
class MapRow:
    """The mean change around the cell by its place."""

    under: str | None
    effect: tuple[tuple[float | None, ...], ...]
    """Rows from the top; None where no insertion was made."""


@dataclass(frozen=True)
class TraceRow:
    """The mean normalised |change| at every step, over some of the insertions."""

    cases: int
    changes: tuple[EstimateRow, ...]


@dataclass(frozen=True)
class KeptRow:
    """The part of a concept's area that is kept with so many units ablated."""

    units: int
    kept: EstimateRow
    random: EstimateRow
    """With as many random units."""


@dataclass(frozen=True)
class FloorRow:
    """The least that is kept of a concept."""

    units: int
    kept: EstimateRow
    ratio: EstimateRow
    """By the mean least of the others."""
    others: tuple[str, ...]
    """The concepts that were measured beside it."""


@dataclass(frozen=True)
class ContextRecord:
    """One concept in one layer."""

    SCHEMA: ClassVar[int] = CONTEXT
    AGAIN: ClassVar[str] = "measure the context again"

    layer: str
    concept: str
    units: tuple[int, ...]
    """Those that are inserted, best first."""
    labelled: int | None
    """How many of them the dissection labels by the concept; None where they were given by number."""
    random_may_carry: bool
    """Whether random units are drawn from all others, since too few do not carry the concept."""
    value: str
    """What they are set to: their `mean` where the concept is, or a high `quantile`."""
    times: float
    num_images: int
    cells_per_sample: int
    grid: tuple[int, int]
    """Rows and columns of the layer."""
    image_size: int
    seed: int
    generator: str
    """Fingerprint of the generator."""
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    contexts: tuple[ContextRow, ...]
    """All cells without the concept, then by what was under the cell."""
    maps: tuple[MapRow, ...]
    steps: tuple[str, ...]
    """What the trace goes through: the edited layer, those above it, the image."""
    effective: TraceRow
    """The trace of insertions after which the cell is the concept."""
    ineffective: TraceRow
    kept: tuple[KeptRow, ...]
    """Fewest units first."""
    floor: FloorRow
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
