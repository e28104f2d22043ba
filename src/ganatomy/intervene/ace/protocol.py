"""What causes are looked for by, and what is found."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.intervene.ace.optimise import Alpha
from ganatomy.intervene.ace.samples import Pairs
from ganatomy.intervene.ace.schedule import OFFICIAL_PASSES, QUICK, Schedule
from ganatomy.intervene.causal import CausalEffect
from ganatomy.intervene.curves import Curve

RankingName = Literal["ace", "iou", "gradient", "single unit"]

SetName = Literal["ace", "iou", "random", "random of all"]

CURVES = "curves"
"""The purpose of the passes that curves and their rankings take; the released code has another program for them."""


@dataclass(frozen=True)
class AceProtocol:
    """How alpha is optimised and what its effects are measured on.

    Raises:
        ConfigError: a number is out of its range.
    """

    schedule: Schedule = QUICK
    top: int = 20
    """Units of the causal set: those of the highest alpha."""
    num_images: int = 150
    """Samples that effects are measured on, others than those trained on."""
    random_sets: int = 5
    """Draws of as many random units, dealt out among the samples."""
    curve_images: int = 100
    """Samples that curves are measured on; 0 for no curves."""
    specificity: float = 0.0
    """Weight of the penalty on the other concepts' change."""
    compat_insertion_bug: bool = False
    """Read the insertion where the other image of the pair was ablated, as the released code does, by mistake."""
    seed: int = 0
    """Seed of everything drawn."""
    batch_size: int = 32
    """Samples at a time; the figures do not depend on it."""

    def __post_init__(self) -> None:
        for name in ("top", "num_images", "random_sets", "batch_size"):
            if getattr(self, name) < 1:
                raise ConfigError(f"{name} is {getattr(self, name)}; give 1 or more")
        if not 0 <= self.curve_images <= self.num_images:
            raise ConfigError(f"curve_images is {self.curve_images}; give 0 to num_images, {self.num_images}")
        if not self.specificity >= 0:
            raise ConfigError(f"specificity is {self.specificity}; give 0 or more")

    def to_json(self) -> dict[str, Any]:
        """Return all that the figures depend on."""
        return {name: value for name, value in asdict(self).items() if name != "batch_size"}


@dataclass(frozen=True)
class MeasuredSet:
    """Units, or random sets of them, and what they cause."""

    name: SetName
    units: tuple[tuple[int, ...], ...]
    """One set, or the random ones."""
    effects: tuple[CausalEffect, ...]
    """On every concept of the segmenter."""


@dataclass(frozen=True)
class RankedCurve:
    """What ever more units of a ranking do to the concept."""

    ranking: RankingName
    kind: Literal["ablation", "insertion"]
    units: tuple[int, ...]
    """As many of the ranking as the largest size."""
    curve: Curve
    """Kept of the area; or, after an insertion, the part of the cell that shows the concept."""


@dataclass(frozen=True, eq=False)
class Cause:
    """What causes one concept."""

    concept: str
    alpha: Alpha
    ranking: tuple[int, ...]
    """All units, the highest alpha first, those of equal alpha by IoU."""
    iou: Tensor
    """(u,) with the concept, 0 where a unit is not ranked."""
    value: Tensor
    """(u,) what units are set to by insertion: k."""
    pairs: Pairs
    sets: tuple[MeasuredSet, ...]
    curves: tuple[RankedCurve, ...]
    passes: dict[str, int]
    """Images generated and segmented for this concept, by purpose; of those for all concepts, its share."""
    seconds: float

    @property
    def units(self) -> tuple[int, ...]:
        """The causal set."""
        return self.sets[0].units[0]

    def effect(self, name: SetName, concept: str | None = None) -> CausalEffect | None:
        """Return what a set does to a concept, this one where none is given; None where the set was not measured."""
        wanted = self.concept if concept is None else concept
        found = (effect for one in self.sets if one.name == name for effect in one.effects if effect.concept == wanted)
        return next(found, None)


def passes_of(passes: dict[str, int]) -> int:
    """Return the passes that the released code's program is to be held against: all but those of curves."""
    return sum(number for purpose, number in passes.items() if purpose != CURVES)


def passes_official() -> int:
    """Return how many images the released code generates and segments for a concept: 103,000."""
    return sum(OFFICIAL_PASSES.values())
