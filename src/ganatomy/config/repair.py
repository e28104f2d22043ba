"""Settings of `ganatomy repair`."""

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganatomy.config.bounds import Amount, AtLeast, Count, WholeNumber, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.segmenter import SegmenterChoice, choice_of
from ganatomy.errors import ConfigError

VALUES = ("zero", "low-quantile", "mean")
"""What units can be set to by a word: 0; the unit's own 1 % quantile; its mean; both over all cells of all samples."""


@dataclass(frozen=True)
class RepairConfig:
    """Find units that paint artifacts, prove on held-out images that it is better without them, and bake that.

    What is accepted becomes the weights `repaired` of the run; where nothing is, no weights are written.
    """

    run: Positional[Path]
    """Run directory whose generator is repaired; its other weights stay as they are."""
    layer: str | None = None
    """The layer whose units are looked at; none given takes the last one of 8x8 cells, as in the paper."""
    units: tuple[int, ...] = ()
    """Units marked by hand, such as on the page of top samples that a first call writes: all of them are tried,
    instead of those that methods find."""
    value: str = "zero"
    """What the units are set to: `zero`, its own `low-quantile` (1 %), its `mean`, or a number."""
    metric: Literal["kd", "fd"] = "kd"
    """Distance from real images, of a unit's top samples and of all: `kd`, unbiased however few there are, or `fd`."""
    candidates: Count = 6
    """Units that each method may nominate."""
    top_images: Annotated[int, AtLeast(2)] = 30
    """Samples that activate a unit most, by which it is judged."""
    num_images: Annotated[int, AtLeast(8)] = 500
    """Samples to choose by; as many others accept or refuse what was chosen."""
    num_real: Annotated[int, AtLeast(8)] = 1000
    """Real images, or all where there are fewer: one half chooses, the other accepts."""
    budget: Amount = 0.1
    """By which part of itself the area of a concept may move."""
    random_sets: Count = 5
    """Draws of as many random units to compare with."""
    extractor: str = "efficientnet"
    """Network whose features are compared, as for `ganatomy score`: `efficientnet`, `inception`, `resnet56`, `ade20k`,
    or `module:function`."""
    extractor_weights: Path | None = None
    """Weights of the extractor, where it comes without."""
    data: str | None = None
    """Folder or zip of other real images than the run's own, or `scenes`."""
    split: str | None = None
    """Split of the real images; none given takes the run's."""
    segmenter: str | None = None
    """Tells the concepts of each pixel, named as for `dissect`; none given takes that of the layer's dissection, or
    `scenes` for a run on scenes."""
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
    kept on the way, such as `generation-500`, or those `repaired` before."""
    export: Path | None = None
    """Safetensors file to write the repaired weights to as well."""
    of_class: ClassChoice = None
    """Name or number of a class, of which all samples are, for a generator that takes classes; none given draws all as
    likely."""
    batch_size: Count = 32
    """Samples generated and looked at at a time; the figures do not depend on it."""
    seed: WholeNumber = 0
    """Seed of the latents, the random samples and units, and the resampling."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)
        self.constant  # noqa: B018  (refuses a value that is none)
        if self.export is not None and self.export.suffix != ".safetensors":
            raise ConfigError(f"export is {self.export}; give a file that ends in .safetensors")
        if len(set(self.units)) != len(self.units) or min(self.units, default=0) < 0:
            raise ConfigError(f"units are {list(self.units)}; give unit numbers, from 0, each once")

    @property
    def constant(self) -> float | str:
        """What the units are set to, a number or one of `VALUES` other than zero."""
        if self.value in VALUES:
            return 0.0 if self.value == "zero" else self.value
        try:
            number = float(self.value)
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ConfigError(f"value is {self.value!r}; give {', '.join(VALUES)} or a number")
        return number

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        return choice_of(self)
