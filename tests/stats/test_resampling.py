"""Intervals: laws of the bootstrap, and every quick way against the slow one."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.errors import ConfigError, DataError
from ganatomy.stats import resampling
from ganatomy.stats.resampling import (
    Estimate,
    Interval,
    bootstrap,
    divided,
    draw_counts,
    percentile_interval,
    percentile_intervals,
    resampled_means,
)

VALUES = st.lists(st.floats(-100, 100), min_size=1, max_size=30).map(np.array)


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def draws(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def interval_of_the_mean(values, seed=0):
    """Return the interval by counts, of 100 resamples."""
    (means,) = resampled_means([np.asarray(values, np.float64)[:, None]], draws(seed), 100)
    return percentile_interval(means[:, 0])


def by_terms(values, seed=0):
    """Return the interval by index, of 100 resamples."""
    terms = torch.from_numpy(np.asarray(values, np.float64))
    return Estimate(float(terms.mean()), terms).interval(rng(seed), 100)


WAYS = pytest.mark.parametrize("way", [interval_of_the_mean, by_terms], ids=["counts", "terms"])


# Intervals


def test_an_interval_leaves_out_what_lies_beyond_its_bounds():
    assert [Interval(-1.0, 2.0).leaves_out(x) for x in (-1.5, -1.0, 0.0, 2.0, 2.5)] == [True, False, False, False, True]
    assert not Interval(math.nan, math.nan).leaves_out(0.0)


def test_percentiles_hold_the_middle():
    assert percentile_interval(np.arange(101.0), level=0.9) == pytest.approx((5, 95))
    assert percentile_interval(np.arange(1001.0)) == pytest.approx((25, 975))
    first, second = percentile_intervals(np.stack([np.arange(101.0), -np.arange(101.0)], 1), 0.9)
    assert (*first, *second) == pytest.approx((5, 95, -95, -5))


def test_a_column_with_a_resample_that_is_no_number_has_no_interval():
    found, nothing = percentile_intervals(np.array([[1.0, 1.0], [2.0, math.nan], [3.0, 1.0]]))
    assert found == pytest.approx((1.05, 2.95))
    assert [math.isnan(bound) for bound in nothing] == [True, True]


def test_a_ratio_over_nothing_is_no_number():
    np.testing.assert_array_equal(divided(np.array([1.0, 0.0, 3.0]), np.array([2.0, 0.0, 0.0])), [0.5, np.nan, np.nan])


# Laws


@WAYS
@given(value=st.floats(-100, 100), n=st.integers(1, 30), seed=st.integers(0, 99))
def test_of_a_constant_nothing_is_unsure(way, value, n, seed):
    assert way(np.full(n, value), seed) == pytest.approx((value, value), rel=1e-12, abs=1e-300)


@WAYS
@given(values=VALUES, seed=st.integers(0, 99))
def test_an_interval_lies_within_the_values(way, values, seed):
    low, high = way(values, seed)
    rounding = 1e-12 * np.abs(values).max()
    assert values.min() - rounding <= low <= high <= values.max() + rounding


@WAYS
@given(values=VALUES, factor=st.floats(0.01, 100), shift=st.floats(-100, 100), seed=st.integers(0, 99))
def test_an_interval_moves_and_stretches_with_the_values(way, values, factor, shift, seed):
    low, high = way(values, seed)
    rounding = 1e-12 * (factor * np.abs(values).max() + abs(shift))
    assert way(factor * values + shift, seed) == pytest.approx(
        (factor * low + shift, factor * high + shift), abs=rounding
    )
    assert way(-values, seed) == pytest.approx((-high, -low), abs=rounding / factor)


@WAYS
@given(values=st.lists(st.floats(-100, 100), min_size=1, max_size=8), seed=st.integers(0, 99), data=st.data())
def test_the_order_of_the_samples_changes_nothing_but_the_draw(way, values, seed, data):
    """Both bounds of 100 resamples move by less than six of their standard errors, which are below half a deviation."""
    moved = data.draw(st.permutations(values))
    six = 3 * np.std(values) / math.sqrt(len(values)) + 1e-9
    assert way(moved, seed) == pytest.approx(way(values, seed), abs=six)


@given(table=st.lists(st.lists(st.floats(-9, 9), min_size=3, max_size=3), min_size=1, max_size=9).map(np.array))
def test_the_order_of_columns_and_the_order_of_resamples_change_nothing(table):
    found = percentile_intervals(table)
    assert percentile_intervals(table[:, [2, 0, 1]]) == [found[2], found[0], found[1]]
    assert percentile_intervals(table[::-1]) == found


# Against the slow way


def test_counts_are_what_a_resample_takes():
    table, other = draws(1).normal(size=(7, 3)), draws(2).normal(size=(7, 2))
    counts = draw_counts(7, draws(3), 50)
    assert counts.shape == (50, 7)
    assert (counts.sum(1) == 7).all()
    found, paired = resampled_means([table, other], draws(3), 50)
    rows = [np.repeat(np.arange(7), count) for count in counts]
    np.testing.assert_allclose(found, [table[taken].mean(0) for taken in rows], atol=1e-14)
    np.testing.assert_allclose(paired, [other[taken].mean(0) for taken in rows], atol=1e-14)


def test_terms_are_resampled_as_the_slow_way_does():
    terms = torch.randn(60, generator=rng(), dtype=torch.float64)
    slow = bootstrap(lambda t: float(t.mean()), terms, rng(4), 200)
    expected = percentile_interval(3.0 + slow - float(terms.mean()))
    assert Estimate(3.0, terms).interval(rng(4), 200) == pytest.approx(expected, abs=1e-14)


def test_both_kinds_of_draws_give_the_same_interval_but_for_the_draw():
    """The bounds of 1000 resamples have a standard error of a tenth of the mean's or less."""
    values = draws(5).exponential(size=300)
    terms = torch.from_numpy(values)
    (means,) = resampled_means([values[:, None]], draws())
    by_index = Estimate(float(terms.mean()), terms).interval(rng())
    assert percentile_interval(means[:, 0]) == pytest.approx(by_index, abs=0.4 / math.sqrt(300))


