"""Kernel densities of points."""

import numpy as np
import pytest

from ganatomy.data.mixtures import centres
from ganatomy.errors import ConfigError
from ganatomy.report.density import BANDWIDTH, PIXELS, RAMP, Square, density, outside, picture, target


def test_one_point_is_one_gaussian():
    grid = density(np.array([[0.5, -0.25]]), half=1.0, pixels=8, bandwidth=0.3)
    x, y = -0.125, 0.625  # centre of the pixel in the second row from above, fourth column
    expected = np.exp(-((x - 0.5) ** 2 + (y + 0.25) ** 2) / 0.18) / (2 * np.pi * 0.09)
    assert grid[1, 3] == pytest.approx(expected)
    assert np.unravel_index(grid.argmax(), grid.shape) in ((4, 5), (4, 6))


def test_density_adds_up_to_one_and_is_a_mean_over_points():
    rng = np.random.default_rng(0)
    a, b = rng.uniform(-1, 1, (30, 2)), rng.uniform(-1, 1, (10, 2))
    both = density(np.concatenate([a, b]), 2.0)
    assert both.sum() * (4.0 / PIXELS) ** 2 == pytest.approx(1.0, abs=1e-3)  # the tails beyond the square
    np.testing.assert_allclose(both, (30 * density(a, 2.0) + 10 * density(b, 2.0)) / 40)


@pytest.mark.parametrize("name", ["8gaussians", "25gaussians", "swissroll"])
def test_the_frame_holds_the_target_and_ends_at_its_densest(name):
    points, square = target(name)
    assert outside(points, square) == 0
    assert density(points, square.half).max() == square.densest
    again, _ = target(name)
    assert (again == points).all()


def test_the_targets_modes_are_bright_and_their_middle_is_dark():
    points, square = target("8gaussians")
    pixels = np.asarray(picture(points, square)).sum(2)
    for x, y in centres("8gaussians").tolist():
        row, column = ((square.half - y) / (2 * square.half) * PIXELS, (x + square.half) / (2 * square.half) * PIXELS)
        assert pixels[int(row), int(column)] > 500
    assert pixels[PIXELS // 2, PIXELS // 2] < 80


def test_colours_go_by_the_square_root_and_end_at_the_frames_densest():
    point = np.zeros((1, 2))
    peak = 1 / (2 * np.pi * BANDWIDTH**2)
    bright, dim = (np.asarray(picture(point, Square(1.0, times * peak))).max((0, 1)) for times in (0.1, 25.0))
    assert bright.tolist() == [RAMP[-1][1] >> shift & 255 for shift in (16, 8, 0)]
    assert dim.tolist() == pytest.approx([RAMP[1][1] >> shift & 255 for shift in (16, 8, 0)], abs=4)


def test_points_that_are_no_numbers_or_far_away_are_outside():
    square = Square(1.0, 5.0)
    points = np.array([[np.nan, 0.0], [np.inf, 0.0], [3.0, 0.0], [0.0, 0.0]])
    assert outside(points, square) == 0.75
    assert np.asarray(picture(points, square)).max() > 100
    nowhere = np.asarray(picture(points[:2], square))
    assert (nowhere == nowhere[0, 0]).all()


def test_an_unknown_mixture_is_refused():
    with pytest.raises(ConfigError, match="no mixture 'moons'"):
        target("moons")
