"""The training loop on small networks: what it writes, and that a resumed run is the run that never stopped."""

import copy
import math
import signal
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from tests.ctrl_c import CtrlC
from tests.evolve.compare import differences
from torch import Tensor

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import CheckpointError, DivergedTraining, IncompatibleRun
from ganatomy.evolve import train as module
from ganatomy.evolve.fitness import GradientNorm, NoDiversity, PairwiseDistance
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.population import ObjectiveMoments, Traits, adam_moments
from ganatomy.evolve.sampling import write_samples
from ganatomy.evolve.scores import Scores
from ganatomy.evolve.state import TrainingState, start
from ganatomy.evolve.train import (
    distinct,
    ema_decay,
    generation_settings,
    keep,
    resume,
    roll_back,
    save,
    share_done,
    snapshot_path,
    summary,
    train,
)
from ganatomy.evolve.watch import PATIENCE
from ganatomy.models.networks.dcgan import DISCRIMINATORS, DiscriminatorShape, Generator, GeneratorShape
from ganatomy.progress import Silent
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.files import read_json
from ganatomy.runs.weights import kept_generations, load_generator, save_generator

SMALL = EvolveConfig.of(
    image_size=32, discriminator="light", batch_size=4, population=2, generations=6, tick_generations=2, flip=True
)
POINTS = EvolveConfig.of(data="8gaussians", batch_size=4, generations=6, tick_generations=1)


@pytest.fixture(autouse=True)
def _small_discriminators(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the `light` discriminators be tiny: what is tested does not depend on their size."""
    for size, channels in ((32, (4, 8, 8)), (64, (4, 8, 8, 8)), (128, (4, 8, 8, 8, 8))):
        monkeypatch.setitem(DISCRIMINATORS["light"], size, DiscriminatorShape(channels))


def images(n: int = 10, size: int = 32) -> ImageSet:
    pixels = np.random.default_rng(0).integers(0, 256, (n, size, size, 3), dtype=np.uint8)
    return ImageSet(pixels, (), np.full(n, -1))


def tiny() -> Generator:
    torch.manual_seed(0)
    return Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))


def data(config: EvolveConfig) -> ImageSet | Mixture:
    return Mixture(config.data.data) if config.data.is_points else images(size=config.data.image_size)


def started(config: EvolveConfig) -> TrainingState:
    """Return the first state: of points, of a generator that grows, or of a tiny generator of images."""
    return start(config, data(config), None if config.data.is_points or config.networks.grow_from else tiny())


def trained(config: EvolveConfig, out: Path) -> tuple[Run, TrainingState]:
    run = create_run(out, "test", to_json(config))
    state = started(config)
    train(config, run, state)
    return run, state


class Told(Silent):
    """Keeps the lines it is told."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def line(self, text: str) -> None:
        self.lines.append(text)


def assert_same(a: TrainingState, b: TrainingState) -> None:
    """Compare everything but the seconds, bit by bit."""
    assert differences(a, b) <= {"/seconds"}


EVERYTHING: dict[str, Any] = {
    "population": 2, "perturb": 0.3, "r1": 0.1, "gradient_penalty": 0.1, "crossover": True, "selection": "plus",
    "evolve_every": 2, "generator_steps": 2, "common_latents": False, "diversity": "pairwise",
    "objectives": ("heuristic", "relativistic_average", "relativistic_paired"),
}  # fmt: skip


@pytest.mark.parametrize(
    "config",
    [
        pytest.param(SMALL, id="images"),
        pytest.param(changed(SMALL, discriminator="projected", feature_size=64, population=1), id="projected"),
        pytest.param(changed(SMALL, precision="bf16", population=1, upsampling="transposed"), id="bf16"),
        pytest.param(POINTS, id="points"),
        pytest.param(changed(POINTS, adam_state="per_objective", population=2, beta1=0.5), id="state of objectives"),
        pytest.param(changed(POINTS, perturb=0.5, population=2, learning_rate=0.03), id="perturbed"),
        pytest.param(changed(POINTS, selection="random", population=2), id="random"),
        pytest.param(changed(POINTS, selection="pareto", population=2, squared_norm=True), id="pareto"),
        pytest.param(changed(POINTS, selection="chain", population=2, adam_state="per_objective"), id="chain"),
        pytest.param(changed(POINTS, **EVERYTHING), id="everything"),
        pytest.param(
            changed(POINTS, score_every_generations=1, score_images=16, learning_rate=0.01, stop_after_no_gain=9),
            id="scores",
        ),
    ],
)
def test_a_resumed_run_is_bit_identical_to_one_that_never_stopped(config: EvolveConfig, tmp_path: Path) -> None:
    whole = changed(config, generations=4)
    _, never_stopped = trained(whole, tmp_path)
    run, _ = trained(changed(whole, generations=2), tmp_path)
    state = resume(whole, run, data(config))
    train(whole, run, state)
    assert_same(state, never_stopped)


def test_a_resumed_run_logs_every_generation_once(tmp_path: Path) -> None:
    run, _ = trained(changed(SMALL, generations=3), tmp_path)
    run.append_metrics({"generation": 4})
    run.append_lineage([{"generation": 4, "child": 0}])
    state = resume(SMALL, run, images())
    train(SMALL, run, state)
    assert [line.generation for line in run.lineage()] == [g for g in range(1, 7) for _ in range(6)]
    assert [line["generation"] for line in run.metrics()] == [2, 3, 4, 6]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_generation_saves_and_says_how_to_go_on(number: int, tmp_path: Path) -> None:
    run = create_run(tmp_path, "test", {})
    state, progress = started(SMALL), CtrlC(3, signals=(number,))
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
        train(SMALL, run, started(SMALL), CtrlC(2, signals=(signal.SIGINT, signal.SIGINT)))
    assert resume(SMALL, run, images()).generation == 0, "the snapshot of the start stays"


def test_signal_handlers_are_put_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGTERM)
    trained(changed(SMALL, generations=1), tmp_path)
    assert signal.getsignal(signal.SIGTERM) is before


