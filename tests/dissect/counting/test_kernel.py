"""The kernel counts by hand-made thresholds what can be counted by hand; laws of it are in `test_tally.py`."""

import numpy as np
import pytest

from ganatomy.dissect.counting.grid import sampling
from ganatomy.dissect.counting.kernel import BUCKETS, LevelIndex, count_levels

MAP = np.array([[[[0.0, 1.0], [2.0, 3.0]]]], np.float32)
"""One image, one unit, a cell for each pixel of the grid."""


def counted(maps, edges, labels, places, groups, rows=4):
    """Return counts (u, rows, j + 1) by label and level and active (u, g, j + 1) of a grid of 2 x 2 pixels."""
    edges, labels = np.array(edges, np.float32), np.array(labels, np.int16).reshape(len(maps), 1, 4)
    counts = np.zeros((len(edges), rows, edges.shape[1] + 1), np.int64)
    active = np.zeros((len(edges), len(groups[0]), edges.shape[1] + 1), np.int64)
    shown = np.array([(labels == place).sum() for place in range(len(places))])
    where, index = sampling(maps.shape[2:], (2, 2)), LevelIndex(edges)
    count_levels(maps, where, index, labels, shown, np.array(places), np.array(groups), counts, active)
    return counts, active


def test_pixels_are_counted_by_label_and_by_the_thresholds_they_exceed():
    # Levels of the pixels 0, 1, 2, 3 by the thresholds .5 and 2: 0, 1, 1 (2 does not exceed 2), 2.
    counts, active = counted(MAP, [[0.5, 2.0]], [0, 0, 1, 1], places=[3, 1], groups=[[True]])
    assert counts[0].tolist() == [[0, 0, 0], [0, 1, 1], [0, 0, 0], [1, 1, 0]]
    assert active[0].tolist() == [[1, 2, 1]]


def test_pixels_without_a_label_are_active_all_the_same():
    counts, active = counted(MAP, [[0.5, 2.0]], [1, 1, 0, 1], places=[2], groups=[[True]])  # 1: none
    assert counts[0].tolist() == [[0, 0, 0], [0, 0, 0], [0, 1, 0], [0, 0, 0]]
    assert active[0].tolist() == [[1, 2, 1]]


def test_images_count_for_the_groups_they_belong_to():
    maps = np.concatenate([MAP, MAP + 10.0])
    _, active = counted(maps, [[0.5, 2.0]], [[0] * 4] * 2, [0], groups=[[True, False], [True, True]])
    assert active[0].tolist() == [[1, 2, 5], [0, 0, 4]]


def test_each_unit_has_thresholds_of_its_own():
    counts, _ = counted(MAP.repeat(2, 1), [[0.5, 2.0], [2.5, 9.0]], [0] * 4, [0], groups=[[True]])
    assert counts[:, 0].tolist() == [[1, 2, 1], [3, 1, 0]]


def test_equal_thresholds_are_exceeded_together():
    counts, _ = counted(MAP, [[0.5, 0.5, 2.0]], [0] * 4, [0], groups=[[True]])
    assert counts[0, 0].tolist() == [1, 0, 2, 1]


@pytest.mark.parametrize("scale", [1.0, 1e-20, 1e20])
def test_an_index_starts_each_search_at_the_thresholds_below_its_bucket(scale):
    edges = np.sort(np.random.default_rng(0).normal(size=(3, 20)).astype(np.float32), 1) * np.float32(scale)
    index = LevelIndex(edges)
    assert index.edges.shape == (3, 21)
    assert np.isinf(index.edges[:, -1]).all()
    assert (index.starts[:, 0] == 0).all()
    assert (np.diff(index.starts.astype(int), axis=1) >= 0).all()
    assert (index.starts[:, BUCKETS - 1] >= 19).all()  # all but the highest lie below the last bucket
    assert (index.steps >= 1).all()
