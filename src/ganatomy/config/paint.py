"""Settings of `ganatomy paint`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from tyro.conf import Positional

from ganatomy.config.bounds import Between, Count, require_bounds
from ganatomy.config.segmenter import SegmenterChoice, choice_of


@dataclass(frozen=True)
class PaintConfig:
    """Paint in a generator's pictures in the browser: draw and remove concepts, and see what else changes.

    The page is served to this machine alone, under a link that holds for one start.
    """

    run: Positional[Path]
    """Run directory whose generator is painted in; its weights stay as they are."""
    layer: str | None = None
    """The layer whose units are painted with; none given takes the dissected one whose units show most concepts, or
    of a run without a dissection the last one of 16 x 16 cells. Others can be chosen in the page."""
    port: Annotated[int, Between(0, 65535)] = 0
    """Where the page is served on 127.0.0.1; 0 takes any that is free."""
    open: bool = False
    """Open the page in the browser."""
    value_images: Count = 200
    """Samples on which it is found what units are where a concept is; fewer of a layer of many cells."""
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
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        self.segmenter_choice  # noqa: B018  (refuses what does not fit the segmenter)

    @property
    def segmenter_choice(self) -> SegmenterChoice | None:
        """The segmenter and what it is loaded with, or None for that of the layer's dissection."""
        return choice_of(self)
