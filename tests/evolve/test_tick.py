"""What is gathered of generations, and the lines it becomes."""

from pathlib import Path

import pytest
import torch
from tests.evolve import nets

from ganatomy.evolve.evaluation import Child
from ganatomy.evolve.generation import Generation
from ganatomy.evolve.growing import Stage
from ganatomy.evolve.tick import Tick
from ganatomy.runs.directory import create_run
from ganatomy.runs.records.lines import ChildLine

OF_DISCRIMINATOR = {"d_real": torch.tensor(0.75), "d_generated": torch.tensor(0.25)}


def generation(
    *fitness: float,
    survivors: tuple[int, ...],
    names: tuple[str, ...] = nets.THREE,
    competed: bool = True,
    has_diversity: bool = True,
) -> Generation:
    (one,) = nets.constants((0.0, 0.0))
    children = [
        Child(one, 0, name, quality=f / 2, diversity=f / 4, fitness=f, features=[])
        for name, f in zip(names, fitness, strict=True)
    ]
    return Generation(children, list(survivors), [], competed, has_diversity, torch.tensor(0.5))


def test_figures_are_those_of_the_fittest_survivor_and_of_the_discriminator() -> None:
    figures = Tick().add(7, generation(1, 3, 2, survivors=(1, 2)), OF_DISCRIMINATOR)
    assert figures == {
        "d_real": 0.75, "d_generated": 0.25,
        "quality": 1.5, "diversity": 0.75, "fitness": 3, "sample_distance": 0.5,
    }  # fmt: skip


def test_a_line_has_the_means_and_who_survived_and_every_child_has_one_too(tmp_path: Path) -> None:
    run, tick = create_run(tmp_path, "a", {}), Tick()
    tick.add(1, generation(1, 3, 2, survivors=(1, 2)), OF_DISCRIMINATOR)
    tick.add(2, generation(4, 1, 2, survivors=(0, 2)), {**OF_DISCRIMINATOR, "d_real": torch.tensor(0.25)})
    tick.log(run, 2, 0.0644449, 10.456)
    (line,) = run.metrics()
    assert line == {
        "generation": 2, "kimg": 0.064, "seconds": 10.46, "d_real": 0.5, "d_generated": 0.25, "quality": 1.75,
        "diversity": 0.875, "fitness": 3.5, "sample_distance": 0.5,
        "survivors": {"heuristic": 1, "least_squares": 2, "minimax": 1},
    }  # fmt: skip
    assert [(c.generation, c.child, c.survived) for c in run.lineage()] == [
        (1, 0, False), (1, 1, True), (1, 2, True), (2, 0, True), (2, 1, False), (2, 2, True),
    ]  # fmt: skip
    assert run.lineage()[1] == ChildLine(
        generation=1,
        child=1,
        parent=0,
        objective="minimax",
        quality=1.5,
        diversity=0.75,
        fitness=3,
        survived=True,
    )


def test_a_line_tells_the_resolution_of_networks_that_grow(tmp_path: Path) -> None:
    run, tick = create_run(tmp_path, "a", {}), Tick()
    tick.add(1, generation(1, 3, 2, survivors=(1, 2)), OF_DISCRIMINATOR)
    tick.log(run, 1, 0.0, 0.0, Stage(16, 1 / 3))
    (line,) = run.metrics()
    assert (line["image_size"], line["fade"]) == (16, 0.3333)


def test_what_was_not_measured_is_null_and_does_not_count_in_means(tmp_path: Path) -> None:
    run, tick = create_run(tmp_path, "a", {}), Tick()
    tick.add(1, generation(1, 3, 2, survivors=(1,)), OF_DISCRIMINATOR)
    tick.add(2, generation(8, survivors=(0,), names=("minimax",), competed=False, has_diversity=False), {})
    tick.log(run, 2, 0.0, 0.0)
    (line,) = run.metrics()
    assert (line["quality"], line["diversity"], line["fitness"]) == ((1.5 + 4) / 2, 0.75, 3)
    assert [(c.diversity, c.fitness) for c in run.lineage()][-2:] == [(0.5, 2), (None, None)]
    tick.add(3, generation(8, survivors=(0,), names=("minimax",), has_diversity=False), {})
    tick.log(run, 3, 0.0, 0.0)
    assert (run.metrics()[-1]["diversity"], run.metrics()[-1]["fitness"]) == (None, 8)


def test_the_next_line_starts_anew_and_tells_the_seconds_of_a_generation(tmp_path: Path) -> None:
    run, tick = create_run(tmp_path, "a", {}), Tick()
    tick.log(run, 0, 0.0, 0.0)
    assert run.metrics() == [], "nothing to tell"
    for number, seconds in ((1, 2.0), (3, 5.0)):
        for generated in range(number, number + 1 + (number == 3)):
            tick.add(generated, generation(1, 3, 2, survivors=(1,)), OF_DISCRIMINATOR)
        tick.log(run, number, 0.0, seconds)
    first, second = run.metrics()
    assert "seconds_per_generation" not in first
    assert second["seconds_per_generation"] == 1.5
    assert len(run.lineage()) == 9


@pytest.mark.parametrize("is_first", [True, False])
def test_a_note_says_where_it_stands(is_first: bool) -> None:
    tick = Tick()
    if is_first:
        assert tick.note(0, 0.0) == "generation 0, 0.0 kimg"
    else:
        tick.add(1, generation(1, 3, 2, survivors=(1,)), OF_DISCRIMINATOR)
        assert tick.note(12, 1.25) == "generation 12, 1.2 kimg, quality 1.50, D 0.75/0.25"
