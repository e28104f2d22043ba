"""A training as a whole, on points in the plane: what it returns, where it stops, and what it holds."""

from pathlib import Path
from typing import Any

import pytest

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.errors import ConfigError, DivergedTraining, IncompatibleRun
from ganatomy.evolve import session
from ganatomy.evolve.origin import manifest_of
from ganatomy.evolve.session import DEFAULT_MINUTES, _with_stop, evolve, grow, ready
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run
from ganatomy.runs.lock import held
from ganatomy.runs.manifest import open_manifest

NO_GAIN = {"score_every_generations": 1, "stop_after_no_gain": 2}


@pytest.fixture
def config(tmp_path: Path) -> EvolveConfig:
    return EvolveConfig.of(data="8gaussians", batch_size=4, evaluation_size=4, generations=2, out=tmp_path)


def test_a_training_returns_its_run_and_where_it_stands_and_goes_on_from_there(config: EvolveConfig) -> None:
    first = evolve(config, SILENT)
    assert first.run.path == config.bookkeeping.out / "0001-egan"
    assert (first.state.generation, first.failure) == (2, None)
    assert open_manifest(first.run) == manifest_of(config, first.state.data)
    again = evolve(changed(config, generations=3, resume=first.run.path), SILENT)
    assert (again.run, again.state.generation) == (first.run, 3)
    assert [child.generation for child in again.run.lineage()] == [g for g in (1, 2, 3) for _ in range(3)]


def test_a_run_that_another_one_trains_is_refused(config: EvolveConfig) -> None:
    run = evolve(config, SILENT).run
    with held(run), pytest.raises(IncompatibleRun, match="is being trained by another process"):
        evolve(changed(config, generations=3, resume=run.path), SILENT)


def test_a_training_that_diverges_is_a_result_with_its_failure(
    config: EvolveConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    error = DivergedTraining("none is left")

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(session, "train", fail)
    evolution = evolve(config, SILENT)
    assert evolution.failure is error
    assert (evolution.run.path / "config.json").exists()


def test_a_training_is_ready_from_its_start_or_from_its_snapshot(config: EvolveConfig, tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    run.subdirectory("state")
    state = ready(config, None, SILENT)
    assert (state.generation, state.data.name) == (0, "8gaussians")  # type: ignore[union-attr]
    grow(config, run, state, SILENT)
    assert ready(config, run, SILENT).generation == 2


def test_fewer_images_than_a_batch_are_refused(config: EvolveConfig, tmp_path: Path) -> None:
    few = changed(config, data="scenes", num_scenes=2, image_size=32, discriminator="light")
    with pytest.raises(ConfigError, match="scenes holds 2 images, fewer than the 4 of one batch; lower batch_size"):
        ready(few, None, SILENT)


@pytest.mark.parametrize("stop", [{"generations": 3}, {"kimg": 0.5}, {"minutes": 9.0}, NO_GAIN])
def test_a_stop_that_is_given_stays(stop: dict[str, Any]) -> None:
    config = EvolveConfig.of(**stop)
    assert _with_stop(config) == config


def test_without_a_stop_training_takes_a_minute() -> None:
    assert DEFAULT_MINUTES == 1.0
    assert _with_stop(EvolveConfig()) == EvolveConfig.of(minutes=1.0)
