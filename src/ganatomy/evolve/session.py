"""A training as a whole: a run made or gone on with, held against other processes, trained and written."""

from dataclasses import dataclass, replace

import torch

from ganatomy.config.changes import changes
from ganatomy.config.evolve import MAY_CHANGE, EvolveConfig, ScoringSettings, StopSettings
from ganatomy.config.jsonable import read_config, to_json
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.data.sources import open_data
from ganatomy.errors import ConfigError, DivergedTraining, IncompatibleRun
from ganatomy.evolve.origin import at_size, manifest_of
from ganatomy.evolve.scores import require_real_samples, require_scores
from ganatomy.evolve.state import TrainingState, ancestor, start
from ganatomy.evolve.train import resume, snapshot_path, train
from ganatomy.progress import Progress
from ganatomy.runs.directory import Run, create_run, open_run
from ganatomy.runs.files import write_json
from ganatomy.runs.layout import CONFIG, MANIFEST
from ganatomy.runs.lock import held
from ganatomy.runs.manifest import open_manifest, write_manifest
from ganatomy.runs.state import load_state
from ganatomy.runs.training_data import place_to_resume

DEFAULT_MINUTES = 1.0


@dataclass(frozen=True)
class Evolution:
    """A run, and where its training stands."""

    run: Run
    state: TrainingState
    failure: DivergedTraining | None = None
    """Why it ended before its stop: every child died once too often. None where it did not."""


def evolve(config: EvolveConfig, progress: Progress) -> Evolution:
    """Make a run and train it to its stop, or go on with the run that `config.bookkeeping.resume` names.

    Args:
        config: all settings; without a stop it trains for `DEFAULT_MINUTES`, resumed to the stop it had.
        progress: told of every generation.

    Raises:
        ConfigError: a setting that cannot be used.
        CheckpointError: the run to resume has no snapshot, or the one to grow from no weights.
        IncompatibleRun: the run to resume or to grow from does not fit, or another process is training it.
        DataError: no images could be read.
        KeyboardInterrupt: Ctrl-C or SIGTERM came; where it stood is saved.
    """
    resumed = config.bookkeeping.resume
    return _begin(config, progress) if resumed is None else _go_on(config, open_run(resumed), progress)


def ready(config: EvolveConfig, run: Run | None, progress: Progress) -> TrainingState:
    """Return the state to train from, its data open: that of a run's snapshot, or the one before all generations.

    Args:
        config: all settings.
        run: the run to go on with, which has a snapshot; None for a new training.
        progress: told of the images read.

    Raises:
        GanatomyError: the data cannot be read or are too few, or the snapshot does not fit them or the settings.
    """
    data = _data(config, progress)
    return start(config, data) if run is None else resume(config, run, data)


def grow(config: EvolveConfig, run: Run, state: TrainingState, progress: Progress) -> Evolution:
    """Train a run that is held to the stop of `config`; a training that diverges is a result with its failure.

    Args:
        config: all settings, with a stop.
        run: receives everything.
        state: from `ready`; carried on in place.
        progress: told of every generation.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; where it stood is saved.
    """
    manifest = manifest_of(config, state.data)
    write_manifest(run, manifest if state.stage is None else at_size(manifest, state.stage.image_size))
    try:
        train(config, run, state, progress)
    except DivergedTraining as error:
        return Evolution(run, state, error)
    return Evolution(run, state)


def _begin(asked: EvolveConfig, progress: Progress) -> Evolution:
    config = _with_stop(asked)
    ancestor(config)  # refused now rather than after thousands of images have been decoded
    _require_scores(config)
    _use_threads(config)
    state = ready(config, None, progress)
    run = create_run(config.bookkeeping.out, config.bookkeeping.name, to_json(config))
    with held(run):
        if config != asked:
            progress.line(
                f"no stop is given, so it trains for {DEFAULT_MINUTES:g} minute; `ganatomy evolve --resume {run.path} "
                f"--minutes {60 * DEFAULT_MINUTES:g}` goes on"
            )
        _introduce(config, run, state, progress)
        return grow(config, run, state, progress)