def test_trains_outside_the_main_thread(tmp_path: Path) -> None:
    done: list[TrainingState] = []
    thread = threading.Thread(target=lambda: done.append(trained(changed(SMALL, generations=1), tmp_path)[1]))
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
        "samples/children.json",
        "samples/children.png",
        "samples/gen-000001.png",
        "samples/gen-000006.png",
        "state/latest.safetensors",
        "weights/ema.safetensors",
        "weights/generator.json",
        "weights/latest.safetensors",
    }
    assert read_json(run.path / "samples" / "children.json")["generation"] == 6
    with Image.open(run.path / "samples" / "gen-000006.png") as grid:
        assert grid.size == (8 * 34 - 2, 6 * 34 - 2)
    for which, generator in (("ema", state.ema), ("latest", state.population[0].generator)):
        z = torch.randn(2, generator.z_dim)
        torch.testing.assert_close(load_generator(run, which)(z), generator.eval()(z))  # type: ignore[arg-type]


def test_the_average_is_kept_of_every_so_many_generations_of_the_first_and_of_the_last(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, generations=5, keep_every_generations=2), tmp_path)
    assert kept_generations(run) == [0, 2, 4, 5]
    for name, value in load_generator(run, "generation-5").state_dict().items():
        mean = state.ema.state_dict()[name]
        assert torch.equal(value, mean.half().float() if mean.is_floating_point() else mean), name
    first = [next(load_generator(run, f"generation-{n}").parameters()) for n in (0, 2, 4)]
    assert not torch.equal(first[0], first[1])
    assert not torch.equal(first[1], first[2])


