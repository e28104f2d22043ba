"""Series are averaged and thinned without hiding anything."""

from typing import NamedTuple

import numpy as np
import pytest

from ganatomy.draw.series import column, floats, smooth, spread, thin


class Child(NamedTuple):
    generation: int
    objective: str


def test_column_takes_numbers_and_nothing_else():
    values = column([{"a": 1}, {"a": None}, {}, {"a": "2"}, {"a": 2.5}], "a")
    np.testing.assert_array_equal(values, [1, np.nan, np.nan, np.nan, 2.5])


def test_what_is_none_is_missing():
    np.testing.assert_array_equal(floats([1, None, 2.5]), [1.0, np.nan, 2.5])
    assert floats([]).dtype == np.float64


def test_smooth_is_a_mean_of_what_there_is():
    values = np.array([1.0, 2.0, np.nan, 4.0, 9.0])
    np.testing.assert_allclose(smooth(values, 3), [1.5, 1.5, 3.0, 6.5, 6.5])
    np.testing.assert_allclose(smooth(values, 2), smooth(values, 3))
    np.testing.assert_array_equal(smooth(values, 1), values)


@pytest.mark.parametrize("n", [401, 3000, 100_000])
def test_thin_keeps_ends_and_every_peak(n):
    rng = np.random.default_rng(0)
    x, y = np.arange(n, dtype=float), rng.normal(0, 1, n)
    peaks = rng.choice(np.arange(1, n - 1), 20, replace=False)
    y[peaks] += 50.0
    few_x, few_y = thin(x, y, 400)
    assert len(few_x) <= 400
    assert (few_x[0], few_x[-1]) == (0, n - 1)
    assert np.all(np.diff(few_x) > 0)
    np.testing.assert_array_equal(few_y, y[few_x.astype(int)])
    assert few_y.max() == y.max()
    assert few_y.min() == y.min()


def test_thin_leaves_short_series_alone_and_passes_over_gaps():
    x, y = np.arange(5.0), np.arange(5.0)
    assert thin(x, y, 5)[0] is x
    y = np.full(1000, np.nan)
    y[500] = 3.0
    assert thin(np.arange(1000.0), y, 10)[0].tolist() == [0, 500, 999]


def test_spread_keeps_whole_generations():
    """3 children a generation and a third of them wanted: every third child would be of one objective alone."""
    lineage = [Child(g, o) for g in range(1, 3001) for o in "abc"]
    kept = spread(lineage, 3000)
    assert 2900 <= len(kept) <= 3000
    generations = {child.generation for child in kept}
    assert {1, 3000} <= generations
    assert len(kept) == 3 * len(generations)
    assert spread(lineage, 9000) is lineage
