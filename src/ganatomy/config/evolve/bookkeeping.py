"""What may be another when a training goes on: when it ends, how it is scored, where and what is written."""

from dataclasses import dataclass
from pathlib import Path

from ganatomy.config.bounds import Amount, Count, WholeNumber, require_bounds
from ganatomy.config.score import MetricName


@dataclass(frozen=True)
class StopSettings:
    """When a training ends: at whichever of these comes first."""

    generations: Count | None = None
    """Stop after this many generations in all."""
    kimg: Amount | None = None
    """Stop after the discriminator has seen this many thousand real images in all."""
    minutes: Amount | None = None
    """Stop after this many minutes of training in all, earlier sittings included; 1 where no stop is given at all."""
    stop_after_no_gain: Count | None = None
    """Stop when so many scores in a row have not been better than the best one; a run that is resumed to another stop
    counts anew."""

    def __post_init__(self) -> None:
        require_bounds(self)

    @property
    def amounts(self) -> tuple[float | None, ...]:
        """The stops that are an amount of training: generations, kimg, minutes."""
        return self.generations, self.kimg, self.minutes


@dataclass(frozen=True)
class ScoringSettings:
    """Scores during the training, by which the best weights are kept."""

    score_every_generations: Count | None = None
    """Score the average every so many generations and keep the best one as weights `best`."""
    score_metric: MetricName | None = None
    """What decides which one is best, see `ganatomy score`; none given takes FD of images, MMD of points."""
    score_images: Count = 2000
    """Images, real and generated, of a score during training."""
    extractor: str = "efficientnet"
    """Features in which images are scored; see `ganatomy score`."""
    extractor_weights: Path | None = None
    """Weights of the extractor, where it comes without."""

    def __post_init__(self) -> None:
        require_bounds(self)


@dataclass(frozen=True)
class BookkeepingSettings:
    """The run: where it is, where it computes, and what it writes when."""

    name: str = "egan"
    """Name of the run; its directory is `NNNN-name`."""
    out: Path = Path("runs")
    """Directory in which runs are kept."""
    resume: Path | None = None
    """Go on with this run from its last snapshot; only stops and bookkeeping may change."""
    sample_every_minutes: Amount = 5.0
    """Minutes between sample grids."""
    snapshot_every_minutes: Amount = 5.0
    """Minutes between snapshots to resume from."""
    keep_every_generations: Count | None = None
    """Keep the average of every so many generations, of the first and of the last: `ganatomy dissect --history`."""
    tick_generations: Count = 10
    """Generations between lines of metrics.jsonl."""
    rollbacks: WholeNumber = 3
    """How often a training in which every child has died goes back to its last snapshot."""
    device: str = "cpu"
    """Where to train: `cpu`, `cuda`, `cuda:N`, or `auto` for a GPU where there is one; a run that goes on
    elsewhere draws other random numbers."""
    threads: Count | None = None
    """CPU threads; none given takes one a core."""

    def __post_init__(self) -> None:
        require_bounds(self)