def test_a_resumed_run_has_kept_what_one_that_never_stopped_has(tmp_path: Path) -> None:
    config = changed(POINTS, keep_every_generations=2)
    whole, _ = trained(config, tmp_path)
    run = create_run(tmp_path, "test", {})
    with pytest.raises(KeyboardInterrupt):
        train(config, run, started(config), CtrlC(3))
    assert kept_generations(run) == [0, 2], "the last one of a sitting is kept where the training is done"
    save_generator(run, "generation-4", load_generator(run, "generation-2"))
    state = resume(config, run, data(config))
    assert kept_generations(run) == [0, 2], "what is later than the snapshot is not of this training"
    train(config, run, state)
    assert kept_generations(run) == kept_generations(whole) == [0, 2, 4, 6]
    for generation in kept_generations(run):
        one, other = (load_generator(path, f"generation-{generation}").state_dict() for path in (run, whole))
        assert all(torch.equal(one[name], other[name]) for name in one)


def test_a_rollback_drops_what_was_kept_after_the_snapshot(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, generations=2, keep_every_generations=1), tmp_path)
    save_generator(run, "generation-3", load_generator(run, "generation-2"))
    roll_back(POINTS, run, state, DivergedTraining("why"))
    assert kept_generations(run) == [0, 1, 2]


def test_a_run_that_is_killed_after_a_rollback_does_not_forget_it(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, generations=2), tmp_path)
    roll_back(POINTS, run, state, DivergedTraining("why"))
    assert resume(POINTS, run, data(POINTS)).rollbacks == 1


def test_an_average_that_is_no_number_is_not_kept(tmp_path: Path) -> None:
    config = changed(POINTS, keep_every_generations=1)
    run, state = create_run(tmp_path, "test", {}), started(config)
    with torch.no_grad():
        next(state.ema.parameters()).fill_(math.nan)
    keep(config, run, state)
    assert kept_generations(run) == []


def test_the_log_tells_every_child_and_the_means_of_a_tick(tmp_path: Path) -> None:
    run, state = trained(SMALL, tmp_path)
    lineage, metrics = run.lineage(), run.metrics()
    for child in lineage:
        assert child.fitness == pytest.approx(child.quality + SMALL.selection.gamma * child.diversity)
    for generation in range(1, 7):
        siblings = [child for child in lineage if child.generation == generation]
        assert [(child.parent, child.objective) for child in siblings] == [
            (parent, objective) for parent in range(2) for objective in SMALL.objectives.objectives
        ]
        fittest = sorted(siblings, key=lambda child: -child.fitness)[:2]
        assert all(child.survived == (child in fittest) for child in siblings)
    best = [max(c.fitness for c in lineage if c.generation == g) for g in (3, 4)]
    assert metrics[1]["fitness"] == pytest.approx(np.mean(best), rel=1e-5)
    assert [sum(line["survivors"].values()) for line in metrics] == [4, 4, 4]
    assert metrics[-1]["kimg"] == summary(state)["kimg"] == 6 * 4 / 1000


def test_the_average_follows_the_fittest_survivor(tmp_path: Path) -> None:
    config = changed(SMALL, generations=1)
    state = started(config)
    before = {name: value.clone() for name, value in state.ema.state_dict().items()}
    train(config, create_run(tmp_path, "test", {}), state)
    decay = ema_decay(config, generation_settings(config), state.kimg)
    survivor = state.population[0].generator.state_dict()
    for name, mean in state.ema.state_dict().items():
        expected = before[name] * decay + survivor[name] * (1 - decay) if mean.is_floating_point() else survivor[name]
        torch.testing.assert_close(mean, expected, msg=name)


def test_the_averages_half_life_grows_with_the_training() -> None:
    settings = generation_settings(changed(SMALL, batch_size=1000))
    assert ema_decay(SMALL, settings, kimg=20) == pytest.approx(0.5), "half-life .05 * 20 kimg, step 1 kimg"
    assert ema_decay(SMALL, settings, kimg=1000) == pytest.approx(0.5 ** (1 / SMALL.optimiser.ema_kimg))


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
    config = changed(SMALL, **{"generations": None, **stops})
    state = started(POINTS)
    state.generation, state.kimg, state.seconds = 4, 1.0, 90.0
    assert share_done(config, state) == share


