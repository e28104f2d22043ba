"""Trainings: a run, a comparison of runs, a segmenter. Each takes the settings of its command."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from torch import nn

from ganatomy.compare.session import compare_arms
from ganatomy.compare.table import verdicts
from ganatomy.config.compare import CompareConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.segmenter_train import SegmenterTrainConfig
from ganatomy.errors import ConfigError
from ganatomy.evolve import session as evolution
from ganatomy.evolve.train import summary
from ganatomy.face.generators import of_run
from ganatomy.face.shown import SCREEN, as_html, as_text
from ganatomy.progress import Progress
from ganatomy.progress.choice import shown_progress
from ganatomy.report.compared.files import write_figures
from ganatomy.runs.directory import Run
from ganatomy.runs.weights import load_generator
from ganatomy.segment.load import load_segmenter
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.training import session as segmenter_training
from ganatomy.tables import Row

T = TypeVar("T")


@dataclass(frozen=True, repr=False)
class Evolved:
    """A run that was grown; shows itself in a line."""

    path: Path
    """The run directory."""
    generation: int
    kimg: float
    """Thousands of real images that the discriminator has seen."""
    seconds: float
    """Of training."""

    @property
    def generator(self) -> nn.Module:
        """The average over its survivors, in evaluation mode."""
        run = Run(self.path)
        return of_run(load_generator(run), run)

    def __repr__(self) -> str:
        return f"{self.path}: {self.generation} generations, {self.kimg:g} kimg, {self.seconds:g} s"


@dataclass(frozen=True, repr=False)
class Compared:
    """A comparison that is done; shows itself as a table of verdicts."""

    path: Path
    """Its directory, with table, figures and all runs."""
    verdicts: tuple[Row, ...]
    """For each metric and control what the verdict is, and the advantage with its interval."""

    def __repr__(self) -> str:
        return as_text(str(self.path), self.verdicts)

    def _repr_html_(self) -> str:
        return as_html(str(self.path), self.verdicts)


@dataclass(frozen=True, repr=False)
class FittedSegmenter:
    """A segmenter of your own concepts; shows itself as a table of them."""

    weights: Path
    """The file that `ganatomy dissect --segmenter trained --segmenter-weights` takes."""
    concepts: tuple[Row, ...]
    """The share of the pixels and the held-out IoU of each."""

    def load(self) -> Segmenter:
        """Return it ready to use, for `dissect` and `ablate`."""
        return load_segmenter("trained", self.weights)

    def __repr__(self) -> str:
        return as_text(str(self.weights), self.concepts[:SCREEN], len(self.concepts))

    def _repr_html_(self) -> str:
        return as_html(str(self.weights), self.concepts[:SCREEN], len(self.concepts))


def evolve(settings: EvolveConfig | None = None, *, progress: Progress | bool | None = None) -> Evolved:
    """Grow a generator by evolution, or by a single objective, in a new run directory, or go on with one.

    Args:
        settings: those of `ganatomy evolve`, such as `EvolveConfig.of(data="photos.zip", minutes=60)`; None takes the
            defaults, a minute on rendered scenes.
        progress: told of every generation; True or False shows or hides it, None shows it where somebody looks on.

    Raises:
        DivergedTraining: every child died once too often.
        GanatomyError: a setting, the data or the run to go on with is not what was asked for.
        KeyboardInterrupt: Ctrl-C; where it stood is saved.
    """
    grown = evolution.evolve(_settings(settings, EvolveConfig), shown_progress(progress))
    if grown.failure is not None:
        raise grown.failure
    return Evolved(grown.run.path, **summary(grown.state))


def compare(settings: CompareConfig | None = None, *, progress: Progress | bool | None = None) -> Compared:
    """Compare E-GAN with its controls: every arm under every seed, with paired intervals and a verdict.

    Args:
        settings: those of `ganatomy compare`, such as `CompareConfig(seeds=5, budget=2000, base=EvolveConfig.of(...))`.
        progress: as for `evolve`.

    Raises:
        GanatomyError: a setting, the data or the comparison to go on with is not what was asked for.
        KeyboardInterrupt: Ctrl-C; every run is saved.
    """
    told = shown_progress(progress)
    compared = compare_arms(_settings(settings, CompareConfig), told)
    write_figures(compared, told)
    return Compared(compared.plan.path, tuple(verdicts(compared.results)))


def train_segmenter(settings: SegmenterTrainConfig, *, progress: Progress | bool | None = None) -> FittedSegmenter:
    """Train a segmenter of your own concepts on images and masks, and write its weights.

    Args:
        settings: those of `ganatomy segmenter train`, such as `SegmenterTrainConfig(Path("pairs.zip"), minutes=5)`.
        progress: as for `evolve`.

    Raises:
        GanatomyError: a setting or the pairs are not what was asked for, or the loss is no number.
        KeyboardInterrupt: Ctrl-C; the training is saved.
    """
    trained = segmenter_training.train_segmenter(_settings(settings, SegmenterTrainConfig), shown_progress(progress))
    return FittedSegmenter(trained.weights, tuple(trained.concept_rows()))


def _settings(settings: object, kind: type[T]) -> T:
    """Return the settings, or where there are none the defaults."""
    if settings is None:
        return kind()
    if not isinstance(settings, kind):
        raise ConfigError(f"settings is a {type(settings).__name__}; give a ganatomy.{kind.__name__}")
    return settings
