"""Settings of `ganatomy ace`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import FlagCreatePairsOff, Positional

from ganatomy.config.bounds import Count, Weight, WholeNumber, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.segmenter import SegmenterChoice, choice_of
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class AceConfig:
    """Find the units that cause a concept, by the optimised alpha of GAN Dissection, and measure what they do."""

    run: Positional[Path]
    """Run directory whose generator is opened up; its weights stay as they are."""
    layer: str
    """The layer whose units are ranked; `ganatomy dissect` has to have dissected it."""
    concepts: tuple[str, ...]
    """Concepts whose causes are looked for; more of them share the samples, so that each costs less."""
    schedule: Literal["quick", "published"] = "quick"
    """How long alpha is optimised: `quick` stops early, `published` is the released code's, several times as long."""
    top: Count = 20
    """Units of the causal set: those of the highest alpha, of equal ones those of the higher IoU."""
    specificity: Weight = 0.0
    """Weight of a penalty on what becomes of the other concepts as the units are ablated; 0 for none."""
    compat_insertion_bug: FlagCreatePairsOff[bool] = False
    """Read insertions at a cell where none was made, as the released code does by mistake; only to reproduce it."""
    pool: Count | None = None
    """Samples to look for cells in; none given takes the schedule's, 2,000 or 10,000."""
    steps: Count | None = None
    """Updates of alpha; none given takes the schedule's, 120 or 500."""
    num_images: Count = 150
    """Other samples, on which effects are measured."""
    random_sets: Count = 5
    """Draws of as many random units to compare with, dealt out among these samples."""
    curve_images: WholeNumber = 100
    """How many of these samples curves are measured on; 0 for no curves, which take most of the time."""
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
    """Seed of the latents, the cells, the random units and the resampling."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if not self.concepts or len(set(self.concepts)) != len(self.concepts):
            raise ConfigError(f"concepts are {list(self.concepts)}; give one or more, each once")
        if self.curve_images > self.num_images:
            raise ConfigError(
                f"curve_images is {self.curve_images}, more than the {self.num_images} samples that effects are "
                f"measured on; give 0 to {self.num_images}, or more --num-images"
            )
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        return choice_of(self)