@pytest.mark.parametrize(("without_gain", "stop", "share"), [(2, 3, 0.5), (3, 3, 1.0), (4, 3, 1.0), (9, None, 0.5)])
def test_no_gain_for_long_enough_is_a_stop_but_no_way_towards_one(
    without_gain: int, stop: int | None, share: float
) -> None:
    config = changed(POINTS, generations=8, score_every_generations=1, stop_after_no_gain=stop)
    state = started(config)
    state.generation, state.scores_without_gain = 4, without_gain
    assert share_done(config, state) == share


# Divergence


@pytest.fixture
def poison(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[int]]:
    """Return a function that breaks the parents in the given calls of `next_generation`, counted from 1."""

    def at(*numbers: int) -> list[int]:
        calls: list[int] = []
        real = module.next_generation

        def poisoned(population: Any, *arguments: Any) -> Any:
            calls.append(arguments[-1])
            if len(calls) in numbers:
                with torch.no_grad():
                    for one in population:
                        next(one.generator.parameters()).fill_(math.nan)
            return real(population, *arguments)

        monkeypatch.setattr(module, "next_generation", poisoned)
        return calls

    return at


def test_where_all_children_die_the_run_goes_on_from_its_snapshot(poison: Any, tmp_path: Path) -> None:
    config = changed(POINTS, snapshot_every_minutes=1e-9)
    generations, told = poison(4), Told()
    run, state = create_run(tmp_path, "test", {}), started(config)
    train(config, run, state, told)
    assert generations == [1, 2, 3, 4, 4, 5, 6]
    assert (state.generation, state.rollbacks, state.is_finite) == (6, 1, True)
    said = "every child died in generation 4; back to the snapshot of generation 3, rollback 1 of at most 3"
    assert told.lines == [f"warning, generation 3: {said}"]
    (line,) = run.warnings()
    assert (line["generation"], line["warning"]) == (3, said)
    assert line["seconds"] >= 0
    assert [child.generation for child in run.lineage()] == [g for g in range(1, 7) for _ in range(3)]
    assert [line["generation"] for line in run.metrics()] == [1, 2, 3, 4, 5, 6]


def test_what_was_logged_after_the_snapshot_is_dropped(poison: Any, tmp_path: Path) -> None:
    config = changed(POINTS, score_every_generations=1, score_images=16)
    generations = poison(4)
    run, state = create_run(tmp_path, "test", {}), started(config)
    state.watchdogs.held["pinned"] = 7
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Scores, "_is_best", lambda *_: False)  # which would save
        train(config, run, state)
    assert generations == [1, 2, 3, 4, 1, 2, 3, 4, 5, 6]
    assert [child.generation for child in run.lineage()] == [g for g in range(1, 7) for _ in range(3)]
    assert [line["generation"] for line in run.metrics()] == [1, 2, 3, 4, 5, 6]
    assert [line.generation for line in run.scores()] == [1, 2, 3, 4, 5, 6]
    seconds = [line["seconds"] for line in run.metrics()]
    assert seconds == sorted(seconds), "the clock is not turned back"


def test_after_a_rollback_other_random_numbers_are_drawn_each_time(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, generations=2), tmp_path)
    seen = [{name: rng.get_state() for name, rng in vars(state.streams).items()}]
    before = copy.deepcopy(saved_weights(state))
    for _ in range(2):
        roll_back(POINTS, run, state, DivergedTraining("why"))
        seen.append({name: rng.get_state() for name, rng in vars(state.streams).items()})
        assert saved_weights(state).keys() == before.keys()
        assert all(torch.equal(value, before[name]) for name, value in saved_weights(state).items())
    assert state.rollbacks == 2
    for name in seen[0]:
        assert not torch.equal(seen[0][name], seen[1][name]), name
        assert not torch.equal(seen[1][name], seen[2][name]), name
    assert [line["warning"].split("; ")[1][-24:] for line in run.warnings()] == [
        " 2, rollback 1 of at most 3"[-24:], " 2, rollback 2 of at most 3"[-24:],
    ]  # fmt: skip


