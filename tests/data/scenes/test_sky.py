"""The sky holds sun and clouds under their own labels."""

import numpy as np
import pytest

from ganatomy.data.scenes.concepts import CLOUD, GRASS, SKY, SUN


def test_a_clear_sky_is_sky_over_a_straight_horizon(draw_alone):
    masks = draw_alone()[1]
    assert set(np.unique(masks)) == {SKY, GRASS}
    assert (masks == masks[:, :, :1]).all()
    rows = (masks[:, :, 0] == SKY).sum(1)
    assert rows.min() >= int(0.38 * 64)  # draw_camera
    assert rows.max() <= int(0.62 * 64) + 2


def test_open_clouds_cover_a_part_of_the_sky(draw_alone):
    # fastmath once took the infinite depth of the sky for a licence to drop cloud and sun from the masks
    masks = draw_alone(p_cloud=1)[1]
    cover = (masks == CLOUD).sum((1, 2)) / (masks != GRASS).sum((1, 2))
    assert cover.min() > 0.0
    assert cover.max() < 1.0
    assert 0.2 < cover.mean() < 0.8


def test_closed_clouds_hide_sky_and_sun(draw_alone):
    assert set(np.unique(draw_alone(p_overcast=1, p_sun=1)[1])) == {CLOUD, GRASS}


def test_the_sun_is_a_bright_disc_of_its_size(draw_alone):
    images, masks = draw_alone(p_sun=1)
    sizes = (masks == SUN).sum((1, 2))
    assert sizes.mean() == pytest.approx(np.pi * (0.035 * 64) ** 2, rel=0.05)
    assert sizes.min() > 10
    assert images[masks == SUN].min() > images[masks == SKY].mean()


def test_clouds_are_painted_where_they_are_labelled(draw_alone):
    images, masks = draw_alone(p_cloud=1)
    grey = images.max(-1).astype(int) - images.min(-1)
    assert grey[masks == CLOUD].mean() < 0.6 * grey[masks == SKY].mean()
