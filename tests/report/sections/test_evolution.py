"""The evolution section draws what was logged."""

import re

import numpy as np
import pytest
from tests.report.fixture_run import make_run

from ganatomy.report.sections.evolution import evolution_view
from ganatomy.report.settings import RunSettings
from ganatomy.runs.directory import Run
from ganatomy.runs.records.lines import ChildLine
from ganatomy.runs.records.reading import row_from


def children(*rows):
    """Return lines of lineage.jsonl as they are read."""
    names = ("generation", "objective", "fitness", "survived")
    return [child_line(**dict(zip(names, row, strict=False))) for row in rows]


def child_line(**known):
    nothing = {"child": 0, "parent": 0, "quality": None, "diversity": None, "fitness": None, "survived": False}
    return row_from(ChildLine, nothing | known, "lineage.jsonl", "restore it")


def logged(path):
    return Run(path).metrics(), Run(path).lineage()


def figure(training, title):
    return next(f for f in training.figures if f.title == title)


def titles(training):
    return [f.title for f in training.figures]


def dots(drawn):
    """Return how many dots of each colour a figure has."""
    clouds = re.findall(r'<path class="dots (o\d)" d="([^"]*)"', drawn.svg)
    return {colour: path.count("h0") for colour, path in clouds}


def test_the_figures_of_an_evolution_tell_what_the_files_hold(full_run):
    metrics, lineage = logged(full_run)
    training = evolution_view(metrics, lineage)
    assert titles(training) == [
        "Fitness", "Ahead of siblings", "Who survived", "Quality", "Diversity", "Discriminator's accuracy",
        "Discriminator", "Distance between samples",
    ]  # fmt: skip
    survivors = [child.objective for child in lineage if child.survived]
    caption = figure(training, "Who survived").caption.replace("\N{NO-BREAK SPACE}", " ")
    for objective in ("heuristic", "minimax", "least_squares"):
        share = survivors.count(objective) / len(survivors)
        assert f"{objective.replace('_', ' ')} {100 * share:.{0 if share >= 0.0995 else 1}f} %" in caption
    mean = {
        o: np.mean([c.fitness for c in lineage if c.objective == o]) - np.mean([c.fitness for c in lineage])
        for o in ("heuristic", "minimax", "least_squares")
    }
    said = re.findall(r"([+\N{MINUS SIGN}][\d.e-]+)(?=[,.])", figure(training, "Ahead of siblings").caption)
    assert [float(v.replace("\N{MINUS SIGN}", "-").rstrip(".")) for v in said] == pytest.approx(
        list(mean.values()), rel=0.05
    )
    assert sum(dots(figure(training, "Fitness")).values()) == len(lineage) == training.children == training.dots
    assert (training.objectives, training.window) == (3, 10)


def test_one_objective_shows_the_loss_and_no_selection(tmp_path):
    run = make_run(tmp_path / "r", parts=("training",), generations=50, objectives=("heuristic",))
    training = evolution_view(*logged(run))
    assert titles(training) == [
        "Quality", "Discriminator's accuracy", "Discriminator", "Distance between samples", "Discriminator loss",
    ]  # fmt: skip
    assert training.objectives == 1
    assert "Over generations, from 1.1" in figure(training, "Discriminator loss").svg


def test_one_generation(tmp_path):
    run = make_run(tmp_path / "r", parts=("training",), generations=1)
    training = evolution_view(*logged(run))
    assert len(training.figures) == 8
    assert training.window == 1
    assert "per generation" in figure(training, "Who survived").caption
    assert not any("nan" in f.svg.lower() for f in training.figures)


def test_a_long_run_stays_light_and_keeps_all_objectives(tmp_path):
    run = make_run(tmp_path / "r", parts=("training",), generations=3000)
    training = evolution_view(*logged(run))
    assert training.children == 9000
    assert 2300 <= training.dots <= 2400
    assert sum(len(f.svg) for f in training.figures) < 250_000
    counts = dots(figure(training, "Fitness"))
    assert counts == dict.fromkeys(("o0", "o1", "o2"), training.dots // 3)


def test_parts_of_the_logs_are_enough():
    assert evolution_view([], []) is None
    only_metrics = evolution_view([{"generation": 5, "quality": 0.4, "d_real": None}], [])
    assert titles(only_metrics) == ["Quality"]
    only_lineage = evolution_view([], children((1, "a", 0.1, True), (1, "b", None, False)))
    assert titles(only_lineage) == ["Ahead of siblings", "Who survived", "Quality"]
    assert "b –" in figure(only_lineage, "Ahead of siblings").caption
    none_survived = evolution_view([], children((1, "a", 0.1, False), (1, "b", 0.2, False)))
    assert "a 0\N{NO-BREAK SPACE}%" in figure(none_survived, "Who survived").caption


def test_settings_explain_the_figures(full_run):
    """Terms need gamma; how survivors are chosen and what diversity is, is said as it was."""
    logs = logged(full_run)
    training = evolution_view(*logs, settings=RunSettings(gamma=0.1, objectives=["heuristic", "minimax", "hinge"]))
    assert titles(training)[:3] == ["Fitness", "Terms of the fitness", "Which term decides"]
    assert titles(training)[-2:] == ["Objectives: loss", "Objectives: pull"]
    assert "children of highest F survive" in figure(training, "Fitness").caption
    pareto = evolution_view(*logs, settings=RunSettings(selection="pareto", diversity="pairwise"))
    assert "(Pareto)" in figure(pareto, "Fitness").caption
    assert "mean distance" in figure(pareto, "Diversity").svg
    chain = evolution_view(*logs, settings=RunSettings(selection="chain"))
    assert "starts from the fittest before it" in figure(chain, "Fitness").caption
    chance = evolution_view(*logs, settings=RunSettings(selection="random", squared_norm=True))
    assert "drawn at random" in figure(chance, "Fitness").caption
    assert "squared gradient norm" in figure(chance, "Diversity").caption
    assert "Ahead of siblings" not in titles(chance)


@pytest.mark.parametrize(
    ("loss", "output", "unit"),
    [("bce", "Mean probability of being real", "probability"), ("wasserstein", "Mean sigmoid of the logit", "sigmoid")],
)
def test_only_cross_entropy_makes_a_probability_of_a_logit(full_run, loss, output, unit):
    training = evolution_view(*logged(full_run), settings=RunSettings(discriminator_loss=loss))
    for title in ("Quality", "Discriminator"):
        assert figure(training, title).caption.startswith(output)
        assert f">{unit}<" in figure(training, title).svg


def test_warnings_are_told(full_run):
    training = evolution_view(*logged(full_run), warnings=[{"generation": 7, "seconds": 2.5, "warning": "collapse"}])
    assert [(w.generation, w.seconds, w.text) for w in training.warnings] == [(7, 2.5, "collapse")]


def test_an_accuracy_of_nought_has_no_logarithm():
    lines = [{"generation": g, "d_accuracy": a} for g, a in ((1, 0.0), (2, 1.0))]
    drawn = figure(evolution_view(lines, []), "Discriminator's accuracy")
    assert "raises diversity F_d" in drawn.caption
    assert "nan" not in drawn.svg
