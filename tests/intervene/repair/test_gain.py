"""Gains are paired by latents, and their intervals cover the truth; concepts move by ratios of areas."""

import numpy as np
import pytest
import torch

from ganatomy.intervene.repair.gain import Gain, concept_moves, gain
from ganatomy.metrics.frechet import frechet_distance
from ganatomy.stats.moments import Moments
from ganatomy.stats.resampling import Interval


def normal(n, seed, shift=0.0):
    return torch.randn(n, 3, generator=torch.Generator().manual_seed(seed)) + shift


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.parametrize("metric", ["kd", "fd"])
def test_what_comes_nearer_gains(metric):
    real, before = normal(300, 0), normal(300, 1, 0.5)
    found = gain(metric, real, before, before - 0.5, rng())
    assert found.is_shown
    assert found.value == pytest.approx(found.before - found.after)
    assert found.interval.low < found.value < found.interval.high
    back = gain(metric, real, before - 0.5, before, rng())
    assert back.value == pytest.approx(-found.value)
    assert not back.is_shown
    assert back.interval.high < 0


def test_the_frechet_distance_is_that_of_the_metric():
    real, before, after = normal(50, 0), normal(50, 1, 1.0), normal(50, 1)
    found = gain("fd", real, before, after, rng())
    assert found.before == frechet_distance(Moments.of(real), Moments.of(before))
    assert found.after == frechet_distance(Moments.of(real), Moments.of(after))


@pytest.mark.parametrize("metric", ["kd", "fd"])
def test_what_changes_nothing_gains_nothing(metric):
    same = normal(20, 1)
    found = gain(metric, normal(20, 0), same, same.clone(), rng())
    assert (found.value, found.interval, found.is_shown) == (0.0, Interval(0.0, 0.0), False)


def test_the_intervals_cover_what_many_samples_show():
    """95 % intervals of 60 samples, in 100 repetitions, hold the gain of 20,000 in 89 or more."""
    truth = gain("kd", normal(4000, 1), normal(4000, 2, 0.4), normal(4000, 2, 0.2), rng()).value
    held = 0
    for seed in range(100):
        before = normal(60, 1000 + seed, 0.4)
        low, high = gain("kd", normal(60, 5000 + seed), before, before - 0.2, rng(seed)).interval
        held += low <= truth <= high
    assert held >= 89


def test_concepts_move_by_ratios_and_what_is_small_or_nameless_is_not_judged():
    before = np.array([[0.5, 0.2, 0.001, 0.0], [0.3, 0.2, 0.001, 0.0]])
    after = np.array([[0.6, 0.1, 0.0, 0.0], [0.4, 0.1, 0.0, 0.0]])
    other, tree, bird, boat = concept_moves(("other", "tree", "bird", "boat"), before, after, rng())
    assert (tree.before, tree.after, tree.change) == (0.2, 0.1, -0.5)
    assert tree.interval == pytest.approx((-0.5, -0.5))
    assert [one.is_measured for one in (other, tree, bird, boat)] == [False, True, False, False]
    assert (tree.keeps(0.5), tree.keeps(0.49)) == (True, False)
    assert other.keeps(0.01)
    assert bird.keeps(0.01)
    assert np.isnan(boat.change)


def test_the_whole_interval_has_to_be_within_the_budget():
    rows = np.random.default_rng(0).uniform(0, 1, (20, 1))
    (move,) = concept_moves(("sky",), rows, rows * np.random.default_rng(1).uniform(0.5, 1.5, (20, 1)), rng())
    assert abs(move.change) < 0.2 < max(map(abs, move.interval))
    assert not move.keeps(0.2)
    assert move.keeps(1.0)


def test_a_gain_of_which_the_interval_touches_0_is_not_shown():
    assert not Gain(2.0, 1.0, Interval(0.0, 2.0)).is_shown
    assert Gain(2.0, 1.0, Interval(0.1, 2.0)).is_shown
