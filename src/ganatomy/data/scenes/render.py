"""Renders scenes with exact masks: `render(seed, n)` is the way in."""

import hashlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numba
import numpy as np
from numpy.typing import NDArray

from ganatomy.data.scenes.boats import paint_boat
from ganatomy.data.scenes.concepts import WATER
from ganatomy.data.scenes.ground import Ground, paint_ground, paint_shadow
from ganatomy.data.scenes.houses import paint_church, paint_house, paint_town_house
from ganatomy.data.scenes.jit import entry, kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, get, mix, put, scale
from ganatomy.data.scenes.land import draw_camera, draw_ground, draw_hills, draw_mountains
from ganatomy.data.scenes.layout import (
    BROADLEAF,
    BUSH,
    CHURCH,
    CONIFER,
    HOUSE,
    MOST,
    SAIL_BOAT,
    THING,
    TOWN_HOUSE,
    WOODLAND,
    place_boats,
    place_houses,
    place_town,
    place_trees,
    sort_farthest_first,
)  # fmt: skip
from ganatomy.data.scenes.light import Light, develop, draw_light
from ganatomy.data.scenes.noise import noise
from ganatomy.data.scenes.plants import foliage, paint_broadleaf, paint_conifer, paint_woodland
from ganatomy.data.scenes.sky import paint_sky
from ganatomy.data.scenes.table import DEFAULT, SceneTable, as_row
from ganatomy.data.scenes.terrain import paint_relief
from ganatomy.errors import ConfigError

SUPERSAMPLING = 2


@kernel
def _paint_thing(canvas: Canvas, camera: Camera, light: Light, thing: Any, autumn: bool) -> None:
    """Paint one thing."""
    at = (thing.x, 0.0, thing.z)
    if thing.kind == WOODLAND:
        paint_woodland(canvas, camera, light, thing.z, thing.height, thing.dome, autumn, thing.tone, thing.seed)
    elif thing.kind == CONIFER:
        paint_conifer(canvas, camera, light, at, thing.height, foliage(thing.tone, False, True), thing.seed)
    elif thing.kind == BROADLEAF or thing.kind == BUSH:
        leaf = foliage(thing.tone, autumn, False)
        paint_broadleaf(canvas, camera, light, at, thing.height, leaf, thing.kind == BUSH, thing.seed)
    elif thing.kind == HOUSE:
        paint_house(canvas, camera, light, at, thing.yaw, thing.height, thing.door, thing.windows, thing.seed)
    elif thing.kind == TOWN_HOUSE:
        paint_town_house(
            canvas, camera, light, at, thing.yaw, thing.width, thing.height, thing.door, thing.windows, thing.seed
        )
    elif thing.kind == CHURCH:
        paint_church(
            canvas, camera, light, at, thing.yaw, thing.height, thing.dome, thing.door, thing.windows, thing.seed
        )
    else:
        paint_boat(canvas, camera, light, at, thing.height, thing.kind == SAIL_BOAT, thing.seed)


@kernel
def _mirror(canvas: Canvas, camera: Camera, ground: Ground, thing: Any, seed: int) -> None:
    """Mirror what was just painted at the depth of a thing in the water before it."""
    size = canvas.label.shape[0]
    base = camera.horizon + camera.focal * camera.height / thing.z
    reach = camera.focal * 1.4 * thing.height / thing.z
    for row in range(max(0, int(base)), min(size, int(base + reach) + 1)):
        for column in range(size):
            if canvas.label[row, column] != WATER:
                continue
            shake = noise(column * 0.08, row * 0.5, seed + 9) - 0.5
            source = int(2.0 * base - row - 2.0)
            aside = int(column + shake * ground.chop * 0.06 * size)
            if source < 0 or aside < 0 or aside >= size or abs(canvas.depth[source, aside] - thing.z) > 3.0:
                continue
            if canvas.label[source, aside] != WATER:
                image = scale(get(canvas, source, aside), 0.8)
                fade = 0.75 * (1.0 - 0.5 * (row - base) / reach)
                put(canvas, row, column, mix(get(canvas, row, column), image, fade), WATER, canvas.depth[row, column])


@kernel
def _furnish(
    things: np.ndarray, rng: np.random.Generator, table: SceneTable, camera: Camera, ground: Ground,
    building: bool, town: bool, water: bool, seed: int,
) -> tuple[int, Ground]:  # fmt: skip
    """Place all things; return how many, and the ground, which has made room for them."""
    count = 0
    if town:
        count = place_town(things, count, rng, table, ground)
    elif building:
        count, ground = place_houses(things, rng, table, camera, ground, seed)
    if rng.random() < table.p_tree:
        count = place_trees(things, count, rng, table, camera, ground, seed)
    if water and rng.random() < table.p_boat_given_water:
        count = place_boats(things, count, rng, camera, ground, seed)
    return count, ground