def test_resamples_are_the_same_in_whatever_blocks_they_are_drawn(monkeypatch: pytest.MonkeyPatch):
    table, terms = draws().uniform(size=(30, 5)), torch.arange(50.0)
    (whole,) = resampled_means([table], draws(3))
    one = Estimate(0.0, terms).interval(rng(), resamples=99)
    assert whole.shape == (1000, 5)
    monkeypatch.setattr(resampling, "_DRAWS_AT_ONCE", 30 * 7)
    np.testing.assert_allclose(resampled_means([table], draws(3))[0], whole, rtol=1e-13)
    assert Estimate(0.0, terms).interval(rng(), resamples=99) == one


# What they mean


def test_a_mean_has_the_interval_of_the_normal_law():
    terms = torch.randn(4000, generator=rng(), dtype=torch.float64)
    low, high = Estimate(7.0, terms).interval(rng(1), resamples=2000)
    assert low == pytest.approx(7 - 1.96 / 4000**0.5, abs=0.003)
    assert high == pytest.approx(7 + 1.96 / 4000**0.5, abs=0.003)


def test_the_interval_of_a_difference_holds_it_in_95_of_100_draws():
    held = 0
    for draw in range(200):
        a, b = draws(1000 + draw).uniform(0, 0.5, (60, 1)), draws(5000 + draw).uniform(0, 0.7, (60, 1))
        (means,), (others,) = resampled_means([a], draws(draw)), resampled_means([b], draws(9 + draw))
        held += not percentile_interval((means - others)[:, 0]).leaves_out(-0.1)
    assert 180 <= held <= 198  # 190 expected, standard deviation 3


def test_an_interval_depends_on_the_seed_alone_and_not_on_the_level_of_the_terms():
    terms = torch.randn(50, generator=rng(), dtype=torch.float64)
    again = Estimate(1.0, terms + 5).interval(rng(1))
    assert Estimate(1.0, terms).interval(rng(1)) == pytest.approx(again, abs=1e-12)
    assert Estimate(1.0, terms).interval(rng(2)) != Estimate(1.0, terms).interval(rng(1))


def test_the_interval_of_a_share_stays_within_zero_and_one():
    terms = torch.zeros(10, dtype=torch.float64)
    terms[0] = 1
    low, _ = Estimate(float(terms.mean()), terms).interval(rng(1))
    assert low == 0
    _, high = Estimate(float((1 - terms).mean()), 1 - terms).interval(rng(1))
    assert high == 1


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: percentile_interval(np.ones(3), 1.0), ConfigError, "level is 1.0; give a share between 0 and 1, such"),
        (lambda: percentile_interval(np.ones(3), 0.0), ConfigError, "level is 0.0; give a share between 0 and 1, such"),
        (lambda: bootstrap(len, torch.ones(3), rng(), 0), ConfigError, "resamples is 0; give 1 or more"),
        (lambda: draw_counts(3, draws(), 0), ConfigError, "resamples is 0; give 1 or more"),
        (lambda: resampled_means([np.ones((3, 1))], draws(), 0), ConfigError, "resamples is 0; give 1 or more"),
        (lambda: bootstrap(len, torch.ones(0), rng()), DataError, "there are no samples to resample; give 1 or more"),
        (lambda: draw_counts(0, draws()), DataError, "there are no samples to resample"),
        (lambda: resampled_means([np.ones((0, 2))], draws()), DataError, "there are no samples to resample"),
        (lambda: Estimate(1.0, torch.ones(0)).interval(rng()), DataError, "there are no samples to resample"),
        (
            lambda: resampled_means([np.ones((3, 1)), np.ones((4, 1))], draws()),
            DataError,
            "tables have 3, 4 rows; give a row per sample",
        ),
    ],
)
def test_what_cannot_be_resampled_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()
