"""Noise stays in its range, is even, smooth, and follows from its seed."""

import numpy as np
import pytest
from scipy import stats

from ganatomy.data.scenes.noise import fbm, lattice, noise, ridged

POINTS = np.random.default_rng(0).uniform(-50.0, 50.0, (2000, 2))


def test_lattice_numbers_are_uniform_on_both_sides_of_0():
    values = np.array([lattice(x, y, 3) for x in range(-40, 40) for y in range(-40, 40)])
    assert values.min() >= 0.0
    assert values.max() < 1.0
    assert stats.kstest(values, "uniform").pvalue > 1e-3


def test_neighbours_and_seeds_are_independent():
    values = np.array([[[lattice(x, y, seed) for x in range(40)] for y in range(40)] for seed in (1, 2)])
    for ours, theirs in (
        (values[0], values[1]),
        (values[0, 1:], values[0, :-1]),
        (values[0, :, 1:], values[0, :, :-1]),
    ):
        assert abs(np.corrcoef(ours.ravel(), theirs.ravel())[0, 1]) < 0.1  # four deviations of 1560 pairs


def test_noise_passes_through_the_lattice():
    assert all(noise(float(x), float(y), 3) == lattice(x, y, 3) for x in range(-5, 5) for y in range(-5, 5))
    middle = noise(0.5, 0.5, 3)
    assert middle == pytest.approx(np.mean([lattice(x, y, 3) for x in (0, 1) for y in (0, 1)]))


@pytest.mark.parametrize("make", [fbm, ridged])
def test_fractal_noise_stays_in_its_range(make):
    values = np.array([make(x, y, 5, 3) for x, y in POINTS])
    assert values.min() >= 0.0
    assert values.max() <= 1.0
    assert np.ptp(values) > 0.4


def test_noise_has_no_jumps():
    steps = np.array([abs(noise(x + 1e-4, y, 3) - noise(x, y, 3)) for x, y in POINTS])
    assert steps.max() < 2e-4  # its steepest slope is 1.5


def test_one_octave_is_plain_noise():
    assert fbm(1.3, -2.7, 1, 3) == pytest.approx(noise(1.3, -2.7, 3))


def test_each_further_octave_adds_half_as_much():
    x, y = 1.3, -2.7
    finer = noise(1.6 * x + 1.2 * y, 1.6 * y - 1.2 * x, 4)
    assert fbm(x, y, 2, 3) == pytest.approx((noise(x, y, 3) + 0.5 * finer) / 1.5)
