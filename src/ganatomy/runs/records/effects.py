"""`effects.json`: what became of every concept by an edit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from ganatomy.runs.records.estimates import Bounds
from ganatomy.runs.schemas import EFFECTS

Units = tuple[int, ...]

DONE = {"ablate": "ablated", "insert": "inserted", "copy": "copied"}
"""What is said of units by what was done to them."""


@dataclass(frozen=True)
class PortionRow:
    """How much of some pixels shows a concept; what cannot be measured, for want of the concept, is None."""

    before: float
    after: float
    kept: float | None
    interval: Bounds | None
    added: float
    """after - before."""
    added_interval: Bounds


@dataclass(frozen=True)
class ArmRow:
    """What an arm shows of a concept: in the whole image, and where there is a region, in it and outside of it."""

    whole: PortionRow
    inside: PortionRow | None = None
    outside: PortionRow | None = None


@dataclass(frozen=True)
class EffectRow:
    """One concept's area before and after; what cannot be measured, for want of the concept, is None.

    Figures of random units are those of all other units, where nothing else is said.
    """

    concept: str
    area_before: float
    area_after: float
    kept: float | None
    interval: Bounds | None
    random_area_after: float | None = None
    random_kept: float | None = None
    random_interval: Bounds | None = None
    edit: ArmRow | None = None
    """The same in full; None in files of early versions."""
    noncarriers: ArmRow | None = None
    """With as many random units that do not carry the concept."""
    others: ArmRow | None = None
    """With as many random units of all others."""


@dataclass(frozen=True)
class ChangedRow:
    """The part of the pixels in the region that an arm changes, and of those outside of it."""

    inside: float
    interval: Bounds
    outside: float | None
    outside_interval: Bounds | None


@dataclass(frozen=True)
class ChangedRows:
    """The part of the pixels that each arm changes."""

    edit: ChangedRow
    noncarriers: ChangedRow | None = None
    others: ChangedRow | None = None


Ranking = Literal["iou", "ace"]
"""Units ranked by their IoU with a concept, as dissected, or by alpha, as `ganatomy ace` found it."""


@dataclass(frozen=True)
class StepRow:
    """One step of an edit."""

    action: Literal["ablate", "insert", "copy"]
    layer: str
    concept: str | None
    units: Units
    labelled: int | None = None
    """How many of the units are labelled by the concept in the dissection; None where none tells."""
    iou: tuple[float, ...] = ()
    """Of each unit with the concept."""
    value: str = "0"
    """What the units were set to, in words."""
    values: tuple[float, ...] = ()
    """The same as numbers, one for all or one for each."""
    strength: float = 1.0
    where: str | None = None
    """None for the whole map."""
    source: tuple[int, int, int] | None = None
    """Sample, row and column that a copy is of."""
    ranked_by: Ranking | None = None
    """What made these units the concept's best; None where they were given by number, or before this was recorded."""
    noncarriers: tuple[Units, ...] | None = None
    """Random sets that took the units' place, of units that do not carry the concept."""
    others: tuple[Units, ...] | None = None
    """The same of all other units."""

    @property
    def said(self) -> str:
        """The step in words, such as `20 units of layer4, 1 of them labelled tree, ablated`."""
        units = units_said(self.units, self.layer, self.concept, self.labelled)
        done = f"by ACE {DONE[self.action]}" if self.ranked_by == "ace" else DONE[self.action]
        if self.source is not None:
            done = "copied from sample {}, cell {},{}".format(*self.source)
        return f"{units}, {done}" if self.labelled is not None and self.concept else f"{units} {done}"


def units_said(units: Sequence[int], layer: str, concept: str | None, labelled: int | None) -> str:
    """Return how many units of a layer there are, and how many of them carry the concept's label.

    >>> units_said(range(20), "layer4", "tree", 1)
    '20 units of layer4, 1 of them labelled tree'
    >>> units_said([3], "layer4", "tree", 0)
    '1 unit of layer4, not labelled tree'

    Args:
        units: their numbers.
        layer: whose they are.
        concept: what an edit of them is about.
        labelled: how many are labelled by it in the dissection; None where none tells.
    """
    said = f"{len(units)} unit{'s' * (len(units) > 1)} of {layer}"
    if concept is None:
        return said
    if labelled is None:
        return f"{said} for {concept}"
    if len(units) == 1:
        return f"{said}, {'' if labelled else 'not '}labelled {concept}"
    return f"{said}, {labelled or 'none'} of them labelled {concept}"


@dataclass(frozen=True)
class Shown:
    """Which samples the pictures show, and why those."""

    samples: tuple[int, ...] = ()
    rule: str = ""


@dataclass(frozen=True)
class PassesRow:
    """How often the parts of the generator ran."""

    lower: int
    """What lies below the edited layers."""
    upper: int
    """What lies above them, and the segmenter."""
    plain: int
    """Whole generator and segmenter, the plain way: as often as the upper part."""


@dataclass(frozen=True)
class EffectsRecord:
    """An edit and its effects; layer, concept, units, value and region are those of its first step."""

    SCHEMA: ClassVar[int] = EFFECTS
    AGAIN: ClassVar[str] = "measure the edit again"

    layer: str
    concept: str | None
    """What the edit is about; None where units were given by number."""
    units: Units
    value: float | None
    """None where each unit has its own."""
    num_images: int
    segmenter: str
    fingerprint: str
    """Of the segmenter."""
    effects: tuple[EffectRow, ...]
    random_sets: tuple[Units, ...]
    strength: float = 1.0
    region: str | None = None
    generator: str = ""
    """Fingerprint of the generator."""
    seed: int = 0
    random_units: Units = ()
    """The random set that the pictures show."""
    shown: Shown = field(default_factory=Shown)
    before: str | None = None
    after: str | None = None
    after_random: str | None = None
    changed: str | None = None
    """After, with the pixels outlined that changed."""
    compare: str | None = None
    steps: tuple[StepRow, ...] = ()
    """None in files of early versions, which knew a single ablation."""
    title: str = ""
    """The steps in words."""
    changed_pixels: ChangedRows | None = None
    passes: PassesRow | None = None
    value_images: int = 0
    """Other samples, on which values were found."""
    region_share: float | None = None
    """Part of all pixels that lies in the region; None for the whole map."""
    of_class: str | None = None
    """The class that all samples were of; None where there are none, or all."""
    on: tuple[str, ...] = ()
    """Inverted photos that were edited in place of samples, by their folders in the run."""
    photo: str | None = None
    """Those photos themselves."""

    @property
    def all_steps(self) -> tuple[StepRow, ...]:
        """The steps; of a file of an early version its single ablation."""
        if self.steps:
            return self.steps
        value = 0.0 if self.value is None else self.value
        others = self.random_sets or None
        return (
            StepRow(
                "ablate", self.layer, self.concept, self.units, value=f"{value:g}", values=(value,),
                strength=self.strength, where=self.region, others=others,
            ),
        )  # fmt: skip
