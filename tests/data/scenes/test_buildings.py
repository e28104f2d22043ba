"""Doors, windows and domes take the place of walls and spires and change nothing else.

A pixel of a mask is the majority of four: where a part meets something else, a few pixels can go to that instead.
"""

import numpy as np
import pytest

from ganatomy.data.scenes.concepts import BUILDING, DOOR, ROOF, WINDOW


@pytest.fixture(scope="module")
def with_and_without(draw):
    """Return what renders masks of the default table for a probability of 0 and of 1."""
    return lambda name, **table: [draw(**{name: p}, **table)[1] for p in (0, 1)]


def test_a_door_takes_the_place_of_wall_and_windows(with_and_without):
    without, with_doors = with_and_without("p_door_given_building")
    there = without[with_doors == DOOR]
    assert len(there) > 500
    assert np.isin(there, (BUILDING, WINDOW)).mean() > 0.99


def test_a_door_changes_nothing_but_its_wall(with_and_without):
    without, with_doors = with_and_without("p_door_given_building")
    changed = with_doors[without != with_doors]
    # Windows beside a door give way to wall; at its step the majority can fall to the ground.
    assert np.isin(changed, (DOOR, BUILDING, WINDOW)).mean() > 0.95
    assert np.isin(without[without != with_doors], (BUILDING, WINDOW)).mean() > 0.99


def test_a_window_takes_the_place_of_wall(with_and_without):
    without, with_windows = with_and_without("p_window_given_building")
    there = without[with_windows == WINDOW]
    assert len(there) > 2000
    assert (there == BUILDING).mean() > 0.99
    assert (without[without != with_windows] == BUILDING).mean() > 0.99


def test_a_dome_stands_where_the_spire_was(draw_alone):
    churches = {
        "p_building": 1, "p_town_given_building": 0, "p_road_given_building": 0, "p_church_given_building": 1,
    }  # fmt: skip
    spires, domes = (draw_alone(**churches, p_dome_given_church=p_dome)[1] for p_dome in (0, 1))
    changed = spires != domes
    assert changed.any((1, 2)).mean() > 0.8  # in the rest the tower rises out of the picture
    assert ((spires[changed] == ROOF) | (domes[changed] == ROOF)).mean() > 0.98
    assert (domes == ROOF).sum() < (spires == ROOF).sum()  # a spire is taller
