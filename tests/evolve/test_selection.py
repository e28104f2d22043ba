"""Who lives on: by fitness, or by several aims, against slow versions and under every order of the candidates."""

import math
import operator
from collections.abc import Sequence
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.evolve.selection import crowding_distances, select, select_pareto

INF, NAN = math.inf, math.nan
ANY = st.floats(allow_nan=True, allow_infinity=True)
FEW = st.integers(0, 3).map(float)
"""Values that often tie."""
EACH_AIM = operator.itemgetter(0), operator.itemgetter(1)
AIMS = st.lists(st.tuples(FEW, FEW), min_size=1, max_size=8)


def test_the_fittest_survive_best_first() -> None:
    assert select([0.1, 0.9, 0.5], 2) == [1, 2]


def test_ties_keep_the_earlier() -> None:
    assert select([0.5, 0.7, 0.7], 1) == [1]
    assert select([0.7, 0.5, 0.7, 0.7], 3) == [0, 2, 3]


def test_what_has_no_finite_fitness_dies_and_the_others_fill_its_place() -> None:
    assert select([NAN, -5.0, INF, -7.0, -INF], 2) == [1, 3]
    assert select([NAN, -5.0, INF, -7.0, -INF], 5) == [1, 3, 1, 3, 1]
    assert select([NAN, INF, -INF], 2) == []


@given(st.lists(ANY, min_size=1, max_size=9), st.integers(1, 5))
def test_no_dead_child_is_fitter_than_a_survivor(fitness: list[float], survivors: int) -> None:
    chosen = select(fitness, survivors)
    alive = [i for i, f in enumerate(fitness) if math.isfinite(f)]
    assert set(chosen) <= set(alive)
    assert len(chosen) == (survivors if alive else 0)
    assert len(set(chosen)) == min(survivors, len(alive))
    values = [fitness[i] for i in chosen[: len(alive)]]
    assert values == sorted(values, reverse=True)
    assert all(fitness[i] <= min(values) for i in alive if i not in chosen)


@given(st.lists(st.floats(-10, 10), unique=True, min_size=1, max_size=8).flatmap(lambda f: st.permutations(f)))
def test_the_order_of_candidates_does_not_matter(fitness: list[float]) -> None:
    fittest = [fitness[i] for i in select(fitness, 3)]
    assert fittest == [sorted(fitness)[::-1][i % len(fitness)] for i in range(3)]


def dominates(a: Sequence[float], b: Sequence[float]) -> bool:
    return a != b and all(x >= y for x, y in zip(a, b, strict=True))


@given(AIMS, st.integers(1, 8))
def test_the_first_front_never_holds_a_dominated_one_and_comes_first(
    aims: list[tuple[float, float]], survivors: int
) -> None:
    chosen = select_pareto(aims, [sum(a) for a in aims], survivors)
    front = {i for i, a in enumerate(aims) if not any(dominates(b, a) for b in aims)}
    assert len(chosen) == survivors
    assert set(chosen[: len(front)]) <= front
    assert len(set(chosen)) == min(survivors, len(aims))


@given(AIMS)
def test_nobody_comes_before_one_that_dominates_it(aims: list[tuple[float, float]]) -> None:
    ranked = select_pareto(aims, [0.0] * len(aims), len(aims))
    for place, later in enumerate(ranked):
        assert not any(dominates(aims[later], aims[earlier]) for earlier in ranked[:place])


@given(st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), min_size=1, max_size=4, unique_by=EACH_AIM))
def test_the_order_of_candidates_does_not_matter_for_the_pareto_choice(aims: list[tuple[float, float]]) -> None:
    """Where neither aims nor fitness tie."""
    fitness = {a: float(rank) for rank, a in enumerate(sorted(aims))}
    chosen = {
        tuple(order[i] for i in select_pareto(order, [fitness[a] for a in order], 2)) for order in permutations(aims)
    }
    assert len(chosen) == 1


def test_within_a_front_those_that_stand_alone_come_first_and_then_the_fitter() -> None:
    aims = [(0, 10), (1, 9), (2, 8), (6, 7), (10, 0)]  # one front; its inner gaps are .2 + .2, .5 + .2 and .8 + .8
    assert select_pareto(aims, [0, 9, 2, 3, 4], 5) == [4, 0, 3, 2, 1]
    assert select_pareto(aims, [4, 9, 2, 3, 0], 3) == [0, 4, 3]
    equals = [(0, 1), (1, 0)]
    assert select_pareto(equals, [1, 2], 1) == [1]
    assert select_pareto(equals, [2, 1], 1) == [0]
    assert select_pareto(equals, [1, 1], 1) == [0]


def test_the_second_front_comes_after_the_first() -> None:
    aims = [(0.4, 0.4), (1, 0), (0.5, 0.5), (0, 1), (0.1, 0.1)]
    assert select_pareto(aims, [5, 0, 0, 0, 9], 5) == [1, 3, 2, 0, 4]


def test_what_has_an_aim_that_is_not_finite_dies() -> None:
    aims = [(1, NAN), (0.1, 0.1), (INF, 1), (0.5, -INF)]
    assert select_pareto(aims, [0, 0, 0, 0], 2) == [1, 1]
    assert select_pareto(aims[:1], [0], 2) == []


@pytest.mark.parametrize(
    ("front", "distances"),
    [
        ([(1, 2)], [INF]),
        ([(1, 2), (2, 1)], [INF, INF]),
        ([(0, 4), (1, 3), (4, 0)], [INF, 2, INF]),
        ([(4, 0), (0, 8), (1, 6), (2, 4)], [INF, INF, 0.5 + 0.5, 0.75 + 0.75]),
        ([(1, 1), (1, 1), (1, 1)], [INF, 0, INF]),  # no range, no share of it
    ],
)
def test_crowding_distances_by_hand(front: list[tuple[float, float]], distances: list[float]) -> None:
    assert crowding_distances(front) == distances
