"""Settings of `ganatomy demo`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

from ganatomy.config.bounds import Amount, Count, OneOf, WholeNumber, require_bounds
from ganatomy.config.evolve import IMAGE_SIZES
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class DemoConfig:
    """Show the whole story on embedded data, in a few minutes.

    Grows a small population on procedural scenes to show evolution at work. Then it opens up the packaged generator,
    grown the same way for days: dissects two layers, ablates the units of a concept, inserts them into one cell at a
    time, looks for units that paint faults, writes the report.
    """

    out: Path = Path("runs")
    """Directory in which runs are kept."""
    minutes: Amount = 1.0
    """Minutes of evolution."""
    num_scenes: Count = 2000
    """How many scenes the population grows on."""
    image_size: Annotated[int, OneOf(IMAGE_SIZES)] = 32
    """Pixels a side of the scenes that the population grows on: 32, 64, 128, 256 or 512."""
    layers: tuple[str, ...] = ("layer2", "layer3")
    """Layers of the packaged generator to dissect."""
    num_images: Count = 300
    """Samples on which units are scored and ablations measured."""
    concept: str = "window"
    """The concept whose units are ablated and inserted."""
    layer: str = "layer3"
    """The layer they are ablated and inserted in; one of the layers dissected."""
    top: Count = 20
    """How many units are ablated and inserted."""
    seed: WholeNumber = 0
    """Seed of every random stream."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.layer not in self.layers:
            raise ConfigError(f"layer is {self.layer!r}; choose one of the layers dissected: {', '.join(self.layers)}")
