"""Settings of `ganatomy edit`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganatomy.config.bounds import Between, Count, Finite, require_bounds
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class EditConfig:
    """Ablate units, and measure what vanishes beside the same number of random units."""

    run: Positional[Path]
    """Run directory whose generator is edited; its weights stay as they are."""
    layer: str
    """The layer whose units are ablated."""
    ablate: str | None = None
    """Concept whose best units are ablated, as found by `ganatomy dissect`."""
    top: Count = 20
    """How many of the concept's units."""
    units: tuple[int, ...] = ()
    """Ablate these units instead; `--ablate` then only names the concept to watch."""
    value: Annotated[float, Finite()] = 0.0
    """What the units are set to."""
    strength: Annotated[float, Between(0, 1)] = 1.0
    """How far they are moved to it, 0 to 1."""
    region: str | None = None
    """Part of the image as `x0,y0,x1,y1` in fractions, such as 0,0,0.5,1 for its left half; none given takes all."""
    num_images: Count = 500
    """Samples on which the change is measured."""
    random_sets: Count = 5
    """Draws of as many random units to compare with."""
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
    batch_size: Count = 32
    """Samples generated and segmented at a time; the figures do not depend on it."""
    seed: int = 0
    """Seed of the latents, the random units and the resampling."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda` or `cuda:N`."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.ablate is None and not self.units:
            raise ConfigError("nothing to ablate; give a concept with --ablate, or units with --units")
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)
        self.rectangle  # noqa: B018  (refuses a region that is none)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        if self.segmenter is not None:
            return SegmenterChoice(
                self.segmenter, self.segmenter_weights, self.input_size, self.segmenter_concepts, self.segmenter_options
            )
        if self.segmenter_weights or self.segmenter_concepts or self.segmenter_options or self.input_size is not None:
            raise ConfigError(
                "segmenter_weights, segmenter_concepts, segmenter_options and input_size belong to a segmenter; "
                "give --segmenter too"
            )
        return None

    @property
    def rectangle(self) -> tuple[float, float, float, float] | None:
        """The region as x0, y0, x1, y1 in fractions of the image, or None for all of it."""
        if self.region is None:
            return None
        try:
            x0, y0, x1, y1 = (float(part) for part in self.region.split(","))
        except ValueError:
            x0 = y0 = x1 = y1 = float("nan")
        if not (0 <= x0 < x1 <= 1 and 0 <= y0 < y1 <= 1):
            raise ConfigError(
                f"region is {self.region!r}; give x0,y0,x1,y1 in fractions of the image with x0 < x1 and y0 < y1, "
                "such as 0,0,0.5,1 for its left half"
            )
        return x0, y0, x1, y1
