"""Draws the lie of the land: camera, mountains, hills, water and road."""

import numpy as np

from ganatomy.data.scenes.ground import Ground
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, mix, scale
from ganatomy.data.scenes.table import SceneTable
from ganatomy.data.scenes.terrain import Relief


@kernel
def draw_camera(rng: np.random.Generator, table: SceneTable, size: int) -> Camera:
    """Draw a view: of a standing person mostly, of a hilltop at times."""
    low, high = table.hilltop_height if rng.random() < table.p_hilltop else (1.7, 4.5)
    height = rng.uniform(low, high)
    return Camera(0.5 * size, rng.uniform(0.38, 0.62) * size, rng.uniform(0.85, 1.35) * size, height)


@kernel
def draw_ground(rng: np.random.Generator, table: SceneTable, water: bool, town: bool, road: bool) -> Ground:
    """Draw water, road and grass."""
    near, far, center, slant, half = 1.0, 0.0, 0.0, 0.0, 1e9
    if water:
        near, far = 0.0, rng.uniform(60.0, 500.0)
        shape = rng.random()
        if rng.random() < table.p_sea_given_water:
            far = 1e7
        if shape < 0.4:
            near = rng.uniform(6.0, 22.0)
        elif shape < 0.8:
            half = 1e6
            side = 1.0 if rng.random() < 0.5 else -1.0
            center, slant = side * (half + rng.uniform(-2.0, 6.0)), side * rng.uniform(-0.5, 0.1)
        else:
            half, slant, center = rng.uniform(4.0, 12.0), rng.uniform(-0.4, 0.4), rng.uniform(-6.0, 6.0)
            far = rng.uniform(150.0, 500.0)
    tint = mix((0.03, 0.10, 0.13), (0.08, 0.13, 0.10), rng.random())
    straight = town or rng.random() < 0.3
    return Ground(
        near, far, center, slant, half, rng.uniform(0.25, 1.0), tint,
        (rng.uniform(3.2, 4.5) if town else rng.uniform(1.6, 3.4)) if road else -1.0,
        rng.uniform(-2.0, 2.0), 0.0 if town else rng.uniform(-0.15, 0.15),
        0.0 if straight else rng.uniform(2.0, 9.0), rng.uniform(14.0, 40.0),
        town or rng.random() < 0.55, rng.uniform(2.0, 3.0) if town else 0.0,
        scale(mix((0.085, 0.165, 0.035), (0.19, 0.23, 0.06), rng.random()), rng.uniform(0.85, 1.15)),
        rng.random() ** 2,
    )  # fmt: skip


@kernel
def draw_mountains(rng: np.random.Generator, table: SceneTable, camera: Camera) -> Relief:
    """Draw a range whose summits take a tenth to a third of the picture."""
    near = rng.uniform(1500.0, 4500.0)
    far = near * rng.uniform(2.0, 3.5)
    height = rng.uniform(0.13, 0.36) * 2.0 * camera.horizon / camera.focal * (0.45 * near + 0.55 * far) * 0.75
    snow = rng.uniform(0.35, 0.75) if rng.random() < table.p_snow_given_mountain else 9.0
    return Relief(True, near, far, height, near * rng.uniform(0.35, 0.8), snow, rng.random(), (0.15, 0.17, 0.07), False)


@kernel
def draw_hills(rng: np.random.Generator, camera: Camera, ground: Ground, woods: bool, autumn: bool) -> Relief:
    """Draw green hills beyond the nearer ground and its water."""
    near = max(rng.uniform(90.0, 320.0), 1.05 * ground.far)
    far = near * rng.uniform(3.0, 6.0)
    height = rng.uniform(0.04, 0.16) * far * camera.horizon / camera.focal * 0.8 + camera.height
    share = rng.random() if woods else -1.0
    return Relief(False, near, far, height, near * rng.uniform(0.8, 2.0), 9.0, share, ground.green, autumn)
