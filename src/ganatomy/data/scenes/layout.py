"""Draws where things stand: buildings by the road, trees on dry land, boats on the water."""

import numpy as np

from ganatomy.data.scenes.ground import Ground, in_water
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera
from ganatomy.data.scenes.room import PLOT, is_apart, is_before, is_dry, is_off_road, make_room
from ganatomy.data.scenes.table import SceneTable

BROADLEAF, CONIFER, BUSH, WOODLAND, HOUSE, TOWN_HOUSE, CHURCH, SAIL_BOAT, MOTOR_BOAT = range(9)

THING = np.dtype(
    [
        ("kind", "i8"),
        ("x", "f8"),  # metres to the right of the camera
        ("z", "f8"),  # metres from the camera
        ("height", "f8"),  # of a plant or of walls, or length of a boat, metres
        ("width", "f8"),  # of a front, metres
        ("yaw", "f8"),  # turn of a front away from the camera, radians
        ("tone", "f8"),  # colour of leaves, in [0, 1]
        ("door", "?"),
        ("windows", "?"),
        ("dome", "?"),
        ("seed", "i8"),
    ]
)
"""One thing that stands on the ground or floats."""

MOST = 96
"""Most things of a scene."""


@kernel
def place(
    things: np.ndarray, count: int, rng: np.random.Generator, kind: int, x: float, z: float, height: float
) -> int:
    """Write one thing behind the others and return the new count."""
    if count >= MOST:
        return count
    thing = things[count]
    thing.kind, thing.x, thing.z, thing.height = kind, x, z, height
    thing.width, thing.yaw, thing.tone = 0.0, 0.0, rng.random()
    thing.door, thing.windows, thing.dome = False, False, False
    thing.seed = rng.integers(0, 1 << 30)
    return count + 1


@kernel
def place_houses(
    things: np.ndarray, rng: np.random.Generator, table: SceneTable, camera: Camera, ground: Ground, seed: int
) -> tuple[int, Ground]:
    """Place houses, the first of them perhaps a church; return how many, and the ground, which has made room."""
    church = rng.random() < table.p_church_given_building
    door, windows = rng.random() < table.p_door_given_building, rng.random() < table.p_window_given_building
    number = int(table.num_houses[0])
    if rng.random() < table.p_more_given_houses:
        number = int(rng.integers(min(number + 1, int(table.num_houses[1])), int(table.num_houses[1]) + 1))
    count = 0
    for i in range(number):
        first = church and i == 0
        x, z = _find_plot(things, count, rng, table, camera, ground, first, seed)
        height = rng.uniform(12.0, 20.0) if first else (2.9 if rng.random() < table.p_low_given_house else 5.6)
        count = place(things, count, rng, CHURCH if first else HOUSE, x, z, height)
        thing = things[i]
        turn = rng.uniform(table.house_turn[0], table.house_turn[1])
        thing.yaw = np.arctan2(-x, z) + (turn if rng.random() < 0.5 else -turn)
        thing.door, thing.windows = door, windows
        thing.dome = first and rng.random() < table.p_dome_given_church
    return count, make_room(ground, things, count, seed)


@kernel
def _find_plot(
    things: np.ndarray, count: int, rng: np.random.Generator, table: SceneTable, camera: Camera, ground: Ground,
    church: bool, seed: int,
) -> tuple[float, float]:  # fmt: skip
    """Return (x, z) of the next building: apart from others, on dry land off the road if that is found soon."""
    near, far = table.church_distance if church else table.house_distance
    inner, outer = table.house_aside if count == 0 else (0.0, 0.42)
    x, z, farthest = 0.0, 0.0, 0.0
    for attempt in range(120):
        z = rng.uniform(near, far)
        if count > 0:
            z *= rng.uniform(table.further_distance[0], table.further_distance[1])
        aside = rng.uniform(inner, outer) * 2.0 * camera.center / camera.focal
        x = (aside if rng.random() < 0.5 else -aside) * z
        free = is_dry(ground, x, z, PLOT, seed) and is_off_road(ground, x, z, PLOT)
        if (free or attempt >= 60) and is_apart(things, count, x, z, PLOT):
            return x, z
    for i in range(count):
        farthest = max(farthest, things[i].z)
    deeper = farthest + 2.5 * PLOT  # behind all others there is room
    return x * deeper / z, deeper


