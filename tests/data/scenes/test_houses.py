"""Houses have roofs over their walls, and lamps behind their windows at dusk."""

import numpy as np

from ganatomy.data.scenes.concepts import BUILDING, DOOR, ROOF, WINDOW

HOUSES = {"p_building": 1, "p_town_given_building": 0, "p_church_given_building": 0, "p_road_given_building": 0}


def test_a_house_reaches_its_top_with_the_roof(draw_alone):
    masks = draw_alone(**HOUSES)[1]
    built = np.isin(masks, (BUILDING, DOOR, WINDOW, ROOF))
    tops = np.take_along_axis(masks, built.argmax(1)[:, None], 1)[:, 0][built.any(1)]
    # Between the slopes of a roof that is seen end on, the gable is wall up to the ridge.
    assert np.mean(tops == ROOF) > 0.6
    assert np.isin(tops, (ROOF, BUILDING)).mean() > 0.99


def test_doors_reach_the_ground(draw_alone):
    masks = draw_alone(**HOUSES, p_door_given_building=1, p_window_given_building=0)[1]
    feet = masks[:, 1:][(masks[:, :-1] == DOOR) & (masks[:, 1:] != DOOR)]
    assert len(feet) > 100
    assert (feet == BUILDING).mean() < 0.2  # a slanted foot, or a wall that stands before it


def test_lamps_light_windows_at_dusk(draw_alone):
    warmth = []
    for p_dusk in (0, 1):
        images, masks = draw_alone(**HOUSES, p_dusk=p_dusk)
        panes = images[masks == WINDOW].astype(float)
        warmth.append((panes[:, 0] - panes[:, 2]).mean())
    assert warmth[0] < 10.0 < 30.0 < warmth[1]  # of 255, red over blue
