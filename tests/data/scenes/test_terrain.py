"""Hills and mountains rise over the horizon; snow lies on mountains, woods on hills where trees may grow."""

import numpy as np

from ganatomy.data.scenes.concepts import GRASS, MOUNTAIN, SKY, TREE


def _flat(masks):
    tops = (masks == SKY).argmin(1)
    return (tops == tops[:, :1]).all(1)


def test_hills_break_the_straight_horizon(draw_alone):
    assert _flat(draw_alone(p_hill=0)[1]).all()
    assert _flat(draw_alone(p_hill=1)[1]).mean() < 0.3


def test_hills_are_wooded_only_where_trees_may_grow(draw_alone):
    assert set(np.unique(draw_alone(p_hill=1)[1])) == {SKY, GRASS}
    assert (draw_alone(p_hill=1, p_tree=1e-9)[1] == TREE).any((1, 2)).mean() > 0.5


def test_mountains_stand_behind_the_land_and_below_the_sky(draw_alone):
    masks = draw_alone(p_mountain=1)[1]
    for above, below in ((MOUNTAIN, SKY), (GRASS, MOUNTAIN)):
        assert not (np.cumsum(masks == above, axis=1)[masks == below] > 0).any()


def test_mountains_take_a_tenth_to_a_third_of_the_picture(draw_alone):
    heights = (draw_alone(p_mountain=1)[1] == MOUNTAIN).sum(1).max(1) / 64
    # Noise seldom reaches its highest value, and nearer slopes can hide the summits: half as high at the least.
    assert np.quantile(heights, 0.1) > 0.05
    assert np.quantile(heights, 0.9) < 0.34
    assert np.median(heights) > 0.1


def test_snow_makes_mountain_tops_white(draw_alone):
    whites = []
    for p_snow in (0, 1):
        images, masks = draw_alone(p_mountain=1, p_snow_given_mountain=p_snow)
        darkest = images.min(-1)
        tops = [np.percentile(x[mask == MOUNTAIN], 99) for x, mask in zip(darkest, masks, strict=True)]
        whites.append(np.mean(np.array(tops) > 200))  # of 255 in the least of three channels
    assert whites[0] == 0.0
    assert whites[1] > 0.5  # haze or a low summit takes it from the rest
