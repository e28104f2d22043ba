"""Paired differences against scipy."""

import math

import pytest
import scipy.stats

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.paired import paired_difference, t_quantile


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 9, 10, 29, 100])
@pytest.mark.parametrize("probability", [0.5, 0.6, 0.95, 0.975, 0.9995])
def test_quantile_is_scipys(probability, degrees):
    expected = scipy.stats.t.ppf(probability, degrees)
    assert t_quantile(probability, degrees) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_interval_is_scipys():
    a, b = [1.0, 2.0, 4.0, 3.0], [1.5, 2.0, 5.0, 3.7]
    found = paired_difference(a, b, level=0.9)
    expected = scipy.stats.ttest_rel(b, a).confidence_interval(0.9)
    assert found.mean == pytest.approx(0.55)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))
    assert (found.level, found.num_pairs) == (0.9, 4)


def test_is_decided_where_the_interval_leaves_out_zero():
    assert paired_difference([1, 1, 1], [2, 2.1, 1.9]).is_decided
    assert paired_difference([2, 2.1, 1.9], [1, 1, 1]).is_decided
    assert not paired_difference([1, 1, 1], [2, 0, 1.5]).is_decided


@pytest.mark.parametrize(
    ("a", "b", "level", "error", "message"),
    [
        ([1.0, 2.0], [1.0], 0.95, DataError, "there are 2 and 1 scores; give one of each seed under both arms"),
        ([1.0], [1.0], 0.95, DataError, "there are 1 and 1 scores; .* 2 seeds or more"),
        ([1.0, math.nan], [1.0, 2.0], 0.95, DataError, "a score is NaN or infinite; leave out that seed"),
        ([1.0, 3.0], [1.0, 2.0], 0.0, ConfigError, "level is 0.0; give a share between 0 and 1"),
    ],
)
def test_what_cannot_be_is_told(a, b, level, error, message):
    with pytest.raises(error, match=message):
        paired_difference(a, b, level)


def test_quantiles_out_of_range_are_told():
    with pytest.raises(ConfigError, match=r"no t quantile of 0.3 at 2 degrees; give \[0.5, 1\) and 1 or more"):
        t_quantile(0.3, 2)
