"""Trees, bushes and belts of woodland."""

import numpy as np

from ganatomy.data.scenes.concepts import TREE
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, Vector, clip, mix, put, scale, smoothstep, unit
from ganatomy.data.scenes.light import Light, lit, through_air
from ganatomy.data.scenes.noise import fbm, lattice, noise

LOBES = 9
NEARER = 0.01
"""Metres from which a thing hides another: depths are kept in single precision, and a crown covers its own trunk."""
TALLEST = 1.5
"""Of the trees of a belt, in heights of the belt."""


@kernel
def foliage(tone: float, autumn: bool, conifer: bool) -> Color:
    """Return the albedo of leaves; `tone` in [0, 1] picks one of the season's."""
    if conifer:
        return mix((0.035, 0.075, 0.040), (0.075, 0.120, 0.050), tone)
    if autumn and tone > 0.25:
        return mix((0.42, 0.13, 0.03), (0.50, 0.33, 0.05), tone)
    return mix((0.060, 0.115, 0.025), (0.170, 0.210, 0.050), tone)


@kernel
def paint_broadleaf(
    canvas: Canvas, camera: Camera, light: Light, at: Vector, height: float, leaf: Color, bush: bool, seed: int
) -> None:
    """Paint a trunk and a crown of leafy lobes around it."""
    pixels = camera.focal / at[2]
    base_row = camera.horizon + pixels * camera.height
    base_column = camera.center + pixels * at[0]
    if not bush:
        _paint_trunk(canvas, light, at, base_row, base_column, height * pixels, seed)
    lobes = _lobes(height * pixels, bush, seed)
    wide = 0.75 * height * pixels
    size = canvas.label.shape[0]
    for row in range(max(0, int(base_row - 1.15 * height * pixels)), min(size, int(base_row) + 1)):
        for column in range(max(0, int(base_column - wide)), min(size, int(base_column + wide) + 1)):
            if canvas.depth[row, column] < at[2] - NEARER:
                continue
            u, v = column - base_column, base_row - row
            if not _may_hold_leaves(lobes, u, v):
                continue
            grain = fbm(u * 9.0 / (height * pixels), v * 9.0 / (height * pixels), 4, seed)
            front, normal = _crown(lobes, u, v, grain)
            if front < -1e8:
                continue
            fine = noise(column * 0.7, row * 0.7, seed + 5)
            shelter = (0.25 + 0.75 * smoothstep(0.1, 0.9, v / (height * pixels))) * (0.45 + 0.75 * grain)
            color = lit(light, scale(leaf, 0.55 + 0.9 * fine), normal, shelter)
            put(canvas, row, column, through_air(light, color, at[2]), TREE, at[2])


@kernel
def _lobes(tall: float, bush: bool, seed: int) -> np.ndarray:
    """Return (lobes, 4): sideways, up, forward and radius of the balls of a crown, in pixels from its foot."""
    lobes = np.empty((LOBES, 4))
    middle, spread, rise = (0.45, 0.40, 0.22) if bush else (0.64, 0.24, 0.23)
    for i in range(LOBES):
        angle = 2.4 * i + 6.3 * lattice(i, 1, seed)
        reach = np.sqrt((i + 0.3) / LOBES)
        lobes[i, 0] = tall * spread * reach * np.cos(angle)
        lobes[i, 1] = tall * (middle + rise * reach * np.sin(angle))
        lobes[i, 2] = tall * 0.15 * (lattice(i, 2, seed) - 0.2)
        lobes[i, 3] = tall * (0.13 + 0.08 * lattice(i, 3, seed)) * (1.15 if bush else 1.0)
    return lobes


@kernel
def _may_hold_leaves(lobes: np.ndarray, u: float, v: float) -> bool:
    """Return whether (u, v) is in a lobe at the greatest grain, which is dear to find out."""
    inside = False
    for i in range(LOBES):
        du, dv = u - lobes[i, 0], v - lobes[i, 1]
        inside = inside or du * du + dv * dv < 1.75 * lobes[i, 3] * lobes[i, 3]
    return inside


@kernel
def _crown(lobes: np.ndarray, u: float, v: float, grain: float) -> tuple[float, Vector]:
    """Return depth toward the camera and normal of the foremost lobe at (u, v); depth is -1e9 outside."""
    front, normal = -1e9, (0.0, 0.0, -1.0)
    for i in range(LOBES):
        radius = lobes[i, 3]
        du, dv = u - lobes[i, 0], v - lobes[i, 1]
        inside = radius * radius * (0.25 + 1.5 * grain) - du * du - dv * dv
        if inside > 0.0:
            bulge = np.sqrt(inside)
            if lobes[i, 2] + bulge > front:
                front = lobes[i, 2] + bulge
                normal = unit((du + 2.0 * radius * (grain - 0.5), dv + 0.3 * radius, -bulge))
    return front, normal


