"""Settings of `ganatomy dissect`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tyro.conf import Positional

from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class DissectConfig:
    """Find the units of a layer that agree with a concept, and write tables and cards into the run."""

    run: Positional[Path]
    """Run directory whose generator is dissected."""
    layers: tuple[str, ...] = ("layer2", "layer3")
    """Layers to dissect, by their dotted module names."""
    segmenter: Literal["scenes", "ade20k"] = "scenes"
    """Tells the concept of each pixel: `scenes` for the procedural scenes, `ade20k` for photographs."""
    segmenter_weights: Path | None = None
    """Safetensors file of the segmenter; `scenes` has its own."""
    input_size: int | None = None
    """Pixels a side that the segmenter sees; none given lets it choose."""
    num_images: int = 1000
    """Samples to score the units on; as many others choose their thresholds."""
    grid: int | None = None
    """Rows and columns on which units and masks are compared; none given takes the image's pixels."""
    top: int = 6
    """Images on a unit's card."""
    weights: Literal["ema", "latest", "best"] = "ema"
    """The average over the survivors, or the last survivor."""
    batch_size: int = 32
    """Samples generated and segmented at a time; the scores do not depend on it."""
    seed: int = 0
    """Seed of the latents."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda` or `cuda:N`."""

    def __post_init__(self) -> None:
        for field in ("num_images", "top", "batch_size", "grid", "input_size"):
            value = getattr(self, field)
            if value is not None and value < 1:
                raise ConfigError(f"{field} is {value}; give 1 or more")
        if not self.layers or len(set(self.layers)) != len(self.layers):
            raise ConfigError(f"layers are {list(self.layers)}; give one or more, each once")
