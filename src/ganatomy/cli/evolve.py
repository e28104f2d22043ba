"""`ganatomy evolve`."""

from contextlib import ExitStack
from dataclasses import replace
from typing import Any

import torch

from ganatomy.cli import report
from ganatomy.cli.changes import changes
from ganatomy.config.evolve import MAY_CHANGE, EvolveConfig, StopSettings
from ganatomy.config.jsonable import read_config, to_json
from ganatomy.config.parts import changed
from ganatomy.config.report import ReportConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.data.sources import open_data
from ganatomy.errors import ConfigError, DivergedTraining, IncompatibleRun
from ganatomy.evolve.scores import require_real_samples, require_scores
from ganatomy.evolve.state import TrainingState, ancestor, start
from ganatomy.evolve.train import resume, snapshot_path, summary, train
from ganatomy.progress import Progress
from ganatomy.runs.directory import create_run, open_run
from ganatomy.runs.files import write_json
from ganatomy.runs.state import load_state

DEFAULT_MINUTES = 1.0


def run(config: EvolveConfig, progress: Progress) -> dict[str, Any]:
    """Train as `config` says and return the run's path and where it stands.

    Raises:
        ConfigError: a setting that cannot be used.
        CheckpointError: the run to resume has no snapshot, or the one to grow from no weights.
        IncompatibleRun: the run to resume or to grow from does not fit, or another process is training it.
        DataError: no images could be read.
        DivergedTraining: every child died once too often; a report is written.
    """
    with ExitStack() as held:
        if config.bookkeeping.resume is None:
            asked, config = config, _with_stop(config)
            ancestor(config)  # refused now rather than after thousands of images have been decoded
            _require_scores(config)
            _use_threads(config)
            data = _data(config, progress)
            state = start(config, data)
            opened = create_run(config.bookkeeping.out, config.bookkeeping.name, to_json(config))
            held.enter_context(opened.held())
            if config != asked:
                progress.line(f"no stop is given, so it trains for {DEFAULT_MINUTES:g} minute; see --minutes, --kimg")
        else:
            opened = open_run(config.bookkeeping.resume)
            held.enter_context(opened.held())
            before = read_config(EvolveConfig, opened.path / "config.json")
            config = _resumed(config, before)
            _require_scores(config)
            load_state(snapshot_path(opened))  # likewise
            _use_threads(config)
            data = _data(config, progress)
            state = resume(config, opened, data)
            _go_on(config, before, state, progress)
            if replace(config.scoring, score_every_generations=None) != replace(
                before.scoring, score_every_generations=None
            ):
                state.forget_best()
            write_json(opened.path / "config.json", to_json(changed(config, resume=None)))
        if isinstance(data, ImageSet):
            progress.line(f"run {opened.path}: {len(data)} images of {config.data.image_size} px")
        else:
            progress.line(f"run {opened.path}: points of {data.name}")
        try:
            train(config, opened, state, progress)
        except DivergedTraining as error:
            written = report.run(ReportConfig(opened.path), progress)
            raise DivergedTraining(f"{error}; {written['report']} shows how it came to that") from None
        return {"run": str(opened.path), **summary(state)}


def _use_threads(config: EvolveConfig) -> None:
    if config.bookkeeping.threads:
        torch.set_num_threads(config.bookkeeping.threads)


def _require_scores(config: EvolveConfig) -> None:
    if config.scoring.score_every_generations is not None:
        require_scores(config)  # warnings come with the first score


def _with_stop(config: EvolveConfig) -> EvolveConfig:
    if config.stop != StopSettings():
        return config
    return changed(config, minutes=DEFAULT_MINUTES)


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


def _go_on(config: EvolveConfig, before: EvolveConfig, state: TrainingState, progress: Progress) -> None:
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
