import math

from hypothesis import given
from hypothesis import strategies as st

from ganatomy.evolve.selection import select


def test_the_fittest_survive_best_first() -> None:
    assert select([0.1, 0.9, 0.5], 2) == [1, 2]


def test_ties_keep_the_earlier() -> None:
    assert select([0.5, 0.7, 0.7], 1) == [1]


def test_not_a_number_ranks_last() -> None:
    assert select([math.nan, -5.0, math.nan], 2) == [1, 0]


@given(st.lists(st.floats(allow_nan=False), min_size=1), st.integers(1, 5))
def test_no_dead_child_is_fitter_than_a_survivor(fitness: list[float], survivors: int) -> None:
    chosen = select(fitness, survivors)
    dead = [f for i, f in enumerate(fitness) if i not in chosen]
    assert len(chosen) == min(survivors, len(fitness))
    assert all(f <= min(fitness[i] for i in chosen) for f in dead)