@kernel
def place_town(things: np.ndarray, count: int, rng: np.random.Generator, table: SceneTable, ground: Ground) -> int:
    """Place rows of town houses along the street, on one side or both."""
    door, windows = rng.random() < table.p_door_given_building, rng.random() < table.p_window_given_building
    both, only = rng.random() < table.p_both_sides_given_town, 1.0 if rng.random() < 0.5 else -1.0
    for side in (-1.0, 1.0):
        if side != only and not both:
            continue
        z = rng.uniform(5.0, 14.0)
        while z < 130.0 and count < MOST - 30:
            width = rng.uniform(8.0, 15.0)
            count = place(things, count, rng, TOWN_HOUSE, 0.0, z + 0.5 * width, rng.uniform(6.5, 14.0))
            thing = things[count - 1]
            thing.x = ground.road_x + side * (ground.road + ground.pavement + 5.0)
            thing.width, thing.yaw, thing.door, thing.windows = width, -side * 0.5 * np.pi, door, windows
            z += width + (rng.uniform(2.0, 7.0) if rng.random() < 0.25 else 0.02)
    return count


@kernel
def place_trees(
    things: np.ndarray,
    count: int,
    rng: np.random.Generator,
    table: SceneTable,
    camera: Camera,
    ground: Ground,
    seed: int,
) -> int:
    """Place groups of trees and bushes around the buildings, the first `count` things, and perhaps a woodland."""
    buildings, hidden = count, rng.random() < table.p_hidden_given_building
    conifers = rng.random() < table.p_conifer_given_tree
    if rng.random() < table.p_forest_given_tree:
        z = max(rng.uniform(55.0, 200.0), 1.02 * ground.far)
        if z < 600.0:
            count = place(things, count, rng, WOODLAND, 0.0, z, rng.uniform(9.0, 20.0))
            things[count - 1].dome = conifers
    for _ in range(rng.integers(1, 6)):
        conifers = rng.random() < table.p_conifer_given_tree
        z = 9.0 * 14.0 ** rng.random()
        x = rng.uniform(-0.6, 0.6) * 2.0 * camera.center / camera.focal * z
        for member in range(rng.integers(1, 7)):
            far = max(8.0, z * (1.0 + rng.uniform(-0.25, 0.35)))
            aside = x + rng.uniform(-0.35, 0.35) * z * min(member, 1)
            bush = rng.random() < 0.2
            height = rng.uniform(1.2, 2.8) if bush else rng.uniform(5.0, 13.0)
            if (
                is_dry(ground, aside, far, 0.16 * height, seed)
                and is_off_road(ground, aside, far, 0.16 * height)
                and is_apart(things, buildings, aside, far, 0.16 * height)
                and (hidden or not is_before(things, buildings, aside, far, 0.4 * height))
            ):
                kind = BUSH if bush else CONIFER if conifers else BROADLEAF
                count = place(things, count, rng, kind, aside, far, height)
    return count


@kernel
def place_boats(
    things: np.ndarray, count: int, rng: np.random.Generator, camera: Camera, ground: Ground, seed: int
) -> int:
    """Place one to three boats on the water."""
    number, placed = rng.integers(1, 4), 0
    for _ in range(80):
        if placed == number:
            break
        z = max(16.0, ground.near + 4.0) * 4.0 ** rng.random()
        x = rng.uniform(-0.45, 0.45) * 2.0 * camera.center / camera.focal * z
        length = rng.uniform(4.0, 9.0)
        if min(in_water(ground, x - length, z, seed), in_water(ground, x + length, z, seed)) > 0.5:
            kind = SAIL_BOAT if rng.random() < 0.6 else MOTOR_BOAT
            count = place(things, count, rng, kind, x, z, length)
            placed += 1
    return count


@kernel
def sort_farthest_first(things: np.ndarray, count: int) -> None:
    """Sort the first `count` things by their distance, the farthest first; the row after them is written over.

    They are few, and numba takes a second to compile a sort of its own.
    """
    for i in range(1, count):
        things[count] = things[i]
        at = i
        while at > 0 and things[at - 1].z < things[count].z:
            things[at] = things[at - 1]
            at -= 1
        things[at] = things[count]
