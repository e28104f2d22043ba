"""Things stand on dry land beside the road, boats float, a town lines its street."""

import numpy as np
import pytest

from ganatomy.data.scenes import PRESETS, SceneTable
from ganatomy.data.scenes.concepts import BUILDING, DOOR, ROAD, ROOF, TREE, WATER, WINDOW
from ganatomy.data.scenes.ground import in_water, off_road
from ganatomy.data.scenes.land import draw_camera, draw_ground
from ganatomy.data.scenes.layout import (
    BROADLEAF,
    BUSH,
    CHURCH,
    CONIFER,
    HOUSE,
    MOST,
    MOTOR_BOAT,
    SAIL_BOAT,
    THING,
    TOWN_HOUSE,
    WOODLAND,
    place,
    place_boats,
    place_houses,
    place_town,
    place_trees,
    sort_farthest_first,
)  # fmt: skip
from ganatomy.data.scenes.room import PLOT, is_before, is_dry, is_off_road
from ganatomy.data.scenes.table import as_row


@pytest.fixture(scope="module")
def placed():
    """Return 100 plots of land beside water, each as (seed, camera, ground, things)."""
    plots, row = [], as_row(SceneTable())
    for seed in range(100):
        rng, things = np.random.default_rng(seed), np.empty(MOST, THING)
        camera, ground = draw_camera(rng, row, 128), draw_ground(rng, row, True, False, seed % 2 == 0)
        count, ground = place_houses(things, rng, row, camera, ground, seed)
        count = place_boats(things, count, rng, camera, ground, seed)
        count = place_trees(things, count, rng, row, camera, ground, seed)
        plots.append((seed, camera, ground, things[:count]))
    return plots


def _each(placed, *kinds):
    return [(seed, ground, thing) for seed, _, ground, things in placed for thing in things if thing["kind"] in kinds]


def test_houses_and_plants_stand_on_dry_land_off_the_road(placed):
    found = _each(placed, HOUSE, CHURCH, BROADLEAF, CONIFER, BUSH)
    assert len(found) > 200
    for seed, ground, thing in found:
        assert in_water(ground, thing["x"], thing["z"], seed) < 0.0
        assert off_road(ground, thing["x"], thing["z"]) > 1.0


def test_boats_float_over_their_whole_length(placed):
    found = _each(placed, SAIL_BOAT, MOTOR_BOAT)
    assert len(found) > 50
    for seed, ground, boat in found:
        for side in (-1.0, 1.0):
            assert in_water(ground, boat["x"] + side * boat["height"], boat["z"], seed) > 0.0


def test_woodland_stands_beyond_the_water(placed):
    found = _each(placed, WOODLAND)
    assert len(found) > 10
    assert all(wood["z"] > ground.far for _, ground, wood in found)


def test_houses_stand_in_the_picture_and_apart(placed):
    for _, camera, _, things in placed:
        houses = things[np.isin(things["kind"], (HOUSE, CHURCH))]
        columns = camera.center + camera.focal * houses["x"] / houses["z"]
        assert ((columns > 0.0) & (columns < 128.0)).all()
        spots = houses["x"] + 1j * houses["z"]
        apart = abs(spots[:, None] - spots) + 99.0 * np.eye(len(spots))
        assert (apart > 14.0).all()


NAMES = ("scenes", "scenes:houses")


@pytest.mark.parametrize("name", NAMES)
def test_every_house_that_is_drawn_is_placed_on_dry_land_off_the_road(name):
    row, numbers = as_row(PRESETS[name]), []
    for seed in range(500):
        rng, things = np.random.default_rng(seed), np.empty(MOST, THING)
        camera, ground = draw_camera(rng, row, 128), draw_ground(rng, row, seed % 2 == 0, False, seed % 3 > 0)
        count, ground = place_houses(things, rng, row, camera, ground, seed)
        numbers.append(count)
        for thing in things[:count]:
            assert is_dry(ground, thing["x"], thing["z"], PLOT, seed)
            assert is_off_road(ground, thing["x"], thing["z"], 0.99 * PLOT)
    fewest, most = PRESETS[name].num_houses
    shares = [np.mean(np.array(numbers) == number) for number in range(int(fewest), int(most) + 1)]
    expected = [0.25] * 4 if name == "scenes" else [2 / 3, 1 / 3]
    assert shares == pytest.approx(expected, abs=0.07)  # 3.3 deviations of 500


