"""Nulls and standard errors, by hand and against scipy."""

import numpy as np
import pytest
from scipy import stats

from ganatomy.dissect.counting.counts import AtThreshold
from ganatomy.dissect.scoring.significance import against_nulls


def blocks(own, shuffled, shifted, active=100, shown=100, pixels=1000):
    """Return one unit and one concept: overlaps by block."""
    both = np.stack([own, shuffled, shifted], 1)[:, :, None, None].astype(np.int64)
    n = len(own)
    return AtThreshold(both, np.full((n, 1, 2), active), np.full((n, 3, 1), shown), np.full((n, 2), pixels))


def test_an_iou_stands_beside_both_nulls():
    nulls = against_nulls(blocks([50, 50, 50, 50], [10, 10, 10, 10], [25, 25, 25, 25]))
    assert (nulls.iou[0, 0], nulls.shuffled[0, 0], nulls.shifted[0, 0]) == (50 / 150, 10 / 190, 25 / 175)
    assert (nulls.z_shuffled[0, 0], nulls.p[0, 0]) == (np.inf, 0.0)  # blocks all alike leave no doubt


def test_the_standard_error_is_that_of_leaving_out_a_block():
    own, shuffled, shifted = [50, 60, 40, 55], [30, 20, 35, 25], [10, 12, 9, 11]
    nulls = against_nulls(blocks(own, shuffled, shifted))

    def iou(overlap):
        return sum(overlap) / (200 * len(overlap) - sum(overlap))

    def without(overlap, i):
        return iou(overlap[:i] + overlap[i + 1 :])

    left_out = np.array([without(own, i) - without(shuffled, i) for i in range(4)])
    error = np.sqrt(3 / 4 * ((left_out - left_out.mean()) ** 2).sum())
    assert nulls.z_shuffled[0, 0] == pytest.approx((iou(own) - iou(shuffled)) / error)
    assert nulls.z_shifted[0, 0] > nulls.z_shuffled[0, 0]
    assert nulls.p[0, 0] == pytest.approx(stats.t.sf(nulls.z_shuffled[0, 0], 3))


def test_what_is_as_its_null_tells_nothing():
    nulls = against_nulls(blocks([50, 60], [50, 60], [10, 10]))
    assert (nulls.z_shuffled[0, 0], nulls.p[0, 0]) == (0.0, 0.5)


def test_a_unit_without_a_place_meets_other_samples_alone():
    own, shuffled = [50, 60, 40, 55], [30, 20, 35, 25]
    nulls = against_nulls(blocks(own, shuffled, own))
    expected = against_nulls(blocks(own, shuffled, [10, 12, 9, 11]))
    assert nulls.z_shifted[0, 0] == nulls.z_shuffled[0, 0] == expected.z_shuffled[0, 0] > 0
    assert nulls.p[0, 0] == expected.p[0, 0]
    nearly = against_nulls(blocks(own, shuffled, [50, 60, 40, 54]))
    assert nearly.z_shifted[0, 0] < nearly.z_shuffled[0, 0]


def test_one_block_or_no_union_tells_nothing():
    assert against_nulls(blocks([50], [10], [10])).p[0, 0] == 1.0
    empty = against_nulls(blocks([0, 0], [0, 0], [0, 0], active=0, shown=0))
    assert np.isnan(empty.iou[0, 0])
    assert empty.p[0, 0] == 1.0


def test_under_the_null_p_values_are_about_uniform():
    rng = np.random.default_rng(0)
    p = []
    for _ in range(400):
        own, other = rng.binomial(100, 0.3, 20), rng.binomial(100, 0.3, 20)
        p.append(against_nulls(blocks(own, other, np.zeros(20))).p[0, 0])
    # Kolmogorov's statistic of 400 uniform numbers exceeds .068 one time in twenty
    assert stats.kstest(p, "uniform").statistic < 0.08
