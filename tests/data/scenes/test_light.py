"""Light and weather: what the table says of them is seen in the pictures, and the arithmetic of light and film."""

import math

import numpy as np
import pytest
from tests.data.scenes.lights import NOON

from ganatomy.data.scenes import SceneTable
from ganatomy.data.scenes.concepts import CLOUD, GRASS, MOUNTAIN, SKY, SUN, WATER
from ganatomy.data.scenes.kernel import Camera, Canvas
from ganatomy.data.scenes.light import _majority, develop, draw_light, lit, through_air
from ganatomy.data.scenes.table import as_row


def test_a_face_is_lit_by_the_sky_above_it_and_the_sun_before_it():
    grey = (0.5, 0.5, 0.5)
    assert lit(NOON, grey, (0.0, 1.0, 0.0), 1.0) == pytest.approx((1.2, 0.75, 0.55))  # sky and sun
    assert lit(NOON, grey, (1.0, 0.0, 0.0), 1.0) == pytest.approx((0.11, 0.1375, 0.165))  # .55 of the sky
    assert lit(NOON, grey, (0.0, -1.0, 0.0), 1.0) == pytest.approx((0.02, 0.025, 0.03))  # .1 of the sky
    assert lit(NOON, grey, (0.0, 1.0, 0.0), 0.5) == pytest.approx((0.6, 0.375, 0.275))  # half in shelter


def test_air_turns_a_colour_into_the_rim_of_the_sky():
    half = math.log(2.0) / NOON.haze
    assert through_air(NOON, (0.0, 0.0, 0.0), 0.0) == (0.0, 0.0, 0.0)
    assert through_air(NOON, (0.0, 0.0, 0.0), half) == pytest.approx((0.25, 0.3, 0.35))
    assert through_air(NOON, (0.0, 0.0, 0.0), 2.0 * half) == pytest.approx((0.375, 0.45, 0.525))


@pytest.mark.parametrize(
    ("block", "label"),
    [([[1, 2], [2, 2]], 2), ([[1, 2], [2, 1]], 1), ([[1, 2], [3, 3]], 3), ([[4, 2], [1, 3]], 4), ([[0, 0], [1, 1]], 0)],
)
def test_the_majority_of_a_block_wins_and_the_foremost_of_equals(block, label):
    labels = np.full((4, 4), 9, np.uint8)
    labels[2:, 2:] = block
    assert _majority(labels, 2, 2, 2) == label


def _developed(rgb, labels, depth):
    canvas = Canvas(np.full((4, 4, 3), rgb, np.float32), np.repeat(np.uint8(labels), 2, 0).repeat(2, 1), depth)
    image, mask = np.empty((2, 2, 3), np.uint8), np.empty((2, 2), np.uint8)
    develop(canvas, NOON, 3, image, mask)
    return image, mask


def test_what_the_air_hides_is_sky_but_sun_and_clouds_are_seen():
    sight = math.log(10.0) / NOON.haze  # a tenth of its light arrives
    far, near = np.full((4, 4), 1.01 * sight, np.float32), np.full((4, 4), 0.99 * sight, np.float32)
    labels = [[GRASS, CLOUD], [SUN, WATER]]
    assert _developed(0.5, labels, near)[1].tolist() == labels
    assert _developed(0.5, labels, far)[1].tolist() == [[SKY, CLOUD], [SUN, SKY]]
    infinite = np.full((4, 4), np.inf, np.float32)
    assert _developed(0.5, [[SKY, CLOUD], [SUN, SKY]], infinite)[1].tolist() == [[SKY, CLOUD], [SUN, SKY]]


def test_more_light_makes_a_brighter_picture_within_its_range():
    depth = np.ones((4, 4), np.float32)
    levels = [_developed(rgb, [[SKY, SKY], [SKY, SKY]], depth)[0].mean() for rgb in (0.0, 0.1, 0.3, 1.0, 3.0, 1e4)]
    assert levels == sorted(levels)
    assert levels[0] < 2
    assert levels[-1] == 255