def saved_weights(state: TrainingState) -> dict[str, Tensor]:
    return dict(state.population[0].generator.state_dict())


@pytest.mark.parametrize(("rollbacks", "after"), [(0, ""), (2, " after 2 rollbacks")])
def test_it_stops_when_that_was_done_often_enough_and_the_snapshot_stays(
    rollbacks: int, after: str, poison: Any, tmp_path: Path
) -> None:
    config = changed(POINTS, rollbacks=rollbacks, snapshot_every_minutes=1e-9)
    generations = poison(*range(3, 20))
    run, state = create_run(tmp_path, "test", {}), started(config)
    with pytest.raises(DivergedTraining) as caught:
        train(config, run, state)
    assert str(caught.value) == (
        f"generation 3{after}: none of the 3 children has a finite fitness; lower the learning rate or take another "
        "seed, in a new run; the last snapshot stays"
    )
    assert generations == [1, 2] + [3] * (rollbacks + 1)
    assert resume(config, run, data(config)).generation == 2
    assert [line["generation"] for line in run.metrics()] == [1, 2]


def test_rollbacks_are_counted_over_the_whole_training(poison: Any, tmp_path: Path) -> None:
    config = changed(POINTS, rollbacks=1, snapshot_every_minutes=1e-9)
    poison(2, 5)
    run, state = create_run(tmp_path, "test", {}), started(config)
    with pytest.raises(DivergedTraining, match=r"generation 4 after 1 rollbacks: none of"):
        train(config, run, state)
    assert resume(config, run, data(config)).rollbacks == 1


def test_weights_that_are_no_numbers_are_not_saved_over_those_that_are(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, generations=2), tmp_path)
    with torch.no_grad():
        next(state.environment.discriminator.parameters()).fill_(math.nan)
    state.generation = 3
    save(run, state)
    assert resume(POINTS, run, data(POINTS)).generation == 2
    assert all(p.isfinite().all() for p in load_generator(run, "latest").parameters())


# Scores and watchdogs


def test_the_best_is_kept_and_no_gain_ends_the_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    config = changed(
        POINTS, generations=100, score_every_generations=2, stop_after_no_gain=2, score_images=16, learning_rate=0.01
    )
    values, averages = iter((0.5, 0.4, 0.45, 0.41, 0.1)), []
    score = module.Scores._is_best

    def scripted(scores: Scores, run: Run, state: TrainingState, found: Any) -> bool:
        averages.append(copy.deepcopy(state.ema.state_dict()))
        return score(scores, run, state, replace(found, value=next(values)))

    monkeypatch.setattr(module.Scores, "_is_best", scripted)
    run, state = trained(config, tmp_path)
    assert (state.generation, state.best_score, state.scores_without_gain) == (8, 0.4, 2)
    assert [line.generation for line in run.scores()] == [2, 4, 6, 8]
    for name, value in load_generator(run, "best").state_dict().items():
        assert torch.equal(value, averages[1][name]), name
        assert not torch.equal(value, averages[3][name]), name
    again = resume(config, run, data(config))
    train(config, run, again)
    assert again.generation == 8, "and stays ended"


