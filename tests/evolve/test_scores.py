"""Scores during a training: when, of what, and which weights are kept."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import ConfigError
from ganatomy.evolve import scores as module
from ganatomy.evolve.scores import Scores, metric_of, require_real_samples
from ganatomy.evolve.state import TrainingState, start
from ganatomy.metrics.names import METRICS
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.weights import load_generator

POINTS = EvolveConfig.of(data="8gaussians", score_every_generations=3, score_images=64)
IMAGES = EvolveConfig.of(
    image_size=32, discriminator="light", score_every_generations=3, score_images=64,
    extractor="tests.evolve.nets:averages",
)  # fmt: skip


def of_points(**changes: Any) -> tuple[Scores, TrainingState]:
    config = changed(POINTS, **changes)
    data = Mixture(config.data.data)
    return Scores(config, data), start(config, data)


def of_images(**changes: Any) -> tuple[Scores, TrainingState]:
    config = changed(IMAGES, **changes)
    pixels = np.random.default_rng(0).integers(0, 256, (20, 32, 32, 3), dtype=np.uint8)
    data = ImageSet(pixels, (), np.full(20, -1))
    torch.manual_seed(0)
    return Scores(config, data), start(config, data, Generator(GeneratorShape(32, (4, 3, 2), z_dim=3)))


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return create_run(tmp_path, "a", {})


def shown(monkeypatch: pytest.MonkeyPatch, *values: float, metric: str = "mmd") -> None:
    """Let one metric have these values in turn."""
    following = iter(values)
    score = module.Scorer.score

    def scripted(scorer: Any, *arguments: Any) -> Any:
        found = score(scorer, *arguments)
        return [replace(one, value=next(following)) if one.metric == metric else one for one in found]

    monkeypatch.setattr(module.Scorer, "score", scripted)


def test_scores_are_due_every_so_many_generations_or_never() -> None:
    scores, state = of_points()
    due = []
    for generation in range(1, 8):
        state.generation = generation
        due.append(scores.are_due(state))
    assert due == [False, False, True, False, False, True, False]
    scores, state = of_points(score_every_generations=None)
    assert not scores.are_due(state)


@pytest.mark.parametrize(
    ("changes", "metric"),
    [
        ({}, "fd"),
        ({"data": "8gaussians"}, "mmd"),
        ({"score_metric": "kd"}, "kd"),
        ({"data": "8gaussians", "score_metric": "modes"}, "modes"),
    ],
)
def test_fd_decides_of_images_and_mmd_of_points_unless_told_otherwise(changes: Any, metric: str) -> None:
    assert metric_of(EvolveConfig.of(**changes)) == metric


def test_a_line_tells_where_and_how_and_every_metric_of_points(run: Run) -> None:
    scores, state = of_points(seed=3)
    state.generation, state.kimg, state.seconds = 6, 0.1234, 5.678
    assert scores.look(run, state) == (True, [])
    (line,) = run.scores()
    assert (line.generation, line.kimg, line.seconds) == (6, 0.123, 5.68)
    assert set(line.values) == {"mmd", "modes", "high_quality", "reverse_kl"}
    assert state.best_score == line.values["mmd"] > 0
    protocol = line.protocol
    assert (protocol["extractor"], protocol["data"], protocol["weights"]) == ("points", "8gaussians", "ema")
    assert (protocol["num_real"], protocol["num_generated"], protocol["seed"]) == (64, 64, 3)


def test_the_swiss_roll_has_no_modes_to_score(run: Run) -> None:
    scores, state = of_points(data="swissroll")
    assert scores.look(run, state) == (True, [])
    assert set(run.scores()[0].values) == {"mmd"}


def test_images_are_scored_by_the_quicker_metrics_through_the_extractor(run: Run) -> None:
    scores, state = of_images()
    assert scores.look(run, state)[0]
    (line,) = run.scores()
    assert set(line.values) == {"fd", "precision", "recall"}
    protocol = line.protocol
    assert protocol["extractor"] == "tests.evolve.nets:averages"
    assert (protocol["num_real"], protocol["num_generated"]) == (20, 64), "as many real ones as there are"
    of_images(score_images=10)[0].look(run, state)
    assert run.scores()[1].protocol["num_real"] == 10


def test_metrics_beside_the_deciding_one_are_left_out_where_there_are_too_few_samples(run: Run) -> None:
    scores, state = of_images(score_images=3)
    assert scores.look(run, state)[0]
    assert set(run.scores()[0].values) == {"fd"}, "precision and recall need 4"


def test_too_few_real_samples_for_the_deciding_metric_are_refused() -> None:
    few = ImageSet(np.zeros((4, 32, 32, 3), dtype=np.uint8), (), np.full(4, -1))
    require_real_samples(IMAGES, few)
    with pytest.raises(ConfigError, match="metric 'density' needs 6 samples and there are 4"):
        require_real_samples(changed(IMAGES, score_metric="density"), few)
    with pytest.raises(ConfigError, match="metric 'mmd' needs 2 samples and there are 1"):
        require_real_samples(changed(POINTS, score_images=1), Mixture("8gaussians"))


def test_real_samples_are_looked_at_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    looked = []
    make = module.image_scorer
    monkeypatch.setattr(module, "image_scorer", lambda *a, **k: (looked.append(1), make(*a, **k))[1])
    scores, state = of_images()
    for _ in range(3):
        scores.look(run, state)
    assert looked == [1]
    assert len({line.values["fd"] for line in run.scores()}) == 1, "a score of the same weights is the same"


def test_scoring_leaves_the_training_as_it_was(run: Run) -> None:
    scores, state = of_points()
    streams = [rng.get_state() for rng in vars(state.streams).values()]
    was_training = state.ema.training
    scores.look(run, state)
    assert state.ema.training == was_training
    assert all(torch.equal(a, rng.get_state()) for a, rng in zip(streams, vars(state.streams).values(), strict=True))


def marked(state: TrainingState, mark: float) -> None:
    """Make the average recognisable."""
    with torch.no_grad():
        state.ema.output.bias.fill_(mark)  # type: ignore[union-attr]


def test_the_average_that_scored_best_is_kept(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    scores, state = of_points()
    shown(monkeypatch, 0.5, 0.3, 0.4, 0.3, math.nan, 0.2)
    told, counted, kept = [], [], []
    for mark in range(6):
        marked(state, mark)
        told.append(scores.look(run, state)[0])
        counted.append(state.scores_without_gain)
        kept.append(load_generator(run, "best").output.bias[0].item())  # type: ignore[union-attr]
    assert told == [True, True, False, False, False, True], "neither equal nor no number is better"
    assert counted == [0, 0, 1, 2, 3, 0]
    assert kept == [0, 1, 1, 1, 1, 5]
    assert state.best_score == 0.2


def test_of_some_metrics_more_is_better(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    scores, state = of_points(score_metric="modes")
    assert not METRICS["modes"].is_lower_better
    shown(monkeypatch, 3.0, 5.0, 4.0, metric="modes")
    assert [scores.look(run, state)[0] for _ in range(3)] == [True, True, False]
    assert state.best_score == 5


def test_modes_that_are_lost_are_warned_of(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    scores, state = of_points()
    shown(monkeypatch, 7.0, 5.0, 5.0, metric="modes")
    assert [scores.look(run, state)[1] for _ in range(3)] == [
        [],
        ["5 modes are covered, 2 fewer than before: the generator has dropped them"],
        [],
    ]


def test_a_score_through_the_discriminators_own_network_is_doubted_once(run: Run) -> None:
    scores, state = of_images(discriminator="projected", feature_size=64, extractor="efficientnet", score_images=16)
    _, warnings = scores.look(run, state)
    assert warnings == [
        "the discriminator looks through efficientnet, and so do these scores, which may flatter the run; score it "
        "under a second network too, such as --extractor resnet56 or ade20k"
    ]
    assert scores.look(run, state)[1] == []
