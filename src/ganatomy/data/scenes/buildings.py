"""Houses, town houses and churches, as textured faces in perspective."""

from typing import NamedTuple

import numpy as np

from ganatomy.data.scenes.concepts import DOOR, ROOF, WINDOW
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import (
    Camera,
    Canvas,
    Color,
    Vector,
    add,
    clip,
    cross,
    dot,
    put,
    scale,
    smoothstep,
    unit,
)
from ganatomy.data.scenes.light import Light, lit, through_air
from ganatomy.data.scenes.noise import fbm, lattice, noise

PLASTER, BRICK, PLANKS, TILES = range(4)


class Skin(NamedTuple):
    """How a face looks."""

    albedo: Color
    pattern: int
    columns: int
    """Windows side by side; 0 for none."""
    floors: int
    door: bool
    """A door in the middle of the ground floor."""
    lamps: bool
    """Some windows are lit from inside."""
    trim: Color
    """Albedo of frames and door."""
    label: int
    seed: int


@kernel
def paint_face(
    canvas: Canvas, camera: Camera, light: Light, corner: Vector, across: Vector, up: Vector, triangle: bool, skin: Skin
) -> None:
    """Paint the parallelogram, or triangle with apex along `up`, that starts at `corner`, if it faces the camera."""
    normal = unit(cross(up, across))
    eye = (corner[0], corner[1] - camera.height, corner[2])
    if dot(normal, eye) >= 0.0:
        return
    size = canvas.label.shape[0]
    top, bottom, left, right = _bounds(camera, corner, across, up, size)
    wide, tall = np.sqrt(dot(across, across)), np.sqrt(dot(up, up))
    rows, columns, deeps = cross(up, eye), cross(eye, across), cross(across, up)
    share = 1.0 / dot(across, rows)
    for row in range(top, bottom):
        for column in range(left, right):
            ray = ((column - camera.center) / camera.focal, (camera.horizon - row) / camera.focal, 1.0)
            w = dot(ray, deeps) * share
            if w <= 0.0:
                continue
            z = 1.0 / w
            if z > canvas.depth[row, column] + 0.02:
                continue
            u, v = dot(ray, rows) * share * z, dot(ray, columns) * share * z
            if u < 0.0 or u > 1.0 or v < 0.0 or v > 1.0 or (triangle and abs(2.0 * u - 1.0) > 1.0 - v):
                continue
            color, label = _skin(light, skin, u, v, wide, tall, normal)
            put(canvas, row, column, through_air(light, color, z), label, z)


