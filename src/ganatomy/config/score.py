"""Settings of `ganatomy score`."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from tyro.conf import Positional

from ganatomy.config.bounds import Amount, AtLeast, Count, ShareOf, WholeNumber, require_bounds
from ganatomy.config.classes import ClassChoice
from ganatomy.config.scenes import require_scene_preset
from ganatomy.errors import ConfigError

MetricName = Literal[
    "fd", "is", "kd", "precision", "recall", "density", "coverage", "mind", "mmd", "modes", "high_quality", "reverse_kl"
]

_KD_SUBSET_SIZE = 1000


@dataclass(frozen=True)
class MetricOptions:
    """What the metrics leave open."""

    is_splits: Count = 10
    """Parts of an Inception Score."""
    kd_subsets: Count = 100
    """Subsets of a kernel distance."""
    kd_subset_size: Annotated[int, AtLeast(2)] | None = None
    """Samples in each; none given takes 1000, or all where there are fewer."""
    precision_neighbours: Count = 3
    """k of precision and recall."""
    density_neighbours: Count = 5
    """k of density and coverage."""
    mind_projections: Count = 1000
    """Directions of MIND."""
    mode_deviations: Amount = 3.0
    """Standard deviations from its centre within which a point is of high quality."""
    mode_covered_from: Count = 1
    """Points of high quality that make a mode covered."""
    resamples: Count = 1000
    """Resamples of an interval."""
    level: Annotated[float, ShareOf(0.95)] = 0.95
    """Coverage of an interval."""

    def __post_init__(self) -> None:
        require_bounds(self)

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
    num_images: Annotated[int, AtLeast(2)] = 10_000
    """Images or points to generate."""
    num_real: Annotated[int, AtLeast(2)] = 10_000
    """Real ones to compare with, or all where there are fewer; scenes are rendered anew, others than trained on."""
    data: str | None = None
    """Folder or zip of other real images than the run's own, `scenes`, `scenes:houses` or `scenes:streets`."""
    split: str | None = None
    """Split of the real images; none given takes the run's."""
    weights: str = "ema"
    """The average over the survivors `ema`, the last survivor `latest`, the average that scored `best` in training, one
    kept on the way, such as `generation-500`, or those `repaired` by `ganatomy repair`."""
    options: MetricOptions = field(default_factory=MetricOptions)
    """What the metrics leave open."""
    of_class: ClassChoice = None
    """Name or number of a class, of which all samples are, for a generator that takes classes; none given draws all as
    likely."""
    batch_size: Count = 64
    """Images generated and looked at at a time; scores do not depend on it beyond rounding."""
    seed: WholeNumber = 0
    """Seed of the latents, subsets, directions and resamples."""
    device: str = "cpu"
    """Where to compute: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one."""

    def __post_init__(self) -> None:
        require_bounds(self)
        require_scene_preset(self.data)
        if not self.runs:
            raise ConfigError("no run given; give one run directory or more")
        for name in ("runs", "metrics"):
            values = [str(value) for value in getattr(self, name)]
            if len(set(values)) != len(values):
                raise ConfigError(f"{name} are {values}; give each once")
