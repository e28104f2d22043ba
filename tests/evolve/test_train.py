"""The training loop on small networks: what it writes, and that a resumed run is the run that never stopped."""

import math
import os
import signal
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.evolve.compare import differences

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import CheckpointError, DivergedTraining, IncompatibleRun
from ganatomy.evolve.state import TrainingState, start
from ganatomy.evolve.train import ema_decay, generation_settings, resume, share_done, snapshot_path, summary, train
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.weights import load_generator

SMALL = EvolveConfig(
    image_size=32, discriminator="light", batch_size=4, population=2, generations=6, tick_generations=2, flip=True
)


def images(n: int = 10, size: int = 32) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    return ImageSet(pixels, (), np.full(n, -1))


def trained(config: EvolveConfig, out: Path) -> tuple[Run, TrainingState]:
    run = create_run(out, "test", to_json(config))
    state = start(config, images(size=config.image_size))
    train(config, run, state)
    return run, state


def assert_same(a: TrainingState, b: TrainingState) -> None:
    """Compare everything but the seconds, bit by bit."""
    assert differences(a, b) <= {"/seconds"}


class StopAfter:
    """Progress that asks the process to stop during a generation, as Ctrl-C does."""

    def __init__(self, updates: int, signals: tuple[int, ...] = (signal.SIGINT,)) -> None:
        self.left, self.signals, self.lines = updates, signals, []

    def line(self, text: str) -> None:
        self.lines.append(text)

    def task(self, *_: object, **__: object) -> "StopAfter":
        return self

    def __enter__(self) -> "StopAfter":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def update(self, *_: object) -> None:
        self.left -= 1
        if self.left == 0:
            for number in self.signals:
                os.kill(os.getpid(), number)


@pytest.mark.parametrize("discriminator", ["light", "projected"])
def test_a_resumed_run_is_bit_identical_to_one_that_never_stopped(discriminator: Any, tmp_path: Path) -> None:
    whole = replace(SMALL, discriminator=discriminator, feature_size=64, generations=4)
    _, never_stopped = trained(whole, tmp_path)
    run, _ = trained(replace(whole, generations=2), tmp_path)
    state = resume(whole, run, images())
    train(whole, run, state)
    assert_same(state, never_stopped)


def test_a_resumed_run_logs_every_generation_once(tmp_path: Path) -> None:
    run, _ = trained(replace(SMALL, generations=3), tmp_path)
    run.append_metrics({"generation": 4})
    run.append_lineage([{"generation": 4, "child": 0}])
    state = resume(SMALL, run, images())
    train(SMALL, run, state)
    assert [line["generation"] for line in run.lineage()] == [g for g in range(1, 7) for _ in range(6)]
    assert [line["generation"] for line in run.metrics()] == [1, 2, 3, 4, 6]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_generation_saves_and_says_how_to_go_on(number: int, tmp_path: Path) -> None:
    run = create_run(tmp_path, "test", {})
    state, progress = start(SMALL, images()), StopAfter(3, (number,))
    with pytest.raises(KeyboardInterrupt):
        train(SMALL, run, state, progress)
    assert progress.lines == [f"saved at generation 3; go on with `ganatomy evolve --resume {run.path}`"]
    resumed = resume(SMALL, run, images())
    assert_same(resumed, state)
    train(SMALL, run, resumed)
    _, never_stopped = trained(SMALL, tmp_path)
    assert_same(resumed, never_stopped)


def test_a_second_signal_interrupts_at_once(tmp_path: Path) -> None:
    run = create_run(tmp_path, "test", {})
    with pytest.raises(KeyboardInterrupt):
        train(SMALL, run, start(SMALL, images()), StopAfter(2, (signal.SIGINT, signal.SIGINT)))
    assert resume(SMALL, run, images()).generation == 1, "the snapshot of the first generation stays"


def test_signal_handlers_are_put_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    trained(replace(SMALL, generations=1), tmp_path)
    assert signal.getsignal(signal.SIGTERM) is before


def test_trains_outside_the_main_thread(tmp_path: Path) -> None:
    done: list[TrainingState] = []
    thread = threading.Thread(target=lambda: done.append(trained(replace(SMALL, generations=1), tmp_path)[1]))
    thread.start()
    thread.join()
    assert done[0].generation == 1


def test_writes_what_a_run_directory_holds(tmp_path: Path) -> None:
    run, state = trained(SMALL, tmp_path)
    names = {str(p.relative_to(run.path)) for p in run.path.rglob("*") if p.is_file()}
    assert names == {
        "config.json",
        "environment.json",
        "metrics.jsonl",
        "lineage.jsonl",
        "samples/index.json",
        "samples/gen-000001.png",
        "samples/gen-000006.png",
        "state/latest.safetensors",
        "weights/ema.safetensors",
        "weights/generator.json",
        "weights/latest.safetensors",
    }
    with Image.open(run.path / "samples" / "gen-000006.png") as grid:
        assert grid.size == (8 * 34 - 2, 6 * 34 - 2)
    for which, generator in (("ema", state.ema), ("latest", state.population[0].generator)):
        z = torch.randn(2, generator.z_dim)
        torch.testing.assert_close(load_generator(run, which)(z), generator.eval()(z))  # type: ignore[arg-type]


