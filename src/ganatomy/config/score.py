"""Settings of `ganatomy score`."""

import math
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional, arg

from ganatomy.errors import ConfigError

MetricName = Literal[
    "fd", "is", "kd", "precision", "recall", "density", "coverage", "mind", "mmd", "modes", "high_quality", "reverse_kl"
]

_KD_SUBSET_SIZE = 1000


@dataclass(frozen=True)
class MetricOptions:
    """What the metrics leave open."""

    is_splits: int = 10
    """Parts of an Inception Score."""
    kd_subsets: int = 100
    """Subsets of a kernel distance."""
    kd_subset_size: int | None = None
    """Samples in each; none given takes 1000, or all where there are fewer."""
    precision_neighbours: int = 3
    """k of precision and recall."""
    density_neighbours: int = 5
    """k of density and coverage."""
    mind_projections: int = 1000
    """Directions of MIND."""
    mode_deviations: float = 3.0
    """Standard deviations from its centre within which a point is of high quality."""
    mode_covered_from: int = 1
    """Points of high quality that make a mode covered."""
    resamples: int = 1000
    """Resamples of an interval."""
    level: float = 0.95
    """Coverage of an interval."""

    def __post_init__(self) -> None:
        for option in fields(self):
            value = getattr(self, option.name)
            if value is not None and not 0 < value < math.inf:
                raise ConfigError(f"{option.name} is {value}; give a finite number above 0")
        if self.kd_subset_size == 1:
            raise ConfigError("kd_subset_size is 1; give 2 or more")
        if not self.level < 1:
            raise ConfigError(f"level is {self.level}; give a share between 0 and 1, such as 0.95")

    def subset_size(self, num_samples: int) -> int:
        """Return the samples in each subset of a kernel distance of so many samples."""
        return min(_KD_SUBSET_SIZE, num_samples) if self.kd_subset_size is None else self.kd_subset_size


@dataclass(frozen=True)
class ScoreConfig:
    """Score the generators of one or several runs against real images; every score carries its protocol."""

    runs: Positional[tuple[Path, ...]]
    """Run directories; several are set side by side, and refused where their scores could not be compared."""
    metrics: tuple[MetricName, ...] = ()
    """What to measure; none given measures all that data and extractor allow."""
    extractor: str = "efficientnet"
    """Network whose features are compared: `efficientnet`, `inception`, `resnet56`, `ade20k`, or `module:function`."""
    extractor_weights: Path | None = None
    """Weights of the extractor, where it comes without."""
    num_images: int = 10_000
    """Images or points to generate."""
    num_real: int = 10_000
    """Real ones to compare with, or all where there are fewer; scenes are rendered anew, others than trained on."""
    data: str | None = None
    """Folder or zip of other real images than the run's own, or `scenes`."""
    split: str | None = None
    """Split of the real images; none given takes the run's."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, or
    one kept on the way, such as `generation-500`."""
    options: Annotated[MetricOptions, arg(name="")] = field(default_factory=MetricOptions)
    """What the metrics leave open."""
    batch_size: int = 64
    """Images generated and looked at at a time; scores do not depend on it beyond rounding."""
    seed: int = 0
    """Seed of the latents, subsets, directions and resamples."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda` or `cuda:N`."""

    def __post_init__(self) -> None:
        if not self.runs:
            raise ConfigError("no run given; give one run directory or more")
        for name in ("runs", "metrics"):
            values = [str(value) for value in getattr(self, name)]
            if len(set(values)) != len(values):
                raise ConfigError(f"{name} are {values}; give each once")
        for name, least in (("num_images", 2), ("num_real", 2), ("batch_size", 1)):
            if getattr(self, name) < least:
                raise ConfigError(f"{name} is {getattr(self, name)}; give {least} or more")
        if self.seed < 0:
            raise ConfigError(f"seed is {self.seed}; give 0 or more")
