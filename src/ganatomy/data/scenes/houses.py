"""The kinds of buildings, put together from walls and roofs."""

import numpy as np

from ganatomy.data.scenes.buildings import (
    BRICK,
    PLANKS,
    PLASTER,
    TILES,
    Skin,
    paint_box,
    paint_dome,
    paint_gable,
    paint_spire,
)  # fmt: skip
from ganatomy.data.scenes.concepts import BUILDING, ROOF
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, Vector, add, mix
from ganatomy.data.scenes.light import Light
from ganatomy.data.scenes.noise import lattice


@kernel
def _wall_color(seed: int, pattern: int) -> Color:
    """Return the albedo of a wall."""
    luck, tone = lattice(1, 2, seed), lattice(2, 2, seed)
    if pattern == BRICK:
        return mix((0.36, 0.15, 0.10), (0.42, 0.28, 0.18), luck)
    if pattern == PLANKS:
        return mix((0.26, 0.17, 0.10), (0.42, 0.10, 0.07), 1.0 if luck > 0.6 else tone * 0.3)
    warm = mix((0.62, 0.58, 0.52), (0.66, 0.52, 0.34), tone)
    return mix(warm, (0.58, 0.42, 0.36), 0.7 if luck > 0.8 else 0.0)


@kernel
def _tile_color(seed: int) -> Color:
    """Return the albedo of a roof: red tiles, brown tiles or slate."""
    luck = lattice(3, 2, seed)
    if luck < 0.55:
        return mix((0.40, 0.13, 0.07), (0.34, 0.17, 0.10), lattice(4, 2, seed))
    return (0.20, 0.14, 0.10) if luck < 0.75 else (0.13, 0.14, 0.17)


@kernel
def _trim(seed: int) -> Color:
    """Return the albedo of a door."""
    luck = lattice(5, 2, seed)
    if luck < 0.4:
        return (0.20, 0.09, 0.04)
    return (0.06, 0.14, 0.10) if luck < 0.7 else (0.10, 0.13, 0.28)


@kernel
def paint_house(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    at: Vector,
    yaw: float,
    height: float,
    door: bool,
    windows: bool,
    seed: int,
) -> None:
    """Paint a house under a ridged roof; its walls are `height` metres tall."""
    pattern = (PLASTER, PLASTER, BRICK, PLANKS)[int(4 * lattice(6, 2, seed))]
    floors = max(1, int(height / 2.7))
    wide, deep = 7.0 + 5.0 * lattice(7, 2, seed), 6.5 + 3.0 * lattice(8, 2, seed)
    columns = int(wide / 2.4) if windows else 0
    color, trim = _wall_color(seed, pattern), _trim(seed)
    front = Skin(color, pattern, columns, floors, door, light.dusk, trim, BUILDING, seed)
    side = Skin(color, pattern, 2 if windows else 0, floors, False, light.dusk, trim, BUILDING, seed + 1)
    gable = Skin(color, pattern, 0, 1, False, False, trim, BUILDING, seed + 2)
    tiles = Skin(_tile_color(seed), TILES, 0, 1, False, False, trim, ROOF, seed + 3)
    extent, face = (wide, height, deep), 0
    if lattice(9, 2, seed) < 0.4:
        extent, face, yaw = (deep, height, wide), 1, yaw - 0.5 * np.pi
    rise = 0.5 * extent[2] * (0.7 + 0.4 * lattice(10, 2, seed))
    paint_box(canvas, camera, light, at, yaw, extent, front, side, face)
    paint_gable(canvas, camera, light, at, yaw, extent, rise, gable, tiles)


@kernel
def paint_town_house(
    canvas: Canvas, camera: Camera, light: Light, at: Vector, yaw: float, width: float, height: float,
    door: bool, windows: bool, seed: int,
) -> None:  # fmt: skip
    """Paint a town house of several floors, its front `width` metres wide."""
    pattern = (PLASTER, PLASTER, BRICK)[int(3 * lattice(6, 2, seed))]
    color, trim = _wall_color(seed, pattern), _trim(seed)
    floors = max(2, int(height / 3.1))
    columns = max(2, int(width / 2.6)) if windows else 0
    front = Skin(color, pattern, columns, floors, door, light.dusk, trim, BUILDING, seed)
    side = Skin(color, pattern, 0, 1, False, False, trim, BUILDING, seed + 1)
    tiles = Skin(_tile_color(seed), TILES, 0, 1, False, False, trim, ROOF, seed + 3)
    extent = (width, height, 10.0)
    paint_box(canvas, camera, light, at, yaw, extent, front, side, 0)
    paint_gable(canvas, camera, light, at, yaw, extent, 2.5 + 2.0 * lattice(10, 2, seed), side, tiles)


@kernel
def paint_church(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    at: Vector,
    yaw: float,
    height: float,
    dome: bool,
    door: bool,
    windows: bool,
    seed: int,
) -> None:
    """Paint a church: a nave, and a tower before it that is `height` metres tall under its spire or dome."""
    color = mix((0.64, 0.60, 0.53), (0.46, 0.40, 0.33), lattice(1, 2, seed))
    trim = _trim(seed)
    inward = (-np.sin(yaw), 0.0, np.cos(yaw))
    tower, nave = 5.0, (8.5, 0.42 * height, 15.0)
    behind = add(at, (inward[0] * 10.0, 0.0, inward[2] * 10.0))
    plain = Skin(color, PLASTER, 0, 1, False, False, trim, BUILDING, seed)
    long_side = Skin(color, PLASTER, 5 if windows else 0, 1, False, light.dusk, trim, BUILDING, seed)
    front = Skin(color, PLASTER, 1 if windows else 0, 4, door, light.dusk, trim, BUILDING, seed)
    slate = (0.22, 0.40, 0.34) if lattice(11, 2, seed) < 0.4 else (0.15, 0.15, 0.18)
    tiles = Skin(_tile_color(seed), TILES, 0, 1, False, False, trim, ROOF, seed + 3)
    cap = Skin(slate, TILES, 0, 1, False, False, trim, ROOF, seed + 4)
    turned = (nave[2], nave[1], nave[0])
    paint_box(canvas, camera, light, behind, yaw - 0.5 * np.pi, turned, long_side, long_side, 0)
    paint_gable(canvas, camera, light, behind, yaw - 0.5 * np.pi, turned, 4.5, plain, tiles)
    paint_box(canvas, camera, light, at, yaw, (tower, height, tower), front, front, 0)
    summit = (at[0], height, at[2])
    if dome:
        paint_dome(canvas, camera, light, summit, 0.55 * tower, cap)
    else:
        paint_spire(canvas, camera, light, summit, yaw, 0.56 * tower, 0.6 * height, cap)
