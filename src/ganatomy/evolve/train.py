"""The training loop: generations of E-GAN until a stop is reached; logs, samples and snapshots between them."""

import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import DivergedTraining
from ganatomy.evolve.adaptation import adapt_environment
from ganatomy.evolve.fitness import diversity_measure
from ganatomy.evolve.generation import Generation, GenerationSettings, next_generation
from ganatomy.evolve.growing import growth_of
from ganatomy.evolve.mutation import Variation
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.origin import at_size
from ganatomy.evolve.population import Individual, ObjectiveMoments
from ganatomy.evolve.sampling import write_children, write_samples
from ganatomy.evolve.scores import Scores
from ganatomy.evolve.state import TrainingState, restore, saved, start
from ganatomy.evolve.tick import Tick
from ganatomy.interrupt import deferred_interrupt
from ganatomy.models.networks.layered import LayeredGenerator
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import SNAPSHOT
from ganatomy.runs.manifest import open_manifest, write_manifest
from ganatomy.runs.state import load_state, save_state
from ganatomy.runs.weights import GENERATION, drop_generations, load_generator, save_generator
from ganatomy.seeds import stream_seed

EMA_RAMP = 0.05
"""The average's half-life is at most this share of the training so far."""


def train(config: EvolveConfig, run: Run, state: TrainingState, progress: Progress = SILENT) -> None:
    """Train until a stop of `config` is reached; `run` receives everything.

    Args:
        config: all settings; at least one of `generations`, `kimg` and `minutes` stops it.
        run: the run directory.
        state: where the training stands, from `start` or `resume`; carried on in place.
        progress: told of every generation.

    Raises:
        KeyboardInterrupt: Ctrl-C or SIGTERM came; the generation at hand was finished and saved.
        DivergedTraining: no child of a generation has a finite fitness, once more than `rollbacks` allow.
    """
    settings, scores = generation_settings(config, state.moments), Scores(config, state.data)
    when = config.bookkeeping
    clock, tick = Clock(state.seconds), Tick()
    begun, generation = state.generation > 0, None
    next_sample = state.seconds + 60 * when.sample_every_minutes * begun
    next_snapshot = state.seconds + 60 * when.snapshot_every_minutes
    if not begun:
        save(run, state)
        keep(config, run, state)
    size = state.image_size
    with (
        deferred_interrupt() as interrupt,
        progress.task("evolving", 100, "%", 100 * share_done(config, state)) as task,
    ):
        while share_done(config, state) < 1 and not interrupt.requested:
            try:
                generation, of_discriminator = advance(config, settings, state)
            except DivergedTraining as error:
                roll_back(config, run, state, error, progress)
                tick, state.seconds = Tick(), clock.seconds()
                continue
            state.seconds = clock.seconds()
            keep(config, run, state)
            size = tell_growth(state, size, progress)
            figures = tick.add(state.generation, generation, of_discriminator)
            warn(run, state, state.watchdogs.look(figures), progress)
            if state.generation % when.tick_generations == 0:
                tick.log(run, state.generation, state.kimg, state.seconds, state.stage)
            is_scored = scores.are_due(state)
            is_best, warnings = scores.look(run, state, progress) if is_scored else (False, [])
            warn(run, state, warnings, progress)
            if is_scored or state.seconds >= next_sample:
                write_samples(run, config, state)
                write_children(run, config, state, generation.children)
                next_sample = state.seconds + 60 * when.sample_every_minutes
            if state.seconds >= next_snapshot or is_best:
                tick.log(run, state.generation, state.kimg, state.seconds, state.stage)
                save(run, state)
                next_snapshot = state.seconds + 60 * when.snapshot_every_minutes
            task.update(100 * share_done(config, state), tick.note(state.generation, state.kimg))
        write_samples(run, config, state)
        if generation is not None:
            write_children(run, config, state, generation.children)
        tick.log(run, state.generation, state.kimg, state.seconds, state.stage)
        save(run, state)
        if not interrupt.requested:
            keep(config, run, state, is_last=True)
        else:
            progress.line(f"saved at generation {state.generation}; go on with `ganatomy evolve --resume {run.path}`")
            raise KeyboardInterrupt


def advance(
    config: EvolveConfig, settings: GenerationSettings, state: TrainingState
) -> tuple[Generation, dict[str, Tensor]]:
    """Carry `state` on by one generation, in place; return it and the discriminator's figures.

    Raises:
        DivergedTraining: no child has a finite fitness.
    """
    device = torch.device(config.bookkeeping.device)
    if state.growth is not None:
        state.come_to(state.growth.stage_at(state.kimg))
    generation = next_generation(
        state.population,
        state.environment,
        lambda n: state.shown(state.batches.next(n).to(device)),
        settings,
        state.streams,
        state.generation + 1,
    )
    of_discriminator = adapt_environment(state.environment, generation, settings, state.streams.shuffle)
    state.population = distinct([child.individual for child in generation.surviving])
    state.generation += 1
    state.kimg += settings.discriminator_steps * settings.batch_size / 1000
    state.average(ema_decay(config, settings, state.kimg, state.population[0].traits.ema))
    return generation, of_discriminator


def save(run: Run, state: TrainingState) -> None:
    """Write the weights and the snapshot to resume from; keep those before where a weight is no number."""
    if state.is_finite:
        save_generator(run, "ema", state.ema)
        save_generator(run, "latest", state.population[0].generator)  # type: ignore[arg-type]
        if state.growth is not None:
            write_manifest(run, at_size(open_manifest(run), state.ema.image_size))
        save_state(snapshot_path(run), saved(state))