def test_near_houses_stand_where_their_table_says():
    table, low = PRESETS["scenes:houses"], []
    row = as_row(table)
    for seed in range(500):
        rng, things = np.random.default_rng(seed), np.empty(MOST, THING)
        camera = draw_camera(rng, row, 128)
        place_houses(things, rng, row, camera, draw_ground(rng, row, False, False, False), seed)
        first = things[0]
        near, far = table.church_distance if first["kind"] == CHURCH else table.house_distance
        assert near <= first["z"] <= far
        assert abs(first["x"] / first["z"] * camera.focal) <= 0.22 * 128
        assert abs(first["yaw"] - np.arctan2(-first["x"], first["z"])) <= 0.45
        if first["kind"] == HOUSE:
            low.append(first["height"] < 3.0)
    assert len(low) / 500 == pytest.approx(0.85, abs=0.055)
    assert np.mean(low) == pytest.approx(0.75, abs=0.07)


def test_nothing_grows_before_houses_that_are_to_be_seen():
    row = as_row(PRESETS["scenes:houses"])
    for seed in range(100):
        rng, things = np.random.default_rng(seed), np.empty(MOST, THING)
        camera, ground = draw_camera(rng, row, 128), draw_ground(rng, row, False, False, False)
        houses, ground = place_houses(things, rng, row, camera, ground, seed)
        count = place_trees(things, houses, rng, row, camera, ground, seed)
        for tree in things[houses:count]:
            assert tree["kind"] == WOODLAND or not is_before(things, houses, tree["x"], tree["z"], 0.0)


def test_only_the_first_house_is_a_church(placed):
    assert all((things["kind"][1:] != CHURCH).all() for _, _, _, things in placed)
    assert all(thing["kind"] == CHURCH for _, _, thing in _each(placed, HOUSE, CHURCH) if thing["dome"])


def test_what_finds_no_place_is_not_placed():
    things = np.zeros(MOST, THING)
    assert place(things, MOST, np.random.default_rng(0), BUSH, 1.0, 2.0, 3.0) == MOST
    assert place(things, MOST - 1, np.random.default_rng(0), BUSH, 1.0, 2.0, 3.0) == MOST
    assert (things["z"] == [0.0] * (MOST - 1) + [2.0]).all()


def test_things_are_sorted_by_distance_and_keep_what_they_are():
    things = np.zeros(6, THING)
    things["z"], things["kind"] = [3.0, 9.0, 1.0, 9.5, 4.0, 99.0], [3, 9, 1, 10, 4, 0]
    sort_farthest_first(things, 5)
    assert things["z"][:5].tolist() == [9.5, 9.0, 4.0, 3.0, 1.0]
    assert things["kind"][:5].tolist() == [10, 9, 4, 3, 1]


def test_a_town_lines_its_street_on_one_side_or_both():
    sides, row = [], as_row(SceneTable())
    for seed in range(100):
        rng, things = np.random.default_rng(seed), np.empty(MOST, THING)
        ground = draw_ground(rng, row, False, True, True)
        houses = things[: place_town(things, 0, rng, row, ground)]
        assert (houses["kind"] == TOWN_HOUSE).all()
        beside = abs(houses["x"] - ground.road_x) - ground.road - ground.pavement
        assert beside == pytest.approx(np.full(len(houses), 5.0))  # half of a house ten metres deep
        sides.append(len(np.unique(np.sign(houses["x"] - ground.road_x))))
        for side in (-1, 1):
            row_of_houses = houses[np.sign(houses["x"] - ground.road_x) == side]
            gaps = np.diff(row_of_houses["z"]) - 0.5 * (row_of_houses["width"][1:] + row_of_houses["width"][:-1])
            assert (gaps > 0.0).all()
    assert np.mean(np.array(sides) == 2) == pytest.approx(0.65, abs=0.17)  # 3.5 deviations


def test_a_town_has_its_street_and_no_water(draw_alone):
    hamlets, towns = (
        draw_alone(p_building=1, p_water=1, p_town_given_building=p_town, p_road_given_building=0)[1]
        for p_town in (0, 1)
    )
    assert (hamlets == WATER).any((1, 2)).mean() > 0.8  # houses hide it from the rest
    assert not (hamlets == ROAD).any()
    assert not (towns == WATER).any()
    assert (towns == ROAD).any((1, 2)).all()
    built = [np.isin(masks, (BUILDING, DOOR, WINDOW, ROOF)).mean() for masks in (hamlets, towns)]
    assert built[1] > 1.3 * built[0]


def test_a_church_rises_over_houses(draw_alone):
    tops = []
    for p_church in (0, 1):
        masks = draw_alone(
            p_building=1, p_town_given_building=0, p_road_given_building=0, p_church_given_building=p_church
        )[1]
        tops.append(np.isin(masks, (BUILDING, ROOF)).any(2).argmax(1).mean())
    assert tops[1] < 0.6 * tops[0]  # rows from the upper edge


def test_a_forest_fills_columns_of_the_picture(draw_alone):
    trees, forests = ((draw_alone(p_tree=1, p_forest_given_tree=p)[1] == TREE).any(1).mean() for p in (0, 1))
    assert forests > trees + 0.15
