"""Leaves turn in autumn; conifers do not, are darker and slimmer."""

import numpy as np
import pytest

from ganatomy.data.scenes.concepts import TREE
from ganatomy.data.scenes.plants import foliage

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
