"""Shores and roads lie where they are said to, shadows darken land alone, a sea only adds water."""

import numpy as np
import pytest
from tests.data.scenes.lights import NOON

from ganatomy.data.scenes.concepts import GRASS, OTHER, WATER
from ganatomy.data.scenes.ground import Ground, in_water, off_road, paint_shadow
from ganatomy.data.scenes.kernel import Camera, Canvas

POND = Ground(
    near=10.0, far=100.0, center=5.0, slant=0.0, half=20.0, chop=0.5, tint=(0.03, 0.1, 0.1), road=2.0, road_x=1.0,
    road_slant=0.1, bend=0.0, bend_length=20.0, paved=True, pavement=0.0, green=(0.1, 0.2, 0.05), dry=0.0,
)  # fmt: skip


def test_water_is_as_deep_as_its_shore_is_far():
    wobble = 7.0  # half of the 14 metres that a shore strays at most
    for x, z, metres in ((5.0, 50.0, 20.0), (25.0, 50.0, 0.0), (-35.0, 50.0, -20.0), (5.0, 130.0, -30.0)):
        assert in_water(POND, x, z, 3) == pytest.approx(metres, abs=wobble)
    assert in_water(POND, 5.0, 1.0, 3) == pytest.approx(-9.0, abs=0.25)  # shores near the camera stray less


def test_dry_land_has_no_water_at_all():
    assert in_water(POND._replace(near=1.0, far=0.0), 5.0, 50.0, 3) < -1e6


def test_a_road_is_measured_in_half_widths_from_its_middle():
    assert off_road(POND, 3.0, 20.0) == 0.0
    assert off_road(POND, 6.0, 20.0) == pytest.approx(1.5)
    assert off_road(POND._replace(bend=4.0), 7.0, 20.0 * np.pi / 2) == pytest.approx((2.0 - np.pi) / -2.0)
    assert off_road(POND._replace(road=-1.0), 3.0, 20.0) > 1e6


def test_a_shadow_darkens_land_and_leaves_labels_and_water():
    labels = np.full((32, 32), GRASS, np.uint8)
    labels[:, :8], labels[:, 8:16] = WATER, OTHER
    canvas = Canvas(np.ones((32, 32, 3), np.float32), labels.copy(), np.full((32, 32), 10.0, np.float32))
    paint_shadow(canvas, Camera(16.0, 8.0, 32.0, 2.0), NOON, (0.0, 0.0, 6.0), 5.0, 4.0)
    assert (canvas.label == labels).all()
    assert (canvas.rgb[labels == WATER] == 1.0).all()
    assert canvas.rgb.max() == 1.0
    # NOON: sun / (sun + sky) = 2 / 2.4, so .2 + .55 * 2 / 2.4 of the light is kept off in the middle
    assert canvas.rgb.min() == pytest.approx(1.0 - 0.2 - 0.55 * 2.0 / 2.4, abs=1e-6)
    assert (canvas.rgb[24:] < 1.0).any()
    assert (canvas.rgb[:8] == 1.0).all()


@pytest.mark.parametrize("sun", [(0.6, 0.5, 0.6), (-0.6, 0.5, 0.6), (0.6, 0.5, -0.6), (-0.6, 0.5, -0.6)])
def test_a_shadow_falls_away_from_the_sun(sun):
    light = NOON._replace(sun=tuple(np.array(sun) / np.linalg.norm(sun)))
    canvas = Canvas(np.ones((64, 64, 3), np.float32), np.full((64, 64), GRASS, np.uint8), np.ones((64, 64), np.float32))
    camera = Camera(32.0, 8.0, 64.0, 3.0)
    paint_shadow(canvas, camera, light, (0.0, 0.0, 12.0), 1.0, 3.0)
    rows, columns = np.nonzero(canvas.rgb[..., 0] < 0.9)
    depths = camera.height * camera.focal / (rows - camera.horizon)
    asides = (columns - camera.center) / camera.focal * depths
    # 3 m tall under a sun of tangent .5 / .85: its tip lies 5.1 m away, its middle half of that
    turn = np.hypot(sun[0], sun[2])
    assert -np.sign(sun[0]) * asides.mean() > 0.5
    assert -np.sign(sun[2]) * (depths - 12.0).mean() > 0.5
    along = -((asides * sun[0] + (depths - 12.0) * sun[2]) / turn)
    assert along.max() == pytest.approx(3.0 * turn / 0.5, rel=0.2)
    assert along.min() > -1.5


def test_a_sea_adds_water_and_takes_none(draw_alone):
    lakes, seas = (draw_alone(p_water=1, p_boat_given_water=0, p_sea_given_water=p_sea)[1] == WATER for p_sea in (0, 1))
    assert seas[lakes].all()
    # Four scenes of five; the fifth has a river, which ends. A lake may be seen to reach the horizon by itself.
    assert (seas & ~lakes).any((1, 2)).mean() > 0.6


def test_a_shore_lies_between_water_and_grass(draw_alone):
    masks = draw_alone(p_water=1, p_boat_given_water=0)[1]
    left, right = masks[:, :, :-1], masks[:, :, 1:]  # along rows; up and down, far shores are thinner than a pixel
    touching = {
        land: ((left == land) & (right == WATER) | (left == WATER) & (right == land)).sum() for land in (GRASS, OTHER)
    }
    assert touching[OTHER] > 1000
    assert touching[GRASS] < 0.05 * touching[OTHER]
