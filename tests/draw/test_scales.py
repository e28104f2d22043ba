"""Axes."""

import numpy as np
import pytest

from ganatomy.draw.scales import Scale, ticks, value_range


def test_a_scale_maps_linearly_and_holds_what_is_outside_at_the_ends():
    scale = Scale(0.0, 10.0, 100.0, 0.0)
    assert [scale(v) for v in (0, 2.5, 10, -5, 99)] == [100, 75, 0, 100, 0]


@pytest.mark.parametrize(("low", "high"), [(0.03, 0.33), (-1.8, 0.6), (1e-7, 3e-7), (0, 31999), (99.5, 100.5)])
def test_ticks_are_round_even_and_inside(low, high):
    values = ticks(low, high)
    assert 3 <= len(values) <= 7
    assert low <= values[0]
    assert values[-1] <= high
    steps = np.diff(values)
    assert np.allclose(steps, steps[0], rtol=1e-6)
    mantissa = steps[0] / 10 ** np.floor(np.log10(steps[0]) + 1e-9)
    assert any(abs(mantissa - m) < 1e-3 for m in (1, 2, 5))


def test_ticks_of_counted_things_are_whole():
    assert ticks(1, 4, 7, least=1) == [1, 2, 3, 4]


def test_the_range_leaves_out_a_lone_outlier_and_is_never_empty():
    low, high = value_range(np.array([1000.0, *np.linspace(0, 1, 500), np.nan]))
    assert -0.1 < low < 0
    assert 1 < high < 1.1
    assert value_range(np.full(3, np.nan)) == (0, 1)
    assert value_range(np.array([2.0])) == pytest.approx((1.8, 2.2))
    assert value_range(np.zeros(4)) == (-0.5, 0.5)


def test_a_scale_by_the_root_tells_small_shares_apart():
    scale = Scale(0.0, 1.0, 0.0, 100.0, by="root")
    assert [scale(value) for value in (0.0, 0.01, 0.25, 1.0, 2.0)] == [0, 10, 50, 100, 100]
    assert scale.ticks(4) == [0.0, 0.1, 0.5], "at least 30 units apart"


def test_a_scale_by_the_logarithm_has_decades_and_holds_what_is_not_positive_at_its_end():
    scale = Scale(0.01, 100.0, 0.0, 100.0, by="logarithm")
    assert [scale(value) for value in (0.01, 1.0, 100.0, 0.0, -1.0)] == [0, 50, 100, 0, 0]
    assert scale.ticks(5) == [0.01, 0.1, 1.0, 10.0, 100.0]
    assert Scale(0.1, 4.0, 0.0, 1.0, by="logarithm").ticks(5) == [0.1, 0.2, 0.5, 1.0, 2.0]
