"""An evolution, followed by a run's files."""

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.runs.directory import Run
from ganatomy.runs.files import append_lines, write_json
from ganatomy.web.evolution import GENERATIONS, POINTS, Grid, evolution_of, grid_file


@pytest.fixture
def run(tmp_path: Path) -> Run:
    content = {"schema": 1, "data": "scenes", "objectives": ["minimax", "heuristic"], "image_size": 32}
    write_json(tmp_path / "config.json", content)
    return Run(tmp_path)


def child(generation: int, number: int, **more: Any) -> dict[str, Any]:
    plain = {"generation": generation, "child": number, "parent": 0, "objective": "minimax", "survived": number == 0}
    return plain | {"quality": 0.5, "diversity": -1.0, "fitness": 0.4} | more


def tick(generation: int, **more: Any) -> dict[str, Any]:
    return {"generation": generation, "kimg": generation / 10, "seconds": 1.0, "quality": 0.5, "fitness": 0.4, **more}


def test_a_run_that_nobody_evolved_has_no_evolution(run: Run) -> None:
    assert evolution_of(run) is None


def test_children_of_the_last_generation_stand_beside_their_samples(run: Run) -> None:
    run.append_lineage([child(generation, number) for generation in (1, 2) for number in (0, 1)])
    run.append_metrics(tick(2))
    found = evolution_of(run)
    assert found is not None
    assert (found.generation, found.kimg, found.objectives, found.population) == (2, 0.2, ("minimax", "heuristic"), 1)
    assert [(one.child, one.survived, one.row) for one in found.children] == [(0, True, None), (1, False, None)]
    assert (found.grid, grid_file(run)) == (None, None)
    (run.path / "samples").mkdir()
    Image.new("RGB", (8 * 32, 32)).save(run.path / "samples" / "children.png")
    write_json(run.path / "samples" / "children.json", {"generation": 2, "rows": 1, "columns": 8, "size": 32})
    found = evolution_of(run)
    assert found is not None
    assert found.grid == Grid(1, 8, 32)
    assert [one.row for one in found.children] == [0, None]
    write_json(run.path / "samples" / "children.json", {"generation": 1, "rows": 2, "columns": 8, "size": 32})
    found = evolution_of(run)
    assert found is not None
    assert [one.row for one in found.children] == [None, None]


def test_lineage_and_course_are_those_of_the_run_and_bounded(run: Run) -> None:
    run.append_lineage([child(generation, number) for generation in range(1, 101) for number in (0, 1)])
    append_lines(run.path / "metrics.jsonl", [tick(generation, diversity=None) for generation in range(1, 1001)])
    found = evolution_of(run)
    assert found is not None
    assert found.generation == 100
    assert [one["generation"] for one in found.lineage] == [*range(101 - GENERATIONS, 101)]
    assert {"generation": 61, **found.lineage[0]["children"][1]} == child(61, 1)
    assert len(found.course["generation"]) == POINTS
    assert (found.course["generation"][0], found.course["generation"][-1]) == (1.0, 1000.0)
    assert set(found.course["diversity"]) == {None}
    assert set(found.course["fitness"]) == {0.4}


def test_watchdogs_say_what_they_look_at_and_what_they_have_said(run: Run) -> None:
    run.append_metrics(tick(1, d_accuracy=0.995, sample_distance=0.8))
    for generation in range(7):
        run.append_warning({"generation": generation, "seconds": 1.0, "warning": "children learn little"})
    found = evolution_of(run)
    assert found is not None
    accuracy, distance, *warnings = found.watchdogs
    assert (accuracy.name, accuracy.value, accuracy.limit, accuracy.fine) == (
        "discriminator accuracy",
        0.995,
        0.99,
        False,
    )
    assert (distance.value, distance.limit, distance.fine) == (0.8, 0.1, True)
    assert distance.said == "Generated images are 80% as far apart as real ones."
    assert [one.said for one in warnings] == [f"Generation {n}: children learn little" for n in range(2, 7)]


def test_a_run_is_live_as_long_as_its_figures_are_new(run: Run) -> None:
    run.append_metrics(tick(1))
    written = (run.path / "metrics.jsonl").stat().st_mtime
    now, later = (evolution_of(run, lambda seconds=seconds: written + seconds) for seconds in (10.0, 600.0))
    assert now is not None
    assert later is not None
    assert (now.live, later.live) == (True, False)


def test_a_run_is_followed_from_its_first_children_on(run: Run) -> None:
    run.append_lineage([child(1, 0)])
    with (run.path / "lineage.jsonl").open("a") as file:
        file.write('{"generation": 2, "chi')  # being written
    found = evolution_of(run)
    assert found is not None
    assert (found.generation, found.kimg, found.live, found.course["fitness"]) == (1, None, False, ())


def test_objectives_that_settings_do_not_tell_are_those_of_the_children(tmp_path: Path) -> None:
    write_json(tmp_path / "config.json", {"schema": 1, "data": "scenes"})
    run = Run(tmp_path)
    run.append_lineage([child(1, 0), child(1, 1, objective="heuristic")])
    found = evolution_of(run)
    assert found is not None
    assert found.objectives == ("minimax", "heuristic")


def test_files_that_are_not_what_they_should_be_are_refused(run: Run) -> None:
    run.append_lineage([child(1, 0)])
    (run.path / "samples").mkdir()
    Image.new("RGB", (4, 4)).save(run.path / "samples" / "children.png")
    write_json(run.path / "samples" / "children.json", {"rows": "many"})
    with pytest.raises(IncompatibleRun, match="does not say what its samples are; remove it"):
        evolution_of(run)
    append_lines(run.path / "lineage.jsonl", [{"generation": 2}])
    with pytest.raises(DataError, match=r"lineage.jsonl is not as this version writes it"):
        evolution_of(run)
