"""The steps of an edit, ready to be made: units of a layer, what they are set to, and where."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from ganatomy.config.steps import Action
from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Baseline
from ganatomy.intervene.changes import Change
from ganatomy.intervene.places import Place
from ganatomy.runs.records.effects import Ranking, StepRow


@dataclass(frozen=True)
class Agreement:
    """How well units of a layer agree with a concept by the dissection: whether an edit of them can be about it."""

    iou: tuple[float, ...]
    """IoU of each unit with the concept; 0 of one that is not ranked for it."""
    labelled: int
    """How many of them are interpretable and labelled by it."""
    carriers: tuple[int, ...]
    """All units of the layer that carry the concept, see `ganatomy.intervene.controls.carriers`."""


@dataclass(frozen=True, eq=False)
class Step:
    """Units of a layer moved to a value.

    Raises:
        ConfigError: no units, one given twice or negative; a value or strength out of range.
    """

    layer: str
    units: tuple[int, ...]
    value: float | Tensor = 0.0
    """What they are set to; or (u,), what each unit of the layer is set to that is among them or takes their place."""
    strength: float = 1.0
    place: Place | None = None
    """None takes all cells."""
    action: Action = "ablate"
    concept: str | None = None
    """What the step is about."""
    agreement: Agreement | None = None
    """None where no dissection tells."""
    named: str | None = None
    """What the value is called; None shows the number."""
    source: tuple[int, int, int] | None = None
    """Of a copy: sample, row and column."""
    ranked_by: Ranking | None = None
    """What made these units the concept's best; None where they were given by number."""

    def __post_init__(self) -> None:
        if not isinstance(self.value, int | float | Tensor):
            raise ConfigError(
                f"value is a {type(self.value).__name__}; give a number, or one for each unit of the layer"
            )
        if not isinstance(self.strength, int | float):
            raise ConfigError(f"strength is a {type(self.strength).__name__}; give one number, 0 to 1")
        self.change()

    def change(self, units: Sequence[int] | None = None) -> Change:
        """Return the change, or the same of other units, each set to a value of its own."""
        chosen = self.units if units is None else tuple(units)
        value = self.value[list(chosen)] if isinstance(self.value, Tensor) and self.value.ndim else self.value
        region = None if self.place is None else self.place.region
        return Change(self.layer, chosen, value, self.strength, region)

    def row(
        self, noncarriers: Sequence[Sequence[int]] | None = None, others: Sequence[Sequence[int]] | None = None
    ) -> StepRow:
        """Return the step as it is recorded, with the random sets that were changed in its place."""
        value = self.change().value
        return StepRow(
            action=self.action,
            layer=self.layer,
            concept=self.concept,
            units=self.units,
            labelled=None if self.agreement is None else self.agreement.labelled,
            iou=self.agreement.iou if self.agreement else (),
            value=self.named or ("a number for each" if isinstance(self.value, Tensor) else f"{self.value:g}"),
            values=tuple(value.tolist()) if isinstance(value, Tensor) else (float(value),),  # type: ignore[arg-type]
            strength=float(self.strength),
            where=None if self.place is None else self.place.said,
            source=self.source,
            ranked_by=self.ranked_by,
            noncarriers=None if noncarriers is None else tuple(map(tuple, noncarriers)),
            others=None if others is None else tuple(map(tuple, others)),
        )

    @property
    def said(self) -> str:
        """The step in words, such as `20 units of layer4, 1 of them labelled tree, ablated`."""
        return self.row().said


@dataclass(frozen=True, eq=False)
class PreparedEdit:
    """Steps, and the samples that they are made on."""

    baseline: Baseline
    """The samples unedited, at the lowest layer of the steps."""
    steps: tuple[Step, ...]
    """One after another."""
    widths: Mapping[str, int]
    """How many units each of their layers has."""
    found_on: int = 0
    """Other samples that ran, on which values were found."""

    @property
    def said(self) -> str:
        """The steps in words."""
        return "; ".join(step.said for step in self.steps)