def keep(config: EvolveConfig, run: Run, state: TrainingState, is_last: bool = False) -> None:
    """Keep the average of this generation as float16, where it is due: of every so many, and of the last one."""
    every = config.bookkeeping.keep_every_generations
    if every and (is_last or state.generation % every == 0) and state.is_finite:
        save_generator(run, f"{GENERATION}{state.generation}", state.ema, half=True)


def roll_back(
    config: EvolveConfig, run: Run, state: TrainingState, error: DivergedTraining, progress: Progress = SILENT
) -> None:
    """Bring `state` back to the last snapshot, in place, to go on from there on other random numbers.

    Args:
        config: all settings; `rollbacks` says how often.
        run: its snapshot is read, and what was logged after it dropped.
        state: where the training stands.
        error: why.
        progress: is told.

    Raises:
        DivergedTraining: that has been done often enough.
    """
    generation, rollbacks = state.generation + 1, state.rollbacks + 1
    allowed = config.bookkeeping.rollbacks
    if rollbacks > allowed:
        after = f" after {allowed} rollbacks" if allowed else ""
        raise DivergedTraining(f"generation {generation}{after}: {error}; the last snapshot stays")
    restore(state, load_state(snapshot_path(run)))
    state.rollbacks = rollbacks
    for name, rng in vars(state.streams).items():
        rng.manual_seed(stream_seed(config.seed, f"{name}, rollback {rollbacks}"))
    run.rewind(state.generation)
    drop_generations(run, state.generation)
    save(run, state)  # a run that is killed now must not forget that it has rolled back
    text = f"every child died in generation {generation}; back to the snapshot of generation {state.generation}"
    warn(run, state, [f"{text}, rollback {rollbacks} of at most {allowed}"], progress)


def warn(run: Run, state: TrainingState, warnings: list[str], progress: Progress = SILENT) -> None:
    """Tell each warning and write it to warnings.jsonl."""
    for text in warnings:
        progress.line(f"warning, generation {state.generation}: {text}")
        run.append_warning({"generation": state.generation, "seconds": round(state.seconds, 1), "warning": text})


def tell_growth(state: TrainingState, before: int | None, progress: Progress = SILENT) -> int | None:
    """Tell that networks have grown beyond `before` pixels a side; return the size they have, None where none grows."""
    size = state.image_size
    if size != before:
        progress.line(f"generation {state.generation}: {size} px fade in")
    return size


def distinct(population: list[Individual]) -> list[Individual]:
    """Return the individuals, copies of those that come twice."""
    return [one.copy() if one in population[:index] else one for index, one in enumerate(population)]


def resume(config: EvolveConfig, run: Run, data: ImageSet | Mixture) -> TrainingState:
    """Return the state of the run's last snapshot; what was logged after it is dropped from the run.

    Raises:
        CheckpointError: the snapshot is missing or damaged.
        IncompatibleRun: the snapshot does not fit the settings or the images.
    """
    # One that grows is built at the size of the snapshot, which the weights beside it may be ahead of.
    latest = None if growth_of(config) else load_generator(run, "latest")
    assert isinstance(latest, LayeredGenerator | None)  # what evolve grows is one
    state = start(config, data, latest)
    restore(state, load_state(snapshot_path(run)))
    run.rewind(state.generation)
    drop_generations(run, state.generation)
    return state


def snapshot_path(run: Run) -> Path:
    """Return where a run keeps the snapshot to resume from."""
    return run.path / SNAPSHOT


def generation_settings(config: EvolveConfig, moments: ObjectiveMoments | None = None) -> GenerationSettings:
    """Return the settings of one generation.

    Args:
        config: all settings.
        moments: where optimizers take their state from, with `adam_state` per objective.
    """
    selection, optimiser = config.selection, config.optimiser
    return GenerationSettings(
        objectives=tuple(OBJECTIVES[name] for name in config.objectives.objectives),
        gamma=selection.gamma,
        survivors=selection.population,
        batch_size=optimiser.batch_size,
        evaluation_size=config.images_per_evaluation,
        discriminator_steps=optimiser.discriminator_steps,
        augment=config.data.augment and not config.data.is_points,
        selection=selection.selection,
        diversity=diversity_measure(selection.diversity, selection.squared_norm),
        variation=Variation(selection.generator_steps, selection.common_latents, selection.perturb, moments),
        crossover=selection.crossover,
        evolve_every=selection.evolve_every,
        fresh_images=selection.fresh_images,
    )


def share_done(config: EvolveConfig, state: TrainingState) -> float:
    """Return how far the training is towards the first of its stops, in [0, 1]; 0 where it has none.

    No gain for long enough is a stop too, but no way towards one.
    """
    stop = config.stop
    if stop.stop_after_no_gain and state.scores_without_gain >= stop.stop_after_no_gain:
        return 1.0
    reached = (
        (state.generation, stop.generations),
        (state.kimg, stop.kimg),
        (state.seconds, stop.minutes and 60 * stop.minutes),
    )
    return min(1.0, max((done / end for done, end in reached if end), default=0.0))


def ema_decay(config: EvolveConfig, settings: GenerationSettings, kimg: float, trait: float = 1.0) -> float:
    """Return the factor by which the average keeps itself at this generation; `trait` multiplies the half-life."""
    half_life = trait * min(config.optimiser.ema_kimg, EMA_RAMP * kimg)
    step = settings.discriminator_steps * settings.batch_size / 1000
    return float(0.5 ** (step / max(half_life, 1e-8)))


class Clock:
    """Seconds of training, earlier sittings included."""

    def __init__(self, before: float):
        self._start = time.monotonic() - before

    def seconds(self) -> float:
        """Return the seconds so far."""
        return time.monotonic() - self._start


def summary(state: TrainingState) -> dict[str, Any]:
    """Return where a training stands, as plain values."""
    return {"generation": state.generation, "kimg": round(state.kimg, 3), "seconds": round(state.seconds, 1)}
