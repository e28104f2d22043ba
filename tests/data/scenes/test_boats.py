"""A boat is a hull, with sails or a cabin on it, inside the rectangle that is searched for it."""

import numpy as np
import pytest
from tests.data.scenes.lights import NOON

from ganatomy.data.scenes.boats import _boat, paint_boat
from ganatomy.data.scenes.concepts import BOAT, WATER
from ganatomy.data.scenes.kernel import Camera, Canvas

GRID = [(u, v) for u in np.linspace(-0.8, 0.8, 81) for v in np.linspace(0.0, 1.6, 81)]


@pytest.mark.parametrize(("sails", "tall"), [(True, 1.25), (False, 0.42)])
def test_no_part_lies_outside_of_what_is_searched(sails, tall):
    inside = np.array([(u, v) for u, v in GRID if _boat(u, v, sails, 3)[0]])
    assert abs(inside[:, 0]).max() <= 0.5
    assert inside[:, 1].max() <= tall
    assert inside[:, 1].max() > 0.7 * tall


def test_a_boat_is_one_length_wide_and_stands_on_its_waterline():
    size = 128
    canvas = Canvas(
        np.zeros((size, size, 3), np.float32),
        np.full((size, size), WATER, np.uint8),
        np.full((size, size), 1e3, np.float32),
    )
    paint_boat(canvas, Camera(64.0, 40.0, 128.0, 2.0), NOON, (0.0, 0.0, 16.0), 8.0, False, 3)
    rows, columns = np.nonzero(canvas.label == BOAT)
    assert rows.max() == 40 + 2 * 128 // 16  # height over depth, by the focal length
    assert np.ptp(columns) == pytest.approx(8 * 128 / 16, rel=0.1)
    assert (canvas.depth[rows, columns] == 16.0).all()


def test_what_stands_before_a_boat_hides_it():
    size = 128
    depth = np.full((size, size), 1e3, np.float32)
    depth[:, :64] = 10.0
    canvas = Canvas(np.zeros((size, size, 3), np.float32), np.full((size, size), WATER, np.uint8), depth)
    paint_boat(canvas, Camera(64.0, 40.0, 128.0, 2.0), NOON, (0.0, 0.0, 16.0), 8.0, True, 3)
    columns = np.nonzero(canvas.label == BOAT)[1]
    assert columns.min() == 64
