"""The table of probabilities: what it refuses, and that each concept follows its own."""

from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from ganatomy.data.scenes import CONCEPTS, DEFAULT, SceneTable
from ganatomy.data.scenes.table import as_row
from ganatomy.errors import ConfigError

NAMES = [field.name for field in fields(SceneTable)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_refuses_what_is_no_probability(name, value):
    message = rf"^{name} is {value}; a probability lies in \[0, 1\]; change it in the scene table$"
    with pytest.raises(ConfigError, match=message):
        SceneTable(**{name: value})


@pytest.mark.parametrize("value", [0, 1])
def test_takes_both_ends(value):
    assert SceneTable(**dict.fromkeys(NAMES, value)).p_cloud == value


def test_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.p_cloud = 0.5


def test_a_row_has_the_attributes_of_the_table():
    row = as_row(SceneTable(p_cloud=0.25, p_tree=1))
    assert row._fields == tuple(NAMES)
    assert (row.p_cloud, row.p_tree, row.p_water) == (0.25, 1.0, DEFAULT.p_water)
    assert {type(value) for value in row} == {float}  # one type: the renderer is compiled once


# Probability, concept, and the least share of scenes that show it at 1, where nothing stands before it. A door is
# on one wall of a house, which may be turned away; boats and houses do not find room in every narrow water or plot.
PRESENCE = [
    ("p_overcast", "cloud", 1.0),
    ("p_sun", "sun", 1.0),
    ("p_cloud", "cloud", 1.0),
    ("p_mountain", "mountain", 1.0),
    ("p_water", "water", 1.0),
    ("p_boat_given_water", "boat", 0.9),
    ("p_building", "building", 0.9),
    ("p_door_given_building", "door", 0.8),
    ("p_window_given_building", "window", 0.9),
    ("p_road", "road", 1.0),
    ("p_road_given_building", "road", 1.0),
    ("p_tree", "tree", 1.0),
]
# The concepts that no scene shows when all these probabilities are 0.
ABSENCE = [
    (("p_overcast", "p_cloud"), ("cloud",)),
    (("p_sun",), ("sun",)),
    (("p_mountain",), ("mountain",)),
    (("p_water",), ("water", "boat")),
    (("p_boat_given_water",), ("boat",)),
    (("p_building",), ("building", "door", "window", "roof")),
    (("p_door_given_building",), ("door",)),
    (("p_window_given_building",), ("window",)),
    (("p_road", "p_road_given_building", "p_town_given_building"), ("road",)),
    (("p_tree",), ("tree",)),
]
CONDITIONS = {
    "p_boat_given_water": {"p_water": 1.0},
    "p_door_given_building": {"p_building": 1.0},
    "p_window_given_building": {"p_building": 1.0},
    "p_road_given_building": {"p_building": 1.0, "p_town_given_building": 0.0},
}


@pytest.mark.parametrize(("name", "concept", "share"), PRESENCE)
def test_at_1_nearly_all_scenes_show_the_concept(draw_alone, name, concept, share):
    assert _share(draw_alone(**{name: 1.0}, **CONDITIONS.get(name, {}))[1], concept) >= share


@pytest.mark.parametrize(("names", "concepts"), ABSENCE)
def test_at_0_no_scene_shows_the_concept(draw, names, concepts):
    masks = draw(**dict.fromkeys(names, 0.0))[1]
    for concept in concepts:
        assert _share(masks, concept) == 0
        assert _share(draw()[1], concept) > 0


def test_the_share_of_scenes_is_the_probability(draw_alone):
    table = dict.fromkeys(("p_mountain", "p_cloud", "p_water", "p_road"), 0.3)
    masks = draw_alone(n=400, **table)[1]
    for name in table:
        # Three standard deviations of 400 draws; mountains, water and road may be out of sight in a few.
        assert _share(masks, name.removeprefix("p_")) == pytest.approx(0.3, abs=0.07)


def _share(masks, concept):
    return np.mean((masks == CONCEPTS.index(concept)).any((1, 2)))
