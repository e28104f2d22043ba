"""The lie of the land: cameras look level over the ground, and reliefs begin beyond the water."""

import numpy as np
import pytest

from ganatomy.data.scenes import SceneTable
from ganatomy.data.scenes.land import draw_camera, draw_ground, draw_hills, draw_mountains
from ganatomy.data.scenes.table import as_row

ROW = as_row(SceneTable())


def test_cameras_stand_low_mostly_and_on_a_hilltop_at_times():
    cameras = np.array([draw_camera(np.random.default_rng(seed), ROW, 128) for seed in range(1000)])
    center, horizon, focal, height = cameras.T
    assert (center == 64.0).all()
    assert 0.38 <= horizon.min() / 128 < 0.4 < 0.6 < horizon.max() / 128 <= 0.62
    assert 0.85 <= focal.min() / 128 <= focal.max() / 128 <= 1.35
    assert height.min() >= 1.7
    assert (height > 5.0).mean() == pytest.approx(0.25, abs=0.05)  # 3.6 deviations


def test_a_hilltop_is_as_high_as_the_table_says():
    row = as_row(SceneTable(p_hilltop=1, hilltop_height=(7.0, 8.0)))
    heights = [draw_camera(np.random.default_rng(seed), row, 128).height for seed in range(50)]
    assert 7.0 <= min(heights) < max(heights) <= 8.0


def test_a_camera_of_twice_the_size_has_the_same_view():
    small, large = (draw_camera(np.random.default_rng(3), ROW, size) for size in (64, 128))
    assert large == (2 * small.center, 2 * small.horizon, 2 * small.focal, small.height)


def _grounds(*, water=False, town=False, road=False, **changes):
    row = as_row(SceneTable(**changes))
    return [draw_ground(np.random.default_rng(seed), row, water, town, road) for seed in range(200)]


def test_ground_has_water_and_road_where_it_is_asked_to():
    assert all(ground.near >= ground.far and ground.road < 0.0 for ground in _grounds())
    assert all(ground.near < ground.far for ground in _grounds(water=True))
    assert all(ground.road > 0.0 for ground in _grounds(road=True))


def test_a_street_of_a_town_is_straight_paved_and_has_a_pavement():
    for street in _grounds(town=True, road=True):
        assert (street.bend, street.road_slant, street.paved) == (0.0, 0.0, True)
        assert street.pavement > 0.0


def test_water_reaches_the_horizon_as_often_as_the_table_says():
    assert all(ground.far < 1e6 for ground in _grounds(water=True, p_sea_given_water=0))
    seas = [ground.far > 1e6 for ground in _grounds(water=True, p_sea_given_water=1)]
    assert np.mean(seas) == pytest.approx(0.8, abs=0.1)  # but for rivers, a fifth; 3.5 deviations


def test_hills_begin_beyond_the_water():
    camera = draw_camera(np.random.default_rng(3), ROW, 128)
    for ground in _grounds(water=True, p_sea_given_water=0):
        hills = draw_hills(np.random.default_rng(4), camera, ground, True, False)
        assert ground.far < hills.near < hills.far
        assert not hills.rugged
        assert hills.height > camera.height


@pytest.mark.parametrize(("p_snow", "least", "most"), [(0, 1.0, 99.0), (1, 0.35, 0.75)])
def test_mountains_have_a_snow_line_below_their_summits_if_there_is_snow(p_snow, least, most):
    row = as_row(SceneTable(p_snow_given_mountain=p_snow))
    for seed in range(50):
        rng = np.random.default_rng(seed)
        mountains = draw_mountains(rng, row, draw_camera(rng, row, 128))
        assert mountains.rugged
        assert mountains.near < mountains.far
        assert least <= mountains.snow_line <= most
