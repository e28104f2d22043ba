"""Paired differences against scipy."""

import math

import pytest
import scipy.stats

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.paired import paired_difference


def test_interval_is_scipys():
    a, b = [1.0, 2.0, 4.0, 3.0], [1.5, 2.0, 5.0, 3.7]
    found = paired_difference(a, b, level=0.9)
    expected = scipy.stats.ttest_rel(b, a).confidence_interval(0.9)
    assert found.mean == pytest.approx(0.55)
    assert found.interval == pytest.approx((expected.low, expected.high))
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