@kernel
def _radius(thing: Any) -> float:
    """Return the radius of a thing's shadow in metres."""
    if thing.kind == HOUSE or thing.kind == CHURCH or thing.kind == TOWN_HOUSE:
        return 5.5
    return float((0.35 if thing.kind == BROADLEAF else 0.22) * thing.height)


@kernel
def _paint_scene(canvas: Canvas, things: np.ndarray, rng: np.random.Generator, table: SceneTable, seed: int) -> Light:
    """Draw a scene from `rng` and paint it from back to front; return its light, and in `things` what stands in it."""
    size = canvas.label.shape[0]
    camera = draw_camera(rng, table, size)
    light = draw_light(rng, table, camera)
    building, autumn = rng.random() < table.p_building, rng.random() < table.p_autumn
    town = building and rng.random() < table.p_town_given_building
    water = rng.random() < table.p_water and not town
    road = town or rng.random() < (table.p_road_given_building if building else table.p_road)
    ground = draw_ground(rng, table, water, town, road)
    count, ground = _furnish(things, rng, table, camera, ground, building, town, water, seed)
    paint_sky(canvas, camera, light, seed)
    if rng.random() < table.p_mountain:
        paint_relief(canvas, camera, light, draw_mountains(rng, table, camera), seed + 100)
    if rng.random() < table.p_hill and ground.far < 1e6:
        paint_relief(canvas, camera, light, draw_hills(rng, camera, ground, table.p_tree > 0.0, autumn), seed + 200)
    paint_ground(canvas, camera, light, ground, seed)
    sort_farthest_first(things, count)
    for i in range(count):
        if things[i].kind < SAIL_BOAT and things[i].kind != WOODLAND:
            at = (things[i].x, 0.0, things[i].z)
            paint_shadow(canvas, camera, light, at, _radius(things[i]), things[i].height)
    for i in range(count):
        _paint_thing(canvas, camera, light, things[i], autumn)
        if water:
            _mirror(canvas, camera, ground, things[i], seed)
    return light


def renderer_version() -> int:
    """Return a number that changes with the sources of this package."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return int(hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:12], 16)


def _entry(version: int) -> Callable[..., int]:
    """Return the compiled renderer of one image.

    numba keys its disk cache on this file and on closed-over values only; closing over the version keeps
    it from loading machine code of older painters in the other files.
    """

    @entry
    def draw(
        canvas: Canvas,
        things: np.ndarray,
        rng: np.random.Generator,
        table: SceneTable,
        image: np.ndarray,
        mask: np.ndarray,
    ) -> int:
        seed = int(rng.integers(0, 1 << 30))
        light = _paint_scene(canvas, things, rng, table, seed)
        develop(canvas, light, seed, image, mask)
        return version

    return draw


_draw = _entry(renderer_version())


def _blank(size: int) -> Canvas:
    """Return a canvas of that many pixels a side; numba would compile its own way to make arrays for a second."""
    return Canvas(
        np.zeros((size, size, 3), dtype=np.float32),
        np.zeros((size, size), dtype=np.uint8),
        np.full((size, size), np.inf, dtype=np.float32),
    )


def render(
    seed: int, n: int, image_size: int = 64, table: SceneTable = DEFAULT, first: int = 0
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Render the n scenes from index `first` on, on as many threads as numba may use.

    Scene i depends on (seed, i) and the table only. The first call of a fresh environment compiles for some seconds.

    Args:
        seed: seed of the scenes, 0 or more.
        n: how many, 0 or more.
        image_size: pixels a side, 1 or more; 64 and 128 are what the scenes are made for.
        table: how likely each concept is.
        first: index of the first scene, 0 or more.

    Returns:
        Images (n, s, s, 3) uint8 and masks (n, s, s) uint8, whose values are indices into `CONCEPTS`.

    Raises:
        ConfigError: a number is too small.
    """
    for name, value, least in (("seed", seed, 0), ("n", n, 0), ("image_size", image_size, 1), ("first", first, 0)):
        if value < least:
            raise ConfigError(f"{name} is {value}; give {least} or more")
    images = np.empty((n, image_size, image_size, 3), dtype=np.uint8)
    masks = np.empty((n, image_size, image_size), dtype=np.uint8)
    row = as_row(table)

    def draw_one(i: int) -> None:
        canvas, things = _blank(image_size * SUPERSAMPLING), np.empty(MOST + 1, THING)
        _draw(canvas, things, np.random.default_rng([seed, first + i]), row, images[i], masks[i])

    with ThreadPoolExecutor(numba.get_num_threads()) as pool:
        list(pool.map(draw_one, range(n), chunksize=16))
    return images, masks