def test_the_log_tells_every_child_and_the_means_of_a_tick(tmp_path: Path) -> None:
    run, state = trained(SMALL, tmp_path)
    lineage, metrics = run.lineage(), run.metrics()
    for child in lineage:
        assert child["fitness"] == pytest.approx(child["quality"] + SMALL.gamma * child["diversity"])
    for generation in range(1, 7):
        siblings = [child for child in lineage if child["generation"] == generation]
        assert [(child["parent"], child["objective"]) for child in siblings] == [
            (parent, objective) for parent in range(2) for objective in SMALL.objectives
        ]
        fittest = sorted(siblings, key=lambda child: -child["fitness"])[:2]
        assert all(child["survived"] == (child in fittest) for child in siblings)
    best = [max(c["fitness"] for c in lineage if c["generation"] == g) for g in (3, 4)]
    assert metrics[2]["fitness"] == pytest.approx(np.mean(best), rel=1e-5)
    assert [sum(line["survivors"].values()) for line in metrics] == [2, 2, 4, 4]
    assert metrics[-1]["kimg"] == summary(state)["kimg"] == 6 * 4 / 1000


def test_the_average_follows_the_fittest_survivor(tmp_path: Path) -> None:
    config = replace(SMALL, generations=1)
    state = start(config, images())
    before = {name: value.clone() for name, value in state.ema.state_dict().items()}
    train(config, create_run(tmp_path, "test", {}), state)
    decay = ema_decay(config, generation_settings(config), state.kimg)
    survivor = state.population[0].generator.state_dict()
    for name, mean in state.ema.state_dict().items():
        expected = before[name] * decay + survivor[name] * (1 - decay) if mean.is_floating_point() else survivor[name]
        torch.testing.assert_close(mean, expected, msg=name)


def test_the_averages_half_life_grows_with_the_training() -> None:
    settings = generation_settings(replace(SMALL, batch_size=1000))
    assert ema_decay(SMALL, settings, kimg=20) == pytest.approx(0.5), "half-life .05 * 20 kimg, step 1 kimg"
    assert ema_decay(SMALL, settings, kimg=1000) == pytest.approx(0.5 ** (1 / SMALL.ema_kimg))


@pytest.mark.parametrize(
    ("stops", "share"),
    [
        ({"generations": 8}, 0.5),
        ({"kimg": 4.0}, 0.25),
        ({"minutes": 2.0}, 0.75),
        ({"generations": 8, "minutes": 2.0}, 0.75),
        ({"generations": 2}, 1.0),
        ({}, 0.0),
    ],
)
def test_the_first_stop_counts(stops: dict[str, Any], share: float) -> None:
    config = replace(SMALL, **{"generations": None, **stops})
    state = start(SMALL, images())
    state.generation, state.kimg, state.seconds = 4, 1.0, 90.0
    assert share_done(config, state) == share


def test_divergence_leaves_the_last_snapshot(tmp_path: Path) -> None:
    run, state = trained(replace(SMALL, generations=2), tmp_path)
    with torch.no_grad():
        for one in state.population:
            next(one.generator.parameters()).fill_(math.nan)
    with pytest.raises(DivergedTraining, match="none of the 6 children has a finite fitness"):
        train(SMALL, run, state)
    assert resume(SMALL, run, images()).generation == 2


def test_grows_from_a_smaller_run_and_resumes_without_it(tmp_path: Path) -> None:
    smaller, _ = trained(replace(SMALL, generations=1), tmp_path)
    config = replace(SMALL, image_size=64, grow_from=smaller.path, generations=2, population=1)
    first = start(config, images(size=64)).ema
    ancestor = load_generator(smaller, "ema")
    assert first.image_size == 64
    for name, value in ancestor.state_dict().items():
        if not name.startswith("output."):
            assert torch.equal(first.state_dict()[name], value), name
    run, never_stopped = trained(config, tmp_path)
    smaller.path.rename(tmp_path / "moved")
    assert_same(resume(config, run, images(size=64)), never_stopped)


def test_refuses_to_grow_from_another_size(tmp_path: Path) -> None:
    smaller, _ = trained(replace(SMALL, generations=1), tmp_path)
    with pytest.raises(IncompatibleRun, match="makes images of 32 px, so it grows to 64; image_size is 128"):
        start(replace(SMALL, image_size=128, grow_from=smaller.path), images(size=128))


def test_resuming_needs_a_snapshot_that_fits(tmp_path: Path) -> None:
    run, _ = trained(replace(SMALL, generations=1), tmp_path)
    with pytest.raises(IncompatibleRun, match="num_images was 10 and is now 9"):
        resume(SMALL, run, images(9))
    with pytest.raises(IncompatibleRun, match=r"snapshot does not fit the networks: .* tensors differ"):
        resume(replace(SMALL, discriminator="projected", feature_size=64), run, images())
    snapshot_path(run).unlink()
    with pytest.raises(CheckpointError, match=r"no snapshot at .*; the run has not saved one yet"):
        resume(SMALL, run, images())


def test_nothing_is_reported_where_nobody_listens() -> None:
    with SILENT.task("evolving", 1, "%") as task:
        task.update(1, "note")
