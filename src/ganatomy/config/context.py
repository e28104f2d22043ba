"""Settings of `ganatomy context`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import Positional

from ganatomy.config.bounds import Amount, Count, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.segmenter import SegmenterChoice, choice_of
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class ContextConfig:
    """Insert units of concepts into one cell at a time, and measure where they take effect and where they cannot.

    Beside that stand the trace of an insertion through the layers above, and what is kept of a concept as ever more
    of its units are ablated.
    """

    run: Positional[Path]
    """Run directory whose generator is edited; its weights stay as they are."""
    layer: str
    """The layer whose units are inserted."""
    concepts: tuple[str, ...]
    """Concepts whose best units are inserted, as found by `ganatomy dissect`."""
    top: Count = 20
    """How many units of each concept."""
    ranking: Literal["iou", "ace"] = "iou"
    """Which units are a concept's best: those that agree with it, by `ganatomy dissect`, or those that cause it, by
    `ganatomy ace`."""
    units: tuple[int, ...] = ()
    """Take these units instead, best first; for one concept."""
    value: Literal["mean", "quantile"] = "mean"
    """What units are set to: their `mean` where the concept is, or their 99 % `quantile` over all cells."""
    times: Amount = 1.0
    """By what that is multiplied."""
    cells: Count = 16
    """Cells of each sample that units are inserted into, one after another; as many as the layer has, or more, are all
    of them."""
    sizes: tuple[int, ...] = (1, 2, 4, 8, 12, 20, 30, 50)
    """How many units are ablated, one after another; numbers beyond the layer's ranking are left out."""
    trace: tuple[str, ...] = ()
    """Layers that the trace goes through; none given takes the generator's own parts above the layer."""
    num_images: Count = 200
    """Samples to insert into."""
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
            raise ConfigError(f"concepts are {', '.join(self.concepts) or 'none'}; give one or more, each once")
        if self.units and len(self.concepts) > 1:
            raise ConfigError(f"units are given for {len(self.concepts)} concepts; give one concept, or leave them out")
        if not self.sizes or min(self.sizes) < 1 or list(self.sizes) != sorted(set(self.sizes)):
            raise ConfigError(f"sizes are {list(self.sizes)}; give rising numbers of units, such as 1 2 4 8 20 30")
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        return choice_of(self)
