"""Portions are ratios of sums over samples; resamples of samples and of random sets give their intervals."""

import numpy as np
import pytest

from ganatomy.intervene.baseline import Outcome
from ganatomy.intervene.portions import Resampled, Unedited

BEFORE = np.array([[0.2, 0.0], [0.4, 0.0]])


def outcome(areas, inside=None, changed=(1.0, 1.0), outside=(np.nan, np.nan)):
    areas = np.array(areas)
    return Outcome(areas, areas if inside is None else np.array(inside), np.array(changed), np.array(outside))


def resampled(n=2):
    return Resampled(n, np.random.default_rng(0))


def test_what_is_kept_and_added_of_the_whole_image():
    tree, door = resampled().arm([outcome([[0.1, 0.3], [0.2, 0.1]])], Unedited(BEFORE, BEFORE, None))
    assert (tree.whole.before, tree.whole.after) == pytest.approx((0.3, 0.15))
    assert (tree.whole.kept, tree.whole.added) == pytest.approx((0.5, -0.15))
    assert tree.whole.interval == pytest.approx((0.5, 0.5)), "half in every sample"
    assert (tree.inside, tree.outside) == (None, None)
    assert np.isnan(door.whole.kept)
    assert np.isnan(door.whole.interval).all()
    assert door.whole.added == pytest.approx(0.2)
    assert door.whole.added_interval == pytest.approx((0.1, 0.3))


def test_parts_of_a_region_are_of_its_own_pixels():
    shares, inside = np.array([0.5, 0.1]), np.array([[0.2, 0.0], [0.0, 0.0]])
    tree, door = resampled().arm(
        [outcome([[0.1, 0.3], [0.4, 0.1]], inside=[[0.1, 0.3], [0.0, 0.0]])], Unedited(BEFORE, inside, shares)
    )
    assert (tree.inside.before, tree.inside.after) == pytest.approx((0.1 / 0.3, 0.05 / 0.3))
    assert (tree.outside.before, tree.outside.after) == pytest.approx((0.2 / 0.7, 0.2 / 0.7))
    assert door.inside.added == pytest.approx(0.15 / 0.3)
    assert door.outside.added == pytest.approx(0.05 / 0.7)


def test_random_sets_are_averaged_and_resampled_too():
    keeps, loses = outcome(BEFORE), outcome(np.zeros((2, 2)))
    tree, _ = resampled().arm([keeps, loses, keeps, keeps], Unedited(BEFORE, BEFORE, None))
    assert tree.whole.kept == pytest.approx(0.75)
    low, high = tree.whole.interval
    assert 0 < low < 0.75 < high <= 1
    (same, _) = resampled().arm([keeps] * 3, Unedited(BEFORE, BEFORE, None))
    assert (same.whole.kept, same.whole.added, same.whole.interval) == (1, 0, (1, 1)), "to the bit"


def test_changed_pixels_are_of_the_region_and_of_all_others():
    whole = resampled().changed([outcome(BEFORE, changed=(0.2, 0.6))], Unedited(BEFORE, BEFORE, None))
    assert whole.inside == pytest.approx(0.4)
    assert whole.interval == pytest.approx((0.2, 0.6))
    assert np.isnan(whole.outside)
    assert np.isnan(whole.outside_interval).all()
    one = outcome(BEFORE, changed=(np.nan, 0.5), outside=(0.1, 0.3))  # the first sample has no region
    part = resampled().changed([one], Unedited(BEFORE, BEFORE, np.array([0.0, 0.5])))
    assert part.inside == pytest.approx(0.5)
    assert part.outside == pytest.approx((0.1 + 0.15) / 1.5)
