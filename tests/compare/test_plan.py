"""Which runs there are, and how long each is."""

import pytest
from tests.compare.tiny import keep, plan, score

from ganatomy.compare.costs import Cost
from ganatomy.compare.plan import (
    allot,
    arms_as_json,
    open_comparison,
    plan_arms,
    prepare,
    require_snapshots,
    run_settings,
    threads,
)
from ganatomy.config.compare import CompareConfig
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import read_config, to_json
from ganatomy.config.parts import changed
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.evolve.train import snapshot_path
from ganatomy.runs.files import read_json, write_json

COSTS = [Cost(600.0, 0.2), Cost(200.0, 0.1), Cost(400.0, 0.04)]


def test_equal_steps_are_as_many_generations_of_all():
    assert allot("steps", 12.9, COSTS) == [12, 12, 12]


def test_equal_compute_is_that_of_the_first_arm():
    assert allot("compute", 10, COSTS) == [10, 30, 15]
    assert allot("compute", 1.5, COSTS) == [1, 4, 2]


def test_equal_seconds_go_by_the_timed_generation():
    assert allot("seconds", 2.05, COSTS) == [10, 20, 51]


def test_a_budget_below_one_generation_is_refused():
    config = CompareConfig(("egan", "random"), equal="seconds", budget=0.15)
    with pytest.raises(ConfigError) as caught:
        plan_arms(config, COSTS[:2])
    assert str(caught.value) == (
        "budget 0.15 is less than one generation of arm 'egan', which takes 0.2 s and 600 multiply-accumulates; "
        "give more"
    )
    assert [arm.generations for arm in plan_arms(CompareConfig(("egan", "random")), COSTS[:2])] == [1000, 1000]


def test_runs_come_seed_by_seed_each_in_its_place(tmp_path):
    runs = plan(tmp_path).runs
    assert [run.label for run in runs] == ["egan seed 0", "random seed 0", "egan seed 1", "random seed 1"]
    assert [run.run.path.relative_to(tmp_path).as_posix() for run in runs[:2]] == ["egan/seed-0", "random/seed-0"]


@pytest.mark.parametrize(("generations", "scores", "every"), [(100, 10, 10), (67, 10, 7), (3, 10, 1), (7, 1, 7)])
def test_a_run_is_scored_evenly(tmp_path, generations, scores, every):
    planned = plan(tmp_path, generations=generations, scores=scores)
    run = planned.runs[3]
    prepare(planned, run)
    config = read_config(EvolveConfig, run.run.path / "config.json")
    assert (config.stop.generations, config.scoring.score_every_generations, config.seed) == (generations, every, 1)
    assert (config.selection.selection, config.bookkeeping.name) == ("random", "random-seed-1")
    assert (run.run.path / "environment.json").exists()


def test_a_run_that_is_there_is_left_as_it_is(tmp_path):
    planned = plan(tmp_path)
    run = planned.runs[0]
    path = run.run.path / "config.json"
    write_json(path, to_json(changed(run_settings(planned, run.arm, 0), threads=7)))
    before = path.read_bytes()
    prepare(planned, run)
    assert path.read_bytes() == before


def test_a_run_that_is_there_goes_on_to_a_larger_budget_and_is_scored_as_often(tmp_path):
    first, larger = plan(tmp_path), plan(tmp_path, generations=9)
    prepare(first, first.runs[0])
    prepare(larger, larger.runs[0])
    config = read_config(EvolveConfig, larger.runs[0].run.path / "config.json")
    assert (config.stop.generations, config.scoring.score_every_generations) == (9, 2)


def test_a_run_that_is_there_goes_on_with_data_that_have_moved(tmp_path):
    before, after = plan(tmp_path, base={"data": "photos"}), plan(tmp_path, base={"data": "elsewhere/photos"})
    prepare(before, before.runs[1])
    prepare(after, after.runs[1])
    config = read_config(EvolveConfig, after.runs[1].run.path / "config.json")
    assert config == changed(run_settings(before, before.arms[1], 0), data="elsewhere/photos")


def test_generations_between_scores_may_be_those_of_before():
    config = CompareConfig(("egan", "random"), budget=30, scores=10)
    assert [arm.score_every for arm in plan_arms(config, COSTS[:2])] == [3, 3]
    assert [arm.score_every for arm in plan_arms(config, COSTS[:2], [2, 5])] == [2, 5]


def test_a_finished_run_needs_its_snapshot_to_go_on(tmp_path):
    planned = plan(tmp_path, ("egan",), seeds=1)
    run = planned.runs[0]
    prepare(planned, run)
    longer = plan(tmp_path, ("egan",), seeds=1, generations=8)
    require_snapshots(longer)
    score(planned, {"egan": [0.1]})
    require_snapshots(planned)
    with pytest.raises(IncompatibleRun, match="egan seed 0 was finished and its snapshot deleted"):
        require_snapshots(longer)
    snapshot_path(run.run).parent.mkdir()
    snapshot_path(run.run).touch()
    require_snapshots(longer)


def test_a_run_is_finished_with_its_last_score_or_a_failure(tmp_path):
    planned = plan(tmp_path)
    assert not any(run.is_finished for run in planned.runs)
    score(planned, {"egan": [1, 1], "random": [1, 1]})
    assert all(run.is_finished for run in planned.runs)
    longer = plan(tmp_path, generations=5)
    assert not any(run.is_finished for run in longer.runs)
    write_json(longer.runs[0].run.path / "failed.json", {"generation": 3, "reason": "all died"})
    assert longer.runs[0].is_finished
    assert longer.runs[0].failure == "all died"


def test_runs_share_the_cores_unless_told_otherwise(monkeypatch):
    monkeypatch.setattr("os.cpu_count", lambda: 6)
    assert [threads(CompareConfig(jobs=jobs)) for jobs in (1, 2, 4, 9)] == [6, 3, 1, 1]
    assert threads(CompareConfig(jobs=2, base=EvolveConfig.of(threads=5))) == 5
    monkeypatch.setattr("os.cpu_count", lambda: None)
    assert threads(CompareConfig()) == 1


def test_arms_are_kept_with_what_makes_them(tmp_path):
    egan, random = arms_as_json(plan(tmp_path))
    assert egan["settings"] == {}
    assert random == {
        "arm": "random",
        "kind": "random",
        "directory": "random",
        "settings": {"selection": "random"},
        "macs_per_generation": 2e9,
        "seconds_per_generation": 0.01,
        "generations": 4,
        "score_every_generations": 2,
    }


def test_a_comparison_that_was_begun_is_opened(tmp_path):
    made = keep(plan(tmp_path / "0001-compare"))
    opened = open_comparison(made.path)
    assert [(arm.name, arm.cost, arm.generations, arm.score_every) for arm in opened.arms] == [
        (arm.name, arm.cost, arm.generations, arm.score_every) for arm in made.arms
    ]
    assert opened.config == made.config


def test_a_folder_that_is_no_comparison_is_not_opened(tmp_path):
    with pytest.raises(
        IncompatibleRun, match=r"has no compare\.json, so it is no comparison; `ganatomy compare` makes"
    ):
        open_comparison(tmp_path)
    made = keep(plan(tmp_path / "0001-compare"))
    write_json(made.path / "compare.json", read_json(made.path / "compare.json") | {"schema": 99})
    with pytest.raises(
        IncompatibleRun, match=r"compare\.json has schema 99, this version reads schema .*; compare anew"
    ):
        open_comparison(made.path)