def test_the_best_one_is_saved_with_a_snapshot(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config = changed(POINTS, generations=3, score_every_generations=2, score_images=16, tick_generations=10)
    saves: list[int] = []
    real = module.save
    monkeypatch.setattr(module, "save", lambda run, state: (saves.append(state.generation), real(run, state))[1])
    run, _ = trained(config, tmp_path)
    assert saves == [0, 2, 3]
    assert [line["generation"] for line in run.metrics()] == [2, 3], "what is saved is logged"


def test_warnings_are_told_and_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    state, told = started(POINTS), Told()
    state.watchdogs.held["pinned"] = PATIENCE - 2
    monkeypatch.setattr("ganatomy.evolve.watch.PINNED", -1.0)
    run = create_run(tmp_path, "test", {})
    train(POINTS, run, state, told)
    (line,) = run.warnings()
    assert (line["generation"], line["warning"][:49]) == (2, "the discriminator has told real from generated im")
    assert told.lines == [f"warning, generation 2: {line['warning']}"]


def test_warnings_of_scores_are_told_too(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(module.Scores, "look", lambda *_: (False, ["modes are lost"]))
    run, _ = trained(changed(POINTS, generations=4, score_every_generations=2), tmp_path)
    assert [(line["generation"], line["warning"]) for line in run.warnings()] == [
        (2, "modes are lost"), (4, "modes are lost"),
    ]  # fmt: skip


# Settings


def test_bfloat16_leaves_weights_and_moments_in_float32_and_moves_them_alike(tmp_path: Path) -> None:
    config = changed(SMALL, generations=1, population=1)
    states = [trained(changed(config, precision=precision), tmp_path)[1] for precision in ("fp32", "bf16")]
    exact, fast = ([*state.population[0].generator.parameters()] for state in states)
    assert {p.dtype for p in fast} == {torch.float32}
    moments = [*adam_moments(states[1].population[0].optimizer), *adam_moments(states[1].environment.optimizer)]
    assert {tensor.dtype for kept in moments for tensor in kept.values()} == {torch.float32}
    assert any(not torch.equal(a, b) for a, b in zip(exact, fast, strict=True))
    for a, b in zip(exact, fast, strict=True):
        torch.testing.assert_close(a, b, rtol=0, atol=2.01 * config.optimiser.learning_rate)  # one step of Adam each


def test_all_settings_of_a_generation_come_from_the_config() -> None:
    moments = ObjectiveMoments()
    config = EvolveConfig.of(
        objectives=("hinge", "minimax"), gamma=0.25, population=3, batch_size=10, evaluation_size=50,
        discriminator_steps=2, augment=False, selection="pareto", diversity="pairwise", crossover=True, evolve_every=4,
        generator_steps=3, common_latents=False, perturb=0.1,
    )  # fmt: skip
    settings = generation_settings(config, moments)
    assert settings.objectives == (OBJECTIVES["hinge"], OBJECTIVES["minimax"])
    assert (settings.gamma, settings.survivors, settings.batch_size, settings.evaluation_size) == (0.25, 3, 10, 50)
    assert (settings.discriminator_steps, settings.augment, settings.selection) == (2, False, "pareto")
    assert (type(settings.diversity), settings.crossover, settings.evolve_every) == (PairwiseDistance, True, 4)
    variation = settings.variation
    assert (variation.steps, variation.shared, variation.perturb) == (3, False, 0.1)
    assert variation.moments is moments
    assert generation_settings(changed(config, diversity="none", selection="comma")).variation.moments is None
    assert type(generation_settings(changed(config, diversity="none", selection="comma")).diversity) is NoDiversity
    assert type(generation_settings(changed(config, diversity="gradient")).diversity) is GradientNorm
    assert generation_settings(EvolveConfig()).augment
    assert not generation_settings(POINTS).augment, "points are not augmented"


def test_one_that_survives_twice_becomes_two() -> None:
    first, second = (one.copy() for one in started(changed(POINTS, population=2)).population)
    found = distinct([first, second, first])
    assert found[:2] == [first, second]
    assert found[2] is not first
    ours, theirs = (dict(one.generator.named_parameters()) for one in (found[2], first))
    assert all(torch.equal(ours[name], theirs[name]) and ours[name] is not theirs[name] for name in ours)


def test_the_fittest_survivors_trait_moves_the_half_life() -> None:
    settings = generation_settings(changed(SMALL, batch_size=1000))
    assert ema_decay(SMALL, settings, kimg=20, trait=2.0) == pytest.approx(0.5**0.5)
    config = changed(POINTS, generations=2, perturb=0.5)
    state = started(config)
    decays: list[float] = []
    average = state.average
    state.average = lambda decay: (decays.append(decay), average(decay))[1]  # type: ignore[method-assign]
    settings = generation_settings(config)
    module.advance(config, settings, state)
    (decay,), survivor = decays, state.population[0]
    assert survivor.traits != Traits()
    assert decay == ema_decay(config, settings, state.kimg, survivor.traits.ema)


# Samples


def test_samples_of_points_are_arrays_of_the_same_latents(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, sample_every_minutes=1e-9, generations=3), tmp_path)
    files = [f"gen-{generation:06d}.npz" for generation in (1, 2, 3)]
    assert [entry["file"] for entry in read_json(run.path / "samples" / "index.json")] == files
    drawn = [np.load(run.path / "samples" / name, allow_pickle=False)["points"] for name in files]
    assert {(points.shape, points.dtype.name) for points in drawn} == {((2048, 2), "float32")}
    assert np.abs(drawn[0] - drawn[2]).max() < 0.1, "the same latents, three generations on"
    write_samples(run, POINTS, state)
    assert np.array_equal(np.load(run.path / "samples" / files[2])["points"], drawn[2])
    assert [entry["file"] for entry in read_json(run.path / "samples" / "index.json")] == files


def test_every_score_has_samples(tmp_path: Path) -> None:
    run, _ = trained(changed(POINTS, score_every_generations=2, score_images=32, generations=5), tmp_path)
    assert [score.generation for score in run.scores()] == [2, 4]
    listed = read_json(run.path / "samples" / "index.json")
    assert [entry["generation"] for entry in listed] == [1, 2, 4, 5]


def test_samples_of_later_generations_are_no_longer_listed(tmp_path: Path) -> None:
    run, state = trained(changed(POINTS, sample_every_minutes=1e-9, generations=3), tmp_path)
    state.generation = 2
    write_samples(run, POINTS, state)
    assert [entry["generation"] for entry in read_json(run.path / "samples" / "index.json")] == [1, 2]


# Growing, refusals


def test_grows_from_a_smaller_run_and_resumes_without_it(tmp_path: Path) -> None:
    smaller, _ = trained(changed(SMALL, generations=1), tmp_path)
    config = changed(SMALL, image_size=64, grow_from=smaller.path, generations=2, population=1)
    first = started(config).ema
    ancestor = load_generator(smaller, "ema")
    assert first.image_size == 64
    for name, value in ancestor.state_dict().items():
        if not name.startswith("output."):
            assert torch.equal(first.state_dict()[name], value), name
    run, never_stopped = trained(config, tmp_path)
    smaller.path.rename(tmp_path / "moved")
    assert_same(resume(config, run, images(size=64)), never_stopped)


def test_refuses_to_grow_from_another_size(tmp_path: Path) -> None:
    smaller, _ = trained(changed(SMALL, generations=1), tmp_path)
    with pytest.raises(IncompatibleRun, match="makes images of 32 px, so it grows to 64; image_size is 128"):
        start(changed(SMALL, image_size=128, grow_from=smaller.path), images(size=128))


def test_resuming_needs_a_snapshot_that_fits(tmp_path: Path) -> None:
    run, _ = trained(changed(SMALL, generations=1), tmp_path)
    with pytest.raises(IncompatibleRun, match="num_images was 10 and is now 9"):
        resume(SMALL, run, images(9))
    with pytest.raises(IncompatibleRun, match=r"snapshot does not fit the networks: .* tensors differ"):
        resume(changed(SMALL, discriminator="projected", feature_size=64), run, images())
    snapshot_path(run).unlink()
    with pytest.raises(CheckpointError, match=r"no snapshot at .*; the run has not saved one yet"):
        resume(SMALL, run, images())


def test_nothing_is_reported_where_nobody_listens(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    _, state = trained(changed(SMALL, generations=2), tmp_path)
    assert state.generation == 2
    assert capfd.readouterr() == ("", "")
