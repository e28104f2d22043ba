"""Tests of differences, by hand and against scipy."""

import math

import numpy as np
import pytest
import scipy.stats

from ganatomy.errors import ConfigError
from ganatomy.stats.tests import false_discovery_rates, jackknife_error, t_quantile, t_tail, welch_p_values

DEGREES = [1, 2, 3, 4, 9, 10, 29, 100]


@pytest.mark.parametrize("degrees", DEGREES)
@pytest.mark.parametrize("probability", [0.5, 0.6, 0.95, 0.975, 0.9995])
def test_quantile_is_scipys(probability, degrees):
    expected = scipy.stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.parametrize("degrees", DEGREES)
def test_tail_is_scipys_and_that_of_the_quantile(degrees):
    t = np.array([[-np.inf, -3.0, -0.1], [0.0, 0.7, 2.5], [12.0, 1e6, np.inf]])
    np.testing.assert_allclose(t_tail(t, degrees), scipy.stats.t.sf(t, degrees), rtol=0, atol=1e-14)
    assert t_tail(np.array([t_quantile(0.975, degrees)]), degrees) == pytest.approx([0.025], abs=1e-12)


@pytest.mark.parametrize(("probability", "degrees"), [(0.3, 2), (1.0, 2), (0.9, 0), (math.nan, 2)])
def test_quantiles_out_of_range_are_told(probability, degrees):
    expected = rf"no t quantile of {probability} at {degrees} degrees; give \[0.5, 1\) and 1 or more"
    with pytest.raises(ConfigError, match=expected):
        t_quantile(probability, degrees)


def test_welchs_p_values_by_hand():
    """Means 1 and 2, variances 2 and 8 over two samples each: z = 1 / sqrt(1 + 4)."""
    a, b = np.array([[0.0, 1.0, 1.0], [2.0, 1.0, 1.0]]), np.array([[0.0, 1.0, 3.0], [4.0, 1.0, 3.0]])
    assert welch_p_values(a, b) == pytest.approx([math.erfc(1 / math.sqrt(10)), 1.0, 0.0])


def test_welchs_p_values_are_scipys_of_many_samples():
    """By the normal law in place of Student's t of about 700 degrees, which is the difference of 2 parts in 1000."""
    rng = np.random.default_rng(0)
    a, b = rng.exponential(size=(300, 4)), rng.exponential(1.1, size=(500, 4))
    assert welch_p_values(a, b) == pytest.approx(scipy.stats.ttest_ind(a, b, equal_var=False).pvalue, abs=2e-3)


def test_the_jackknife_of_a_mean_is_its_standard_error():
    values = np.random.default_rng(1).normal(size=(12, 3))
    left_out = (values.sum(0) - values) / 11
    np.testing.assert_allclose(jackknife_error(left_out), values.std(0, ddof=1) / math.sqrt(12))


def test_one_block_leaves_no_error_to_tell():
    assert np.isnan(jackknife_error(np.ones((1, 2, 3)))).all()
    assert jackknife_error(np.ones((1, 2, 3))).shape == (2, 3)


def test_discovery_rates_are_those_of_benjamini_and_hochberg():
    p = np.array([[0.01, 0.04, 0.5], [0.03, 0.9, 0.005]])
    tested = np.ones_like(p, dtype=bool)
    expected = scipy.stats.false_discovery_control(p.ravel()).reshape(p.shape)
    np.testing.assert_allclose(false_discovery_rates(p, tested), expected)
    tested[0, 1] = False
    rates = false_discovery_rates(p, tested)
    assert np.isnan(rates[0, 1])
    np.testing.assert_allclose(rates[tested], scipy.stats.false_discovery_control(p[tested]))
    assert np.isnan(false_discovery_rates(p, np.zeros_like(tested))).all()
