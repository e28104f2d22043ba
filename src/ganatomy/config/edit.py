"""Settings of `ganatomy edit`."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, ClassVar, Literal

from tyro.conf import Positional, UseAppendAction

from ganatomy.config.bounds import Between, Count, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.segmenter import SegmenterChoice, choice_of
from ganatomy.config.steps import StepSettings, Where, read_steps, read_where
from ganatomy.errors import ConfigError

CHANGES = ("ablate", "insert", "copy", "units", "value", "where", "on")
"""Settings that say what is edited."""


@dataclass(frozen=True)
class EditConfig:
    """Ablate, insert and copy units, and measure what appears and vanishes beside as many random units."""

    SCHEMA: ClassVar = 2
    """Of files of settings; the first knew a single ablation."""

    run: Positional[Path]
    """Run directory whose generator is edited; its weights stay as they are."""
    layer: str | None = None
    """The layer whose units are edited; steps can name their own, as in `tree@layer2`."""
    ablate: Annotated[tuple[str, ...], UseAppendAction] = ()
    """Concept whose best units are ablated, as found by `ganatomy dissect`. May be given several times; in one edit
    ablations come first, then insertions, then copies, each laid over those before it."""
    insert: Annotated[tuple[str, ...], UseAppendAction] = ()
    """Concept whose best units are set to what they are where it is. May be given several times."""
    copy: Annotated[tuple[str, ...], UseAppendAction] = ()
    """`SAMPLE,ROW,COLUMN` of a cell whose activations are laid over the region, or without one over the same cell of
    every sample. May be given several times."""
    top: Count = 20
    """How many of a concept's units."""
    ranking: Literal["iou", "ace"] = "iou"
    """Which units are a concept's best: those that agree with it, by `ganatomy dissect`, or those that cause it, by
    `ganatomy ace`."""
    units: tuple[int, ...] = ()
    """Edit these units instead, in the only step; without any step they are ablated."""
    value: str | None = None
    """What units are set to: a number; ablated ones `zero`, their own `low-quantile` or their mean outside of the
    concept `mean-outside`; inserted ones their `mean` where the concept is, the same over all cells `published-mean`,
    or their 99 % `quantile`. None given is zero and mean."""
    strength: Annotated[float, Between(0, 1)] = 1.0
    """How far they are moved to it, 0 to 1."""
    where: str | None = None
    """Part of the images: `x0,y0,x1,y1` in fractions, such as 0,0,0.5,1 for the left half; a PNG file, painted where it
    is opaque or else not black; `cell:ROW,COLUMN` of the layer; `cell:random`, one in each sample; a concept, where the
    segmenter sees it. None given takes all."""
    on: Annotated[tuple[str, ...], UseAppendAction] = ()
    """Photo that `ganatomy invert` brought into the run, such as `invert/0001-street`, to be edited in place of
    samples. May be given several times."""
    check: Path | None = None
    """Make the edits again that `ganatomy paint` saved as tests, and see whether each still has its effect with these
    weights: a file, or a folder of such files, here or in the run, such as edits; the exit code is 1 where one has
    not. Takes no other edit."""
    num_images: Count = 500
    """Samples on which the change is measured."""
    random_sets: Count = 5
    """Draws of as many random units to compare with: of those that do not carry the concept, and again of all
    others."""
    value_images: Count = 500
    """Other samples, on which values such as `mean` are found."""
    segmenter: str | None = None
    """Tells the concepts of each pixel, named as for `dissect`; none given takes that of the layer's dissection."""
    segmenter_weights: Path | None = None
    """File or folder with the weights of the segmenter."""
    segmenter_concepts: tuple[str, ...] = ()
    """Words that `clipseg` looks for."""
    segmenter_options: tuple[str, ...] = ()
    """Options of `unified`, see `ganatomy dissect`."""
    input_size: Count | None = None
    """Pixels of the longer side of what the segmenter sees."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, one
    kept on the way, such as `generation-500`, or those `repaired` by `ganatomy repair`."""
    of_class: ClassChoice = None
    """Name or number of a class, of which all samples are, for a generator that takes classes; none given draws all as
    likely."""
    batch_size: Count = 32
    """Samples generated and segmented at a time; the figures do not depend on it."""
    seed: int = 0
    """Seed of the latents, the random units and the resampling."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)
        if self.check is None:
            self.steps, self.region  # noqa: B018  (refuses steps and a region that are none)
        elif others := [name for name in CHANGES if getattr(self, name)]:
            raise ConfigError(f"check is {self.check}, which says what is edited; leave out {', '.join(others)}")

    @classmethod
    def from_schema_1(cls, data: Mapping[str, Any]) -> dict[str, Any]:
        """Return in the form of schema 2 the settings of a file of schema 1, which knew a single ablation."""
        ablate, value = data.get("ablate"), data.get("value")
        new = {key: data[key] for key in data if key not in ("ablate", "value", "region")}
        new |= {} if ablate is None else {"ablate": [ablate]}
        new |= {} if value is None else {"value": str(value)}
        return new | ({} if data.get("region") is None else {"where": data["region"]})

    @property
    def steps(self) -> tuple[StepSettings, ...]:
        """What is done, one after another."""
        return read_steps(self.layer, self.ablate, self.insert, self.copy, self.units, self.value)

    @property
    def region(self) -> Where | None:
        """Where it is done, or None for everywhere."""
        return None if self.where is None else read_where(self.where)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        return choice_of(self)
