"""`repair.json`: which units paint artifacts, and whether the generator is better without them."""

from dataclasses import dataclass
from typing import ClassVar

from ganatomy.runs.records.estimates import Bounds
from ganatomy.runs.schemas import REPAIR


@dataclass(frozen=True)
class GainRow:
    """A distance from real images before and after an edit, with the 95 % interval of `before - after`."""

    before: float
    after: float
    interval: Bounds


@dataclass(frozen=True)
class MoveRow:
    """One concept's area before and after, and the change after / before - 1; None where the concept does not occur."""

    concept: str
    before: float
    after: float
    change: float | None
    interval: Bounds | None
    is_measured: bool
    """Whether it covers enough for the budget to hold for it."""
    keeps: bool
    """Whether the whole interval is within the budget."""


@dataclass(frozen=True)
class TrialRow:
    """A set of units ablated on the held-out half."""

    units: tuple[int, ...]
    plain: GainRow
    """On plain random images."""
    high: GainRow
    """On images chosen for high activation of the chosen units."""
    moves: tuple[MoveRow, ...]
    is_accepted: bool


@dataclass(frozen=True)
class ScoresRow:
    """How much every unit looks like one of artifacts, by one method."""

    method: str
    values: tuple[float | None, ...]
    """The higher the more; None of a unit that never changes."""
    random: float | None
    """The mean over as many random samples, of methods that have it."""
    deviation: float | None
    """The standard deviation of that over its draws."""
    candidates: tuple[int, ...]


@dataclass(frozen=True)
class StepRow:
    """One candidate tried after those kept before it, on the choosing half."""

    unit: int
    gain: GainRow
    num_images: int
    """Samples that told: a first part of them where they told of harm."""
    is_kept: bool
    moved: str | None
    """The concept that would have moved too far."""


@dataclass(frozen=True)
class SetRow:
    """What one method ends with, on the choosing half."""

    method: str
    units: tuple[int, ...]
    gain: float
    steps: tuple[StepRow, ...]


@dataclass(frozen=True)
class BakedRow:
    """How the edit was written into weights, and how exactly."""

    way: str
    """`before`, into what makes the units, or `after`, into what reads them."""
    difference: float
    """The largest from the edited images, in [-1, 1]."""
    num_images: int
    generator: str
    """Fingerprint of the repaired generator."""


@dataclass(frozen=True)
class RepairRecord:
    """A search for artifact units, and what came of it."""

    SCHEMA: ClassVar[int] = REPAIR
    AGAIN: ClassVar[str] = "repair the run again"

    layer: str
    weights: str
    """Which weights were looked at."""
    generator: str
    """Fingerprint of the generator as it was."""
    metric: str
    """`kd` or `fd`."""
    figure: str
    """What the distance may be called, such as `KD[efficientnet]`."""
    value: str
    """What units are set to, as it was asked for."""
    extractor: str
    extractor_fingerprint: str
    data: str
    num_real: int
    """Real images in both halves together."""
    num_images: int
    """Samples in each half."""
    num_high: int
    """Held-out samples of the highest activation."""
    top_images: int
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    budget: float
    seed: int
    scores: tuple[ScoresRow, ...]
    sets: tuple[SetRow, ...]
    method: str | None
    """Whose set was chosen; None where no set holds a unit."""
    units: tuple[int, ...]
    """The chosen set, accepted or not."""
    constants: tuple[float, ...]
    """What each of them is set to."""
    trial: TrialRow | None
    """What it does on the held-out half."""
    random: tuple[TrialRow, ...]
    """What as many random units do there."""
    refusal: str | None
    """Why it is not accepted."""
    baked: BakedRow | None
    warnings: tuple[str, ...] = ()
    compare: str | None = None
    """A few images before and after, as labelled rows."""
    before: str | None = None
    after: str | None = None
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