@kernel
def _paint_trunk(
    canvas: Canvas, light: Light, at: Vector, base_row: float, base_column: float, tall: float, seed: int
) -> None:
    """Paint a round trunk, wider at its foot."""
    size = canvas.label.shape[0]
    for row in range(max(0, int(base_row - 0.6 * tall)), min(size, int(base_row) + 1)):
        rise = (base_row - row) / tall
        half = tall * (0.022 + 0.03 * np.exp(-14.0 * rise)) + 0.3
        lean = tall * 0.05 * (lattice(7, 7, seed) - 0.5) * rise
        for column in range(max(0, int(base_column - half)), min(size, int(base_column + half) + 1)):
            if canvas.depth[row, column] < at[2] - NEARER:
                continue
            across = clip((column - base_column - lean) / half, -0.95, 0.95)
            bark = noise(column * 0.9, row * 0.25, seed + 8)
            normal = (across, 0.1, -np.sqrt(1.0 - across * across))
            color = lit(light, scale((0.15, 0.105, 0.07), 0.6 + 0.8 * bark), normal, 0.9)
            put(canvas, row, column, through_air(light, color, at[2]), TREE, at[2])


@kernel
def paint_conifer(
    canvas: Canvas, camera: Camera, light: Light, at: Vector, height: float, leaf: Color, seed: int
) -> None:
    """Paint a conifer: tiers of drooping branches, narrower toward the top."""
    pixels = camera.focal / at[2]
    tall = height * pixels
    base_row = camera.horizon + pixels * camera.height
    base_column = camera.center + pixels * at[0]
    _paint_trunk(canvas, light, at, base_row, base_column, tall, seed)
    slim = 0.17 + 0.10 * lattice(1, 1, seed)
    tiers = 6.0 + 4.0 * lattice(2, 1, seed)
    size = canvas.label.shape[0]
    wide = 1.4 * slim * tall
    for row in range(max(0, int(base_row - tall)), min(size, int(base_row - 0.03 * tall) + 1)):
        down = 1.0 - (base_row - row) / tall
        for column in range(max(0, int(base_column - wide)), min(size, int(base_column + wide) + 1)):
            if canvas.depth[row, column] < at[2] - NEARER:
                continue
            u = (column - base_column) / tall
            if abs(u) > 1.45 * slim * (0.04 + down):  # the widest that any grain and tier make it
                continue
            ragged = fbm(u * 26.0, down * 34.0, 3, seed)
            droop = down * tiers - 3.0 * abs(u) + 0.9 * (ragged - 0.5)
            tier = droop - np.floor(droop)
            half = slim * (down + 0.04 * smoothstep(0.0, 0.06, down)) * (0.55 + 0.45 * tier) * (0.55 + 0.9 * ragged)
            if abs(u) > half or 1.0 - down < 0.03 + 0.1 * ragged:
                continue
            across = clip(u / (slim * (0.05 + down)), -0.95, 0.95)
            normal = unit((across, 0.45, -np.sqrt(1.0 - across * across)))
            shelter = (0.35 + 0.65 * tier) * (0.5 + 0.8 * ragged)
            color = lit(light, leaf, normal, shelter)
            put(canvas, row, column, through_air(light, color, at[2]), TREE, at[2])


@kernel
def paint_woodland(
    canvas: Canvas,
    camera: Camera,
    light: Light,
    z: float,
    height: float,
    conifer: bool,
    autumn: bool,
    tone: float,
    seed: int,
) -> None:
    """Paint a belt of woodland across the picture, z metres away: rows of crowns, each its own tree."""
    pixels = camera.focal / z
    base_row = camera.horizon + pixels * camera.height
    size = canvas.label.shape[0]
    gap = height * (0.28 if conifer else 0.55)
    for row in range(max(0, int(base_row - TALLEST * height * pixels)), min(size, int(base_row) + 1)):
        rise = (base_row - row) / pixels
        for column in range(size):
            if canvas.depth[row, column] < z - NEARER:
                continue
            x = (column - camera.center) / pixels
            grain = fbm(x * 3.2 / gap, rise * 3.2 / gap, 4, seed + 3)
            found, tree, normal, low = _wood(x, rise, gap, height, conifer, grain, seed)
            if not found:
                continue
            leaf = foliage(clip(tone + 0.7 * (lattice(tree, 4, seed) - 0.5), 0.0, 1.0), autumn, conifer)
            color = lit(light, leaf, normal, (0.25 + 0.75 * low) * (0.4 + 0.9 * grain))
            put(canvas, row, column, through_air(light, color, z), TREE, z)


@kernel
def _wood(
    x: float, rise: float, gap: float, height: float, conifer: bool, grain: float, seed: int
) -> tuple[bool, int, Vector, float]:
    """Return whether a tree of a belt stands at (x, rise), its number, normal there and how open it is to the sky."""
    for rank in range(3):
        cell = int(np.floor(x / gap + 0.5 * rank))
        stand = height * (0.75 + 0.5 * noise(x / 60.0, rank, seed))
        for neighbour in range(cell - 1, cell + 2):
            key = neighbour * 3 + rank
            middle = (neighbour + 0.5 - 0.5 * rank + 0.6 * (lattice(key, 1, seed) - 0.5)) * gap
            up = rise / (stand * (0.55 + 0.2 * rank + 0.25 * lattice(key, 2, seed)))
            if up >= 1.0:
                continue
            half = gap * (0.75 * (1.0 - up) + 0.04) if conifer else gap * 0.75 * np.sqrt(max(0.0, 1.0 - up**3))
            across = (x - middle) / max(half * (0.6 + 0.8 * grain), 1e-6)
            if abs(across) < 1.0:
                lean = unit((across + (grain - 0.5), 0.25 + 0.9 * (up - 0.4), -np.sqrt(1.0 - across * across)))
                return True, key, lean, clip(up * up * 1.1, 0.0, 1.0)
    return False, 0, (0.0, 1.0, 0.0), 1.0
