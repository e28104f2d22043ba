"""The table of probabilities and ranges: what it refuses, that each concept follows its own, and its presets."""

import re
from dataclasses import FrozenInstanceError, fields

import numpy as np
import pytest

from ganatomy.config.scenes import SCENE_DATA
from ganatomy.data.scenes import CONCEPTS, DEFAULT, PRESETS, SceneTable, render
from ganatomy.data.scenes.table import as_row
from ganatomy.errors import ConfigError

FIELDS = [field.name for field in fields(SceneTable)]
NAMES = [name for name in FIELDS if name.startswith("p_")]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("value", [-0.1, 1.1, float("nan")])
def test_refuses_what_is_no_probability(name, value):
    message = rf"^{name} is {value}; a probability lies in \[0, 1\]; change it in the scene table$"
    with pytest.raises(ConfigError, match=message):
        SceneTable(**{name: value})


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"house_distance": (15.0, 9.0)}, "numbers (low, high), 8.0 <= low <= high <= 200.0"),
        ({"house_distance": (1.0, 9.0)}, "numbers (low, high), 8.0 <= low <= high <= 200.0"),
        ({"house_turn": (0.0, float("nan"))}, "numbers (low, high), 0.0 <= low <= high <= 3.2"),
        ({"house_aside": 0.2}, "numbers (low, high), 0.0 <= low <= high <= 0.5"),
        ({"church_distance": (20.0, 30.0, 40.0)}, "numbers (low, high), 15.0 <= low <= high <= 200.0"),
        ({"num_houses": (1, 2.5)}, "whole numbers (low, high), 1 <= low <= high <= 8"),
        ({"num_houses": (0, 2)}, "whole numbers (low, high), 1 <= low <= high <= 8"),
    ],
)
def test_refuses_what_is_no_range(changes, message):
    ((name, value),) = changes.items()
    whole = f"{name} is {value}; a range is a pair of {message}; change it in the scene table"
    with pytest.raises(ConfigError, match=f"^{re.escape(whole)}$"):
        SceneTable(**changes)


def test_there_is_a_table_for_each_name_that_data_may_have():
    assert tuple(PRESETS) == SCENE_DATA
    assert PRESETS["scenes"] is DEFAULT
    assert len(set(PRESETS.values())) == len(PRESETS)


# Preset, concept, and the share of pixels (%) that it has within a fifth, or .2 of them; sky is with clouds and sun.
SHARES = {
    "scenes": {"sky": 35.3, "building": 7.8, "roof": 2.4, "window": 1.4, "tree": 11.1, "grass": 23.1, "water": 7.1},
    "scenes:houses": {
        "sky": 19.7, "building": 34.2, "roof": 15.8, "door": 4.8, "window": 5.4, "tree": 2.5, "grass": 16.2,
    },
    "scenes:streets": {"sky": 25.0, "building": 27.5, "door": 1.0, "window": 5.4, "road": 26.2, "tree": 2.4},
}  # fmt: skip


@pytest.mark.parametrize("name", SHARES)
def test_each_preset_shows_its_concepts_in_their_shares(name):
    masks = render(1, 500, 64, PRESETS[name])[1]
    found = {concept: 100 * np.mean(masks == i) for i, concept in enumerate(CONCEPTS)}
    found["sky"] += found["cloud"] + found["sun"]
    assert {concept: found[concept] for concept in SHARES[name]} == pytest.approx(SHARES[name], rel=0.2, abs=0.2)


@pytest.mark.parametrize("name", ["scenes:houses", "scenes:streets"])
def test_a_building_is_on_6_percent_of_every_picture(name):
    masks = render(2, 500, 64, PRESETS[name])[1]
    built = np.isin(masks, [CONCEPTS.index(part) for part in ("building", "roof", "door", "window")])
    assert built.mean((1, 2)).min() > 0.06


@pytest.mark.parametrize("name", ["scenes:houses", "scenes:streets"])
def test_an_image_of_a_preset_depends_on_seed_and_index_alone(name):
    whole = render(4, 12, 64, PRESETS[name])
    parts = [render(4, n, 64, PRESETS[name], first=first) for first, n in ((0, 5), (5, 1), (6, 6))]
    for one, others in zip(whole, zip(*parts, strict=True), strict=True):
        assert np.array_equal(one, np.concatenate(others))


@pytest.mark.parametrize("value", [0, 1])
def test_takes_both_ends(value):
    assert SceneTable(**dict.fromkeys(NAMES, value)).p_cloud == value


def test_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        DEFAULT.p_cloud = 0.5


def test_a_row_has_the_attributes_of_the_table():
    row = as_row(SceneTable(p_cloud=0.25, p_tree=1))
    assert row._fields == tuple(FIELDS)
    assert (row.p_cloud, row.p_tree, row.p_water) == (0.25, 1.0, DEFAULT.p_water)
    row = as_row(SceneTable(num_houses=(2, 3)))
    flat = [end for value in row for end in (value if isinstance(value, tuple) else (value,))]
    assert {type(value) for value in flat} == {float}  # one type: the renderer is compiled once


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
    ("p_road_given_building", "road", 0.95),
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