CAMERA = Camera(64.0, 60.0, 140.0, 2.0)


def _lights(**changes):
    row = as_row(SceneTable(**changes))
    return [draw_light(np.random.default_rng(seed), row, CAMERA) for seed in range(300)]


def test_the_sun_is_in_the_picture_only_in_clear_weather():
    assert all(light.disc_row > 0.0 for light in _lights(p_sun=1, p_overcast=0, p_fog=0))
    for weather in ("p_overcast", "p_fog"):
        assert all(light.disc_row < 0.0 for light in _lights(p_sun=1, **{weather: 1}))


def test_the_direction_to_the_sun_is_up_and_of_length_1():
    suns = np.array([light.sun for light in _lights()])
    assert np.linalg.norm(suns, axis=1) == pytest.approx(np.ones(300))
    assert suns[:, 1].min() > 0.0


def test_the_sun_that_is_seen_is_the_one_that_shines():
    for light in _lights(p_sun=1, p_overcast=0, p_fog=0):
        right, up, away = light.sun
        assert away > 0.0  # before the camera
        assert CAMERA.center + CAMERA.focal * right / away == pytest.approx(128.0 * light.disc_column)
        assert CAMERA.horizon - CAMERA.focal * up / away == pytest.approx(128.0 * light.disc_row)


def test_a_sun_that_is_not_seen_stands_behind_the_camera():
    assert all(light.sun[2] < 0.0 for light in _lights(p_sun=0))


def test_the_sun_brightens_the_sky_and_the_clouds_around_it(draw_alone):
    images, masks = draw_alone(p_sun=1)
    for image, mask in zip(images, masks, strict=True):
        middle = np.argwhere(mask == SUN).mean(0)
        sky = np.argwhere(mask == SKY)
        away = np.hypot(*(sky - middle).T)
        light = image[mask == SKY].mean(1)
        assert light[away < 12].mean() > light[away > 30].mean()


def test_dusk_turns_every_sky_from_blue_to_red(draw_alone):
    warmth = []
    for p_dusk in (0, 1):
        images, masks = draw_alone(p_dusk=p_dusk)
        red_over_blue = images[..., 0].astype(float) - images[..., 2]
        warmth.append([red[mask == SKY].mean() for red, mask in zip(red_over_blue, masks, strict=True)])
    assert max(warmth[0]) < 0.0 < min(warmth[1])


def _skyline_contrast(images, masks):
    """Return how far the brightness just below the sky is from that just above the ground, in the mean."""
    light, skyline = images.mean(-1), (masks == SKY).argmin(1)
    steps = [
        abs(light[i, top + 1 : top + 4, x].mean() - light[i, top - 4 : top - 1, x].mean())
        for i, tops in enumerate(skyline)
        for x, top in enumerate(tops)
        if 4 < top < 60
    ]
    return np.mean(steps)


def test_fog_takes_contrast_from_hills_and_hides_mountains(draw_alone):
    clear, fog = (draw_alone(p_hill=1, p_fog=p_fog) for p_fog in (0, 1))
    assert _skyline_contrast(*fog) < 0.6 * _skyline_contrast(*clear)
    assert (draw_alone(p_mountain=1, p_fog=0)[1] == MOUNTAIN).any((1, 2)).all()
    assert not (draw_alone(p_mountain=1, p_fog=1)[1] == MOUNTAIN).any()  # they stand beyond its sight


def test_closed_clouds_take_the_sun_from_the_ground(draw_alone):
    sun, shade = (draw_alone(p_overcast=p_overcast) for p_overcast in (0, 1))
    warmth = [
        (images[masks == GRASS][:, 0].astype(float) - images[masks == GRASS][:, 2]).mean()
        for images, masks in (sun, shade)
    ]
    assert warmth[1] < 0.8 * warmth[0]
