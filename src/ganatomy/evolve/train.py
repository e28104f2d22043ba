"""The training loop: generations of E-GAN until a stop is reached; logs, samples and snapshots between them."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from ganatomy.config.evolve import EvolveConfig
from ganatomy.data.grids import write_grid
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import to_uint8
from ganatomy.evolve.generation import Generation, GenerationSettings, adapt_environment, next_generation
from ganatomy.evolve.interrupt import deferred_interrupt
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.state import TrainingState, restore, saved, start
from ganatomy.models.dcgan import sample_latents
from ganatomy.progress import SILENT, Progress
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json, write_json
from ganatomy.runs.state import load_state, save_state
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.seeds import stream

SAMPLES, SAMPLE_COLUMNS = 48, 8
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
        DivergedTraining: no child of a generation has a finite fitness; the last snapshot stays.
    """
    settings = generation_settings(config)
    device = torch.device(config.device)
    clock = Clock(state.seconds)
    tick = Tick()
    begun = state.generation > 0
    next_sample = state.seconds + 60 * config.sample_every_minutes * begun
    next_snapshot = state.seconds + 60 * config.snapshot_every_minutes * begun

    def next_real(n: int) -> Tensor:
        return state.batches.next(n).to(device)

    def save() -> None:
        tick.log(run, state)
        save_generator(run, "ema", state.ema)
        save_generator(run, "latest", state.population[0].generator)  # type: ignore[arg-type]
        save_state(snapshot_path(run), saved(state))

    with (
        deferred_interrupt() as interrupt,
        progress.task("evolving", 100, "%", 100 * share_done(config, state)) as task,
    ):
        while share_done(config, state) < 1 and not interrupt.requested:
            generation = next_generation(state.population, state.environment, next_real, settings, state.streams)
            figures = adapt_environment(state.environment, generation, settings, state.streams.shuffle)
            state.population = [child.individual for child in generation.surviving]
            state.generation += 1
            state.kimg += settings.discriminator_steps * settings.batch_size / 1000
            state.average(ema_decay(config, settings, state.kimg))
            state.seconds = clock.seconds()
            tick.add(state.generation, generation, figures)
            if state.generation % config.tick_generations == 0:
                tick.log(run, state)
            if state.seconds >= next_sample:
                write_samples(run, config, state)
                next_sample = state.seconds + 60 * config.sample_every_minutes
            if state.seconds >= next_snapshot:
                save()
                next_snapshot = state.seconds + 60 * config.snapshot_every_minutes
            task.update(100 * share_done(config, state), tick.note(state))
        write_samples(run, config, state)
        save()
        if interrupt.requested:
            progress.line(f"saved at generation {state.generation}; go on with `ganatomy evolve --resume {run.path}`")
            raise KeyboardInterrupt


def resume(config: EvolveConfig, run: Run, images: ImageSet) -> TrainingState:
    """Return the state of the run's last snapshot; what was logged after it is dropped from the run.

    Raises:
        CheckpointError: the snapshot is missing or damaged.
        IncompatibleRun: the snapshot does not fit the settings or the images.
    """
    state = start(config, images, load_generator(run, "latest"))
    restore(state, load_state(snapshot_path(run)))
    run.rewind(state.generation)
    return state


def snapshot_path(run: Run) -> Path:
    """Return where a run keeps the snapshot to resume from."""
    return run.path / "state" / "latest.safetensors"


def generation_settings(config: EvolveConfig) -> GenerationSettings:
    """Return the settings of one generation."""
    return GenerationSettings(
        objectives=tuple(OBJECTIVES[name] for name in config.objectives),
        gamma=config.gamma,
        survivors=config.population,
        batch_size=config.batch_size,
        evaluation_size=config.images_per_evaluation,
        discriminator_steps=config.discriminator_steps,
        augment=config.augment,
    )


def share_done(config: EvolveConfig, state: TrainingState) -> float:
    """Return how far the training is towards the first of its stops, in [0, 1]; 0 where it has none."""
    reached = (
        (state.generation, config.generations),
        (state.kimg, config.kimg),
        (state.seconds, config.minutes and 60 * config.minutes),
    )
    return min(1.0, max((done / stop for done, stop in reached if stop), default=0.0))


