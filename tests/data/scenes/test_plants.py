"""Leaves turn in autumn; conifers do not, are darker and slimmer; crowns and woods are not cut off."""

import numpy as np
import pytest
from tests.data.scenes.lights import NOON

from ganatomy.data.scenes.concepts import SKY, TREE
from ganatomy.data.scenes.kernel import Camera, Canvas
from ganatomy.data.scenes.plants import foliage, paint_broadleaf, paint_conifer, paint_woodland

TONES = np.linspace(0.0, 1.0, 11)


def test_leaves_of_most_tones_turn_in_autumn():
    for tone in TONES:
        red, green, _ = foliage(tone, True, False)
        assert (red > green) == (tone > 0.25)
        assert foliage(tone, False, False)[1] > foliage(tone, False, False)[0]


def test_conifers_are_dark_and_stay_green():
    for tone in TONES:
        assert sum(foliage(tone, False, True)) < sum(foliage(tone, False, False))
        assert foliage(tone, True, True) == foliage(tone, False, True)
        assert np.argmax(foliage(tone, True, True)) == 1


@pytest.fixture(scope="module")
def seasons(draw_alone):
    return [draw_alone(p_tree=1, p_conifer_given_tree=0, p_autumn=p_autumn) for p_autumn in (0, 1)]


def test_autumn_changes_no_mask(seasons):
    (_, summer), (_, autumn) = seasons
    assert (summer == autumn).all()


def test_autumn_turns_trees_red(seasons):
    (summer, masks), (autumn, _) = seasons
    turn = [
        _redness(after[mask == TREE]) - _redness(before[mask == TREE])
        for before, after, mask in zip(summer, autumn, masks, strict=True)
    ]
    assert min(turn) >= 0.0
    assert np.mean(np.array(turn) > 5.0) > 0.9  # all but scenes whose few trees are of the tones that stay green


def _redness(pixels):
    return (pixels[:, 0].astype(float) - pixels[:, 1]).mean()


def test_autumn_leaves_the_rest_as_it_is(seasons):
    (summer, masks), (autumn, _) = seasons
    changed = (summer != autumn).any(-1)
    assert (masks[changed] == TREE).mean() > 0.9  # pixels at the edge of a crown hold some leaves


def test_conifers_are_slimmer(draw_alone):
    leaves, needles = ((draw_alone(p_tree=1, p_conifer_given_tree=p)[1] == TREE).mean() for p in (0, 1))
    assert needles < 0.85 * leaves


CAMERA = Camera(64.0, 100.0, 128.0, 2.0)


def _blank():
    return Canvas(
        np.zeros((128, 128, 3), np.float32), np.full((128, 128), SKY, np.uint8), np.full((128, 128), np.inf, np.float32)
    )


@pytest.mark.parametrize("conifer", [False, True])
def test_a_belt_of_woodland_reaches_across_the_picture_and_its_top_is_not_flat(conifer):
    for seed in range(20):
        canvas = _blank()
        paint_woodland(canvas, CAMERA, NOON, 60.0, 20.0, conifer, False, 0.5, seed)
        trees = canvas.label == TREE
        assert trees.any(0).all()
        tops = trees.argmax(0)
        assert tops.std() > 1.0
        assert (tops == tops.min()).mean() < 0.3  # no edge that cuts many off at one height


def test_a_conifer_ends_in_a_tip_and_its_branches_hang_unevenly():
    for seed in range(20):
        canvas = _blank()
        paint_conifer(canvas, CAMERA, NOON, (0.0, 0.0, 10.0), 7.0, (0.05, 0.1, 0.05), seed)
        widths = (canvas.label == TREE).sum(1)
        rows = np.flatnonzero(widths)
        assert widths[rows[0]] <= 2
        assert widths[rows[:8]].max() < 0.4 * widths.max()
        assert rows[0] > 0


def test_a_crown_covers_its_own_trunk_whichever_way_its_distance_is_rounded():
    exact = float(np.float32(10.1))
    pictures = []
    for z in (exact, exact * (1 + 2e-8)):  # single precision, in which depths are kept, rounds the second down
        canvas = _blank()
        paint_broadleaf(canvas, CAMERA, NOON, (0.0, 0.0, z), 6.0, (1.0, 0.0, 0.0), False, 5)
        pictures.append(canvas.rgb)
    assert np.allclose(*pictures, atol=1e-3)


def test_woods_on_hills_turn_in_autumn(draw_alone):
    (summer, masks), (autumn, _) = (draw_alone(p_hill=1, p_tree=1e-9, p_autumn=p) for p in (0, 1))
    wooded = [i for i, mask in enumerate(masks) if (mask == TREE).sum() > 30]
    assert len(wooded) > 30
    turn = [_redness(autumn[i][masks[i] == TREE]) - _redness(summer[i][masks[i] == TREE]) for i in wooded]
    assert min(turn) > 3.0
