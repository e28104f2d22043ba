"""Each child starts from whoever holds its parent's place; here an individual is a text, and its length decides."""

import torch

from ganatomy.evolve.chain import chain
from ganatomy.evolve.evaluation import Candidate
from ganatomy.evolve.objectives import OBJECTIVES

MINIMAX, HEURISTIC, SQUARES = (OBJECTIVES[name] for name in ("minimax", "heuristic", "least_squares"))


def chained(parents, fitness, *objectives, gamma=0.0):
    """Return what each child was made from, by what and for whom, and the candidates that hold a place."""
    made = []

    def vary(individual, objectives):
        (objective,) = objectives
        yield f"{individual}{objective.name[0]}"

    def judge(child, parent, made_by):
        made.append((child, parent, made_by))
        quality, diversity = fitness[child] if isinstance(fitness[child], tuple) else (fitness[child], 0.0)
        none = torch.empty(0)
        return Candidate(child, parent, made_by, none, (none,), torch.tensor(quality), torch.tensor(diversity))

    candidates, held = chain(parents, objectives, vary, judge, gamma)
    assert [candidate.individual for candidate in candidates] == [child for child, _, _ in made]
    return made, held


def test_a_fitter_step_is_built_upon():
    made, held = chained(["p"], {"pm": 1.0, "pmh": 2.0, "pmhl": 3.0}, MINIMAX, HEURISTIC, SQUARES)
    assert made == [("pm", 0, "minimax"), ("pmh", 0, "heuristic"), ("pmhl", 0, "least_squares")]
    assert held == [2]


def test_a_step_that_is_no_fitter_is_passed_over():
    made, held = chained(["p"], {"pm": 1.0, "pmh": 1.0, "pml": 2.0}, MINIMAX, HEURISTIC, SQUARES)
    assert [child for child, _, _ in made] == ["pm", "pmh", "pml"]
    assert held == [2]


def test_the_first_step_is_taken_even_where_it_harms():
    assert chained(["p"], {"pm": -5.0}, MINIMAX)[1] == [0]


def test_the_first_children_fill_the_places_and_a_fitter_one_takes_that_of_the_least_fit():
    # Both children of a fill the places of a and b: the second parent is what holds the place of b by then.
    fitness = {"am": 1.0, "amh": 3.0, "amhm": 2.0, "amhh": 0.0}
    made, held = chained(["a", "b"], fitness, MINIMAX, HEURISTIC)
    assert [(child, parent) for child, parent, _ in made] == [("am", 0), ("amh", 0), ("amhm", 1), ("amhh", 1)]
    assert held == [2, 1]  # amhm, fitter than am, takes its place; amhh is not


def test_diversity_counts_as_much_as_gamma_says():
    fitness = {"pm": (1.0, 0.0), "pmh": (0.5, 1.0)}
    assert chained(["p"], fitness, MINIMAX, HEURISTIC, gamma=0.4)[1] == [0]
    assert chained(["p"], fitness, MINIMAX, HEURISTIC, gamma=0.6)[1] == [1]


def test_what_has_no_finite_fitness_takes_no_place():
    made, held = chained(["p"], {"pm": float("nan"), "ph": 1.0}, MINIMAX, HEURISTIC)
    assert [child for child, _, _ in made] == ["pm", "ph"]
    assert held == [1]
    assert chained(["p"], {"pm": float("inf")}, MINIMAX)[1] == []