@kernel
def _bounds(camera: Camera, corner: Vector, across: Vector, up: Vector, size: int) -> tuple[int, int, int, int]:
    """Return rows and columns (top, bottom, left, right) that hold the projected parallelogram."""
    top, bottom, left, right = 1e9, -1e9, 1e9, -1e9
    for i in range(4):
        at = add(corner, add(scale(across, float(i % 2)), scale(up, float(i // 2))))
        z = max(at[2], 0.3)
        row = camera.horizon - camera.focal * (at[1] - camera.height) / z
        column = camera.center + camera.focal * at[0] / z
        top, bottom, left, right = min(top, row), max(bottom, row), min(left, column), max(right, column)
    return (
        int(clip(top, 0.0, size)), int(clip(bottom + 1.0, 0.0, size)),
        int(clip(left, 0.0, size)), int(clip(right + 1.0, 0.0, size)),
    )  # fmt: skip


@kernel
def _skin(light: Light, skin: Skin, u: float, v: float, wide: float, tall: float, normal: Vector) -> tuple[Color, int]:
    """Return colour and label at (u, v) of a face of `wide` x `tall` metres."""
    x, y = u * wide, v * tall
    shelter = (0.7 + 0.3 * smoothstep(0.0, 1.2, y)) * (
        1.0 if skin.label == ROOF else 1.0 - 0.25 * smoothstep(tall - 0.5, tall, y)
    )
    if skin.door and abs(x - 0.5 * wide) < 0.75 and y < 2.5:
        return _door(light, skin, x - 0.5 * wide, y, normal), DOOR
    if skin.columns > 0:
        storey = tall / skin.floors
        cell = wide / skin.columns
        middle = (np.floor(x / cell) + 0.5) * cell
        dx, dy = abs(x - middle), abs(y % storey - 0.55 * storey)
        half_x, half_y = min(0.6, 0.32 * cell), 0.27 * storey
        blocked = skin.door and y < storey and abs(middle - 0.5 * wide) < 0.85 + half_x
        if dx < half_x and dy < half_y and not blocked:
            key = int(x / cell) + 31 * int(y / storey)
            return _window(light, skin, dx / half_x, dy / half_y, lattice(key, 5, skin.seed), normal), WINDOW
    return lit(light, _wall(skin, x, y), normal, shelter), skin.label


@kernel
def _wall(skin: Skin, x: float, y: float) -> Color:
    """Return the albedo of plaster, bricks, planks or roof tiles, weathered."""
    stain = 0.8 + 0.4 * fbm(x * 0.7, y * 0.5, 4, skin.seed)
    if skin.pattern == BRICK:
        course = int(np.floor(y / 0.25))
        stain *= 0.8 + 0.35 * lattice(int(np.floor(x / 0.5 + 0.5 * (course % 2))), course, skin.seed)
    elif skin.pattern == PLANKS:
        stain *= 0.85 + 0.3 * lattice(int(np.floor(x / 0.35)), 3, skin.seed)
    elif skin.pattern == TILES:
        stain *= 0.7 + 0.35 * ((y / 0.45) % 1.0) + 0.25 * (noise(x * 3.0, y * 2.0, skin.seed) - 0.5)
    return scale(skin.albedo, stain)


@kernel
def _door(light: Light, skin: Skin, x: float, y: float, normal: Vector) -> Color:
    """Return the colour of a panelled door in its frame; x from its middle, y from the step."""
    if abs(x) > 0.6 or y > 2.3:
        return lit(light, (0.55, 0.53, 0.48), normal, 0.9)
    panel = abs(abs(x) - 0.3) < 0.2 and abs(y % 1.1 - 0.6) < 0.38
    return lit(light, scale(skin.trim, 0.65 if panel else 1.0), normal, 0.85)


@kernel
def _window(light: Light, skin: Skin, x: float, y: float, luck: float, normal: Vector) -> Color:
    """Return the colour of a window with frame and bars; x, y from its middle, 1 at its edge."""
    if x > 0.82 or y > 0.86 or x < 0.09:
        return lit(light, (0.72, 0.70, 0.66), normal, 0.9)
    if skin.lamps and luck < 0.6:
        return scale((1.5, 1.0, 0.45), 0.7 + 0.5 * luck)
    return add((0.015, 0.018, 0.022), scale(light.rim, 0.08 + 0.22 * luck * (0.4 + 0.6 * y)))


@kernel
def _turn(at: Vector, along: Vector, inward: Vector, x: float, y: float, z: float) -> Vector:
    """Return the point x along the front, y up and z inward from `at`."""
    return add(add(at, scale(along, x)), add(scale(inward, z), (0.0, y, 0.0)))


@kernel
def paint_box(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    at: Vector,
    yaw: float,
    extent: Vector,
    front: Skin,
    side: Skin,
    face: int,
) -> None:
    """Paint four walls around `at`, extent (width, height, depth); wall number `face` gets the front skin."""
    along, inward = (np.cos(yaw), 0.0, np.sin(yaw)), (-np.sin(yaw), 0.0, np.cos(yaw))
    half_w, half_d = 0.5 * extent[0], 0.5 * extent[2]
    up = (0.0, extent[1], 0.0)
    wide, deep = scale(along, extent[0]), scale(inward, extent[2])
    paint_face(
        canvas,
        camera,
        light,
        _turn(at, along, inward, -half_w, 0.0, -half_d),
        wide,
        up,
        False,
        front if face == 0 else side,
    )
    paint_face(
        canvas,
        camera,
        light,
        _turn(at, along, inward, half_w, 0.0, -half_d),
        deep,
        up,
        False,
        front if face == 1 else side,
    )
    paint_face(canvas, camera, light, _turn(at, along, inward, half_w, 0.0, half_d), scale(wide, -1.0), up, False, side)
    paint_face(
        canvas, camera, light, _turn(at, along, inward, -half_w, 0.0, half_d), scale(deep, -1.0), up, False, side
    )


@kernel
def paint_gable(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    at: Vector,
    yaw: float,
    extent: Vector,
    rise: float,
    wall: Skin,
    tiles: Skin,
) -> None:
    """Paint a ridged roof with overhang on walls of that extent, ridge along the width, and its two gables."""
    along, inward = (np.cos(yaw), 0.0, np.sin(yaw)), (-np.sin(yaw), 0.0, np.cos(yaw))
    half_w, half_d, over = 0.5 * extent[0], 0.5 * extent[2], 0.45
    drop = over * rise / half_d
    paint_face(
        canvas, camera, light, _turn(at, along, inward, half_w, extent[1], -half_d),
        scale(inward, extent[2]), (0.0, rise, 0.0), True, wall,
    )  # fmt: skip
    paint_face(
        canvas, camera, light, _turn(at, along, inward, -half_w, extent[1], half_d),
        scale(inward, -extent[2]), (0.0, rise, 0.0), True, wall,
    )  # fmt: skip
    for side in (-1.0, 1.0):
        corner = _turn(at, along, inward, side * (half_w + over), extent[1] - drop, side * (half_d + over))
        slope = add(scale(inward, -side * (half_d + over)), (0.0, rise + drop, 0.0))
        paint_face(canvas, camera, light, corner, scale(along, -side * (extent[0] + 2.0 * over)), slope, False, tiles)


@kernel
def paint_spire(
    canvas: Canvas, camera: Camera, light: Light, at: Vector, yaw: float, half: float, rise: float, tiles: Skin
) -> None:
    """Paint a pyramid of four triangles that stands on `at`."""
    along, inward = (np.cos(yaw), 0.0, np.sin(yaw)), (-np.sin(yaw), 0.0, np.cos(yaw))
    for _ in range(4):
        corner = _turn(at, along, inward, -half, 0.0, -half)
        slope = add(scale(inward, half), (0.0, rise, 0.0))
        paint_face(canvas, camera, light, corner, scale(along, 2.0 * half), slope, True, tiles)
        along, inward = inward, scale(along, -1.0)


@kernel
def paint_dome(canvas: Canvas, camera: Camera, light: Light, at: Vector, radius: float, tiles: Skin) -> None:
    """Paint a pointed half sphere with its foot at `at`, and a lantern on it."""
    pixels = camera.focal / at[2]
    foot, middle = camera.horizon - pixels * (at[1] - camera.height), camera.center + pixels * at[0]
    size = canvas.label.shape[0]
    for row in range(max(0, int(foot - 1.7 * radius * pixels)), min(size, int(foot) + 1)):
        v = (foot - row) / (radius * pixels)
        for column in range(max(0, int(middle - radius * pixels)), min(size, int(middle + radius * pixels) + 1)):
            u = (column - middle) / (radius * pixels)
            lantern = abs(u) < 0.09 and v > 1.0 and v < 1.5
            body = 1.0 - u * u - (v / 1.12) ** 2
            if (body <= 0.0 and not lantern) or canvas.depth[row, column] < at[2] - radius:
                continue
            normal = unit((u, 0.9 * v + 0.1, -np.sqrt(max(body, 0.01))))
            ribs = 0.85 + 0.3 * abs(np.sin(6.0 * np.arctan2(u, np.sqrt(max(body, 0.01)))))
            color = lit(light, scale(tiles.albedo, ribs), normal, 1.0)
            put(canvas, row, column, through_air(light, color, at[2]), ROOF, at[2] - radius)