def _go_on(asked: EvolveConfig, run: Run, progress: Progress) -> Evolution:
    with held(run):
        before = read_config(EvolveConfig, run.path / CONFIG, given=None)  # only compared
        config = _where_data_lie(_resumed(asked, before), run)
        _require_scores(config)
        load_state(snapshot_path(run))  # refused now rather than after thousands of images have been decoded
        _use_threads(config)
        state = ready(config, run, progress)
        _count_anew(config, before, state, progress)
        if _scored_by(config) != _scored_by(before):
            state.forget_best()
        write_json(run.path / CONFIG, to_json(changed(config, resume=None)))
        _introduce(config, run, state, progress)
        return grow(config, run, state, progress)


def _introduce(config: EvolveConfig, run: Run, state: TrainingState, progress: Progress) -> None:
    if isinstance(state.data, ImageSet):
        progress.line(f"run {run.path}: {len(state.data)} images of {config.data.image_size} px")
        if state.growth is not None and state.stage != state.growth.stage_at(state.growth.kimg):
            progress.line(
                f"it grows from {config.growing.start_size} to {config.data.image_size} px and is full grown after "
                f"{state.growth.kimg:g} kimg"
            )
    else:
        progress.line(f"run {run.path}: points of {state.data.name}")


def _use_threads(config: EvolveConfig) -> None:
    if config.bookkeeping.threads:
        torch.set_num_threads(config.bookkeeping.threads)


def _require_scores(config: EvolveConfig) -> None:
    if config.scoring.score_every_generations is not None:
        require_scores(config)  # warnings come with the first score


def _with_stop(config: EvolveConfig) -> EvolveConfig:
    return changed(config, minutes=DEFAULT_MINUTES) if config.stop == StopSettings() else config


def _scored_by(config: EvolveConfig) -> ScoringSettings:
    """Return what decides which weights are the best: how they are scored, not how often."""
    return replace(config.scoring, score_every_generations=None)


def _data(config: EvolveConfig, progress: Progress) -> ImageSet | Mixture:
    images = open_data(config.data, config.seed, progress)
    if config.scoring.score_every_generations is not None:
        require_real_samples(config, images)
    if isinstance(images, Mixture):
        return images
    needed = max(config.optimiser.batch_size * config.optimiser.discriminator_steps, config.images_per_evaluation)
    if len(images) < needed:
        raise ConfigError(
            f"{config.data.data} holds {len(images)} images, fewer than the {needed} of one batch; "
            "lower batch_size and evaluation_size, or give more images"
        )
    return images


def _count_anew(config: EvolveConfig, before: EvolveConfig, state: TrainingState, progress: Progress) -> None:
    """Let a run that has stopped for want of gain go on to the stop that is now asked for, if one is."""
    limit = config.stop.stop_after_no_gain
    if not limit or state.scores_without_gain < limit:
        return
    ended = f"the last {state.scores_without_gain} scores were no better than the best one"
    if config.stop.amounts == before.stop.amounts:
        progress.line(f"{ended}, so it stays as it is; give another stop, such as --generations, to go on")
    else:
        progress.line(f"{ended}; it goes on, and counts anew")
        state.scores_without_gain = 0


def _where_data_lie(config: EvolveConfig, run: Run) -> EvolveConfig:
    """Return the settings with the path at which the images lie that the run was trained on, if they are there."""
    if not config.data.has_files or not (run.path / MANIFEST).exists():
        return config
    return changed(config, data=place_to_resume(config.data.data, open_manifest(run)))


def _resumed(asked: EvolveConfig, before: EvolveConfig) -> EvolveConfig:
    """Return the settings of a run that goes on: those of `asked`, and where that has no stop, the stops of `before`.

    A folder or zip may lie elsewhere by now; the snapshot knows whether its images are the same.

    Raises:
        IncompatibleRun: `asked` sets something else to another value than `before` has.
    """
    has_moved = before.data.has_files and asked.data.has_files
    if differing := changes(before, asked, MAY_CHANGE | ({"data"} if has_moved else set())):
        raise IncompatibleRun(
            f"{asked.bookkeeping.resume} cannot go on under other settings: {'; '.join(differing)}; leave "
            "them out, or start a new run"
        )
    if any(amount is not None for amount in asked.stop.amounts):
        return asked
    return replace(asked, stop=replace(before.stop, stop_after_no_gain=asked.stop.stop_after_no_gain))