def ema_decay(config: EvolveConfig, settings: GenerationSettings, kimg: float) -> float:
    """Return the factor by which the average keeps itself at this generation."""
    half_life = min(config.ema_kimg, EMA_RAMP * kimg)
    step = settings.discriminator_steps * settings.batch_size / 1000
    return float(0.5 ** (step / max(half_life, 1e-8)))


class Clock:
    """Seconds of training, earlier sittings included."""

    def __init__(self, before: float):
        self._start = time.monotonic() - before

    def seconds(self) -> float:
        """Return the seconds so far."""
        return time.monotonic() - self._start


@dataclass
class Tick:
    """What is gathered between two lines of metrics.jsonl."""

    lineage: list[dict[str, Any]] = field(default_factory=list)
    figures: list[dict[str, float]] = field(default_factory=list)
    last_seconds: float | None = None

    def add(self, number: int, generation: Generation, figures: dict[str, float]) -> None:
        """Count one generation."""
        self.lineage += [
            {
                "generation": number,
                "child": index,
                "parent": child.parent,
                "objective": child.objective,
                "quality": child.quality,
                "diversity": child.diversity,
                "fitness": child.fitness,
                "survived": index in generation.survivors,
            }
            for index, child in enumerate(generation.children)
        ]
        best = generation.surviving[0]
        fitness = {"quality": best.quality, "diversity": best.diversity, "fitness": best.fitness}
        self.figures.append(figures | fitness)

    def log(self, run: Run, state: TrainingState) -> None:
        """Write what was gathered to metrics.jsonl, as means over generations, and to lineage.jsonl."""
        if not self.figures:
            return
        means = {key: sum(f[key] for f in self.figures) / len(self.figures) for key in self.figures[0]}
        winners = [child["objective"] for child in self.lineage if child["survived"]]
        line: dict[str, Any] = {
            "generation": state.generation,
            "kimg": round(state.kimg, 3),
            "seconds": round(state.seconds, 2),
            **{key: float(f"{value:.6g}") for key, value in means.items()},
            "survivors": {name: winners.count(name) for name in sorted(set(winners))},
        }
        if self.last_seconds is not None:
            line["seconds_per_generation"] = round((state.seconds - self.last_seconds) / len(self.figures), 4)
        run.append_metrics(line)
        run.append_lineage(self.lineage)
        self.lineage, self.figures, self.last_seconds = [], [], state.seconds

    def note(self, state: TrainingState) -> str:
        """Return the generation, kimg and the last figures in a few words."""
        text = f"generation {state.generation}, {state.kimg:.1f} kimg"
        if self.figures:
            last = self.figures[-1]
            text += f", quality {last['quality']:.2f}, D {last['d_real']:.2f}/{last['d_generated']:.2f}"
        return text


@torch.no_grad()
def write_samples(run: Run, config: EvolveConfig, state: TrainingState) -> None:
    """Write a grid of the averaged generator's images at latents that stay the same, and list it."""
    z = sample_latents(state.ema, SAMPLES, stream(config.seed, "samples")).to(config.device)
    images = to_uint8(state.ema.eval()(z)).cpu().numpy()
    folder = run.subdirectory("samples")
    name = f"gen-{state.generation:06d}.png"
    write_grid(folder / name, images, SAMPLE_COLUMNS)
    index = folder / "index.json"
    listed = [entry for entry in (read_json(index) if index.exists() else []) if entry["generation"] < state.generation]
    entry = {"generation": state.generation, "kimg": round(state.kimg, 3), "seconds": round(state.seconds, 1)}
    write_json(index, [*listed, {**entry, "file": name}])


def summary(state: TrainingState) -> dict[str, Any]:
    """Return where a training stands, as plain values."""
    return {"generation": state.generation, "kimg": round(state.kimg, 3), "seconds": round(state.seconds, 1)}
