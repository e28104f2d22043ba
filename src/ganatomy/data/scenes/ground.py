"""The flat ground: grass, road, pavement, shore, and water that mirrors what stands behind it."""

from typing import NamedTuple

import numpy as np

from ganatomy.data.scenes.concepts import GRASS, OTHER, ROAD, WATER
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import (
    Camera,
    Canvas,
    Color,
    Vector,
    add,
    clip,
    get,
    mix,
    put,
    scale,
    smoothstep,
    times,
)
from ganatomy.data.scenes.light import Light, lit, through_air
from ganatomy.data.scenes.noise import fbm, noise

LONGEST = 3.0
"""Length of a shadow, at most, in heights of what throws it."""


class Ground(NamedTuple):
    """What covers the ground, in metres; `near >= far` means no water, a negative `road` no road."""

    near: float
    """Where the water begins, seen from the camera."""
    far: float
    center: float
    """Middle of the water at the camera's own depth."""
    slant: float
    """Sideways metres of the water's middle per metre of depth."""
    half: float
    """Half its width."""
    chop: float
    """Height of the waves in [0, 1]."""
    tint: Color
    """Colour of the water from above."""
    road: float
    """Half the width of the road."""
    road_x: float
    """Middle of the road beside the camera."""
    road_slant: float
    bend: float
    """Metres the road swings to the side."""
    bend_length: float
    paved: bool
    pavement: float
    """Width of the pavement beside the road."""
    green: Color
    """Albedo of the grass."""
    dry: float
    """Share of dry grass in [0, 1]."""


@kernel
def in_water(ground: Ground, x: float, z: float, seed: int) -> float:
    """Return metres from the shore, positive inside the water."""
    if ground.near >= ground.far:
        return -1e9
    wobble = (fbm(x / 14.0, z / 14.0, 3, seed + 40) - 0.5) * min(0.5 * z, 14.0)
    across = ground.half - abs(x - ground.center - ground.slant * z)
    return min(min(z - ground.near, ground.far - z), across) + wobble


@kernel
def off_road(ground: Ground, x: float, z: float) -> float:
    """Return metres from the middle of the road, in units of half its width."""
    if ground.road < 0.0:
        return 1e9
    middle = ground.road_x + ground.road_slant * z + ground.bend * np.sin(z / ground.bend_length)
    return float(abs(x - middle) / ground.road)


@kernel
def paint_ground(canvas: Canvas, camera: Camera, light: Light, ground: Ground, seed: int) -> None:
    """Paint the ground wherever nothing stands before it."""
    size = canvas.label.shape[0]
    for row in range(max(0, int(camera.horizon) + 1), size):
        z = camera.height * camera.focal / max(row - camera.horizon, 0.25)
        for column in range(size):
            if z >= canvas.depth[row, column] and canvas.depth[row, column] < np.inf:
                continue
            x = (column - camera.center) / camera.focal * z
            depth = in_water(ground, x, z, seed)
            if depth > 0.0:
                color = _water(canvas, camera, light, ground, seed, row, column, x, z)
                put(canvas, row, column, mix(color, light.rim, 0.7 * (1.0 - np.exp(-z * light.haze))), WATER, z)
                continue
            albedo, label = _land(ground, x, z, depth, seed)
            put(canvas, row, column, through_air(light, lit(light, albedo, (0.0, 1.0, 0.0), 1.0), z), label, z)


@kernel
def _land(ground: Ground, x: float, z: float, depth: float, seed: int) -> tuple[Color, int]:
    """Return albedo and label of dry ground."""
    fine = _texture(x, z, seed + 50)
    off = off_road(ground, x, z)
    if off < 1.0 + (0.0 if ground.paved else 0.25 * (fine - 0.5)):
        return _road(ground, x, z, off, fine), ROAD
    if off < 1.0 + ground.pavement / max(ground.road, 0.1):
        return scale((0.40, 0.38, 0.36), 0.8 + 0.35 * fine), OTHER
    if depth > -(0.4 + 0.05 * z):
        return scale(mix((0.36, 0.31, 0.22), (0.20, 0.18, 0.15), fine), 0.75 + 0.5 * fine), OTHER
    return _grass(ground, x, z, fine, seed), GRASS


@kernel
def _texture(x: float, z: float, seed: int) -> float:
    """Return noise in [0, 1] whose grain stays near the size of a pixel at any distance."""
    return fbm(60.0 * x / z, 26.0 * np.log(z), 3, seed)


@kernel
def _grass(ground: Ground, x: float, z: float, fine: float, seed: int) -> Color:
    """Return the albedo of grass: patches of metres, tufts, blades near the camera."""
    patch = fbm(x / 9.0, z / 14.0, 4, seed + 51)
    dry = smoothstep(0.75 - 0.55 * ground.dry, 1.0 - 0.4 * ground.dry, patch + 0.3 * (fine - 0.5))
    color = mix(ground.green, (0.34, 0.28, 0.12), dry)
    blades = noise(x * 14.0, z * 2.5, seed + 52) * smoothstep(25.0, 4.0, z)
    return scale(color, (0.55 + 0.6 * fine + 0.35 * patch) * (1.0 - 0.35 * blades))


@kernel
def _road(ground: Ground, x: float, z: float, off: float, fine: float) -> Color:
    """Return the albedo of asphalt with its lines, or of a track with ruts."""
    if not ground.paved:
        rut = np.exp(-(((off - 0.5) / 0.22) ** 2))
        earth = mix((0.30, 0.23, 0.15), (0.42, 0.35, 0.25), rut)
        return scale(earth, 0.75 + 0.45 * fine)
    line = off > 0.86 and off < 0.93
    dash = off * ground.road < 0.13 and z % 9.0 < 4.5
    if line or dash:
        return (0.75, 0.74, 0.70)
    return scale((0.135, 0.135, 0.145), 0.8 + 0.4 * fine)


@kernel
def _water(
    canvas: Canvas, camera: Camera, light: Light, ground: Ground, seed: int, row: int, column: int, x: float, z: float
) -> Color:
    """Return the colour of water: its own tint, and the mirrored picture above it, broken by ripples."""
    size = canvas.label.shape[0]
    swell = fbm(22.0 * x / z, 34.0 * np.log(z), 3, seed + 60) - 0.5
    ripple = fbm(x / 1.5, z / 0.6, 2, seed + 61) - 0.5
    wave = swell + ripple * smoothstep(60.0, 10.0, z)
    below = row - camera.horizon
    mirror = int(camera.horizon - below * (1.0 + 0.5 * ground.chop * wave) - 0.10 * ground.chop * size * abs(wave))
    side = int(column + 0.05 * size * ground.chop * swell)
    mirror, side = min(max(mirror, 0), int(camera.horizon)), min(max(side, 0), size - 1)
    sky = get(canvas, mirror, side)
    grazing = 1.0 - clip(
        camera.height / np.hypot(z, camera.height) * (1.0 + 3.0 * ground.chop * (wave + 0.5)), 0.0, 1.0
    )
    shine = clip(0.12 + 0.78 * grazing**3, 0.0, 0.9)
    deep = times(ground.tint, add(scale(light.ambient, 0.9), scale(light.sun_color, 0.3)))
    color = mix(scale(deep, 1.0 + 1.2 * ground.chop * wave), scale(sky, 0.92), shine)
    if light.disc_row >= 0.0:
        path = np.exp(-(((column / size - light.disc_column) / (0.03 + 0.10 * below / size)) ** 2))
        color = add(color, scale(light.sun_color, 1.2 * path * smoothstep(0.02, 0.16, wave)))
    return color


@kernel
def paint_shadow(canvas: Canvas, camera: Camera, light: Light, at: Vector, radius: float, height: float) -> None:
    """Darken the ground where a thing of that radius and height, standing at (x, 0, z), keeps off the sun."""
    turn = np.hypot(light.sun[0], light.sun[2])
    along, aside = (light.sun[0] / turn, light.sun[2] / turn) if turn > 1e-3 else (1.0, 0.0)
    length = 0.5 * height * min(turn / light.sun[1], LONGEST)
    x, z = at[0] - along * length, at[2] - aside * length
    reach = radius + length
    size = canvas.label.shape[0]
    first = camera.horizon + camera.focal * camera.height / (z + reach)
    last = camera.horizon + camera.focal * camera.height / max(z - reach, 0.5)
    dark = clip(light.sun_color[0] / (light.sun_color[0] + light.ambient[0]), 0.0, 1.0)
    for row in range(max(0, int(first)), min(size, int(last) + 1)):
        depth = camera.height * camera.focal / max(row - camera.horizon, 0.25)
        for column in range(size):
            label = canvas.label[row, column]
            if label != GRASS and label != ROAD and label != OTHER:
                continue
            dx, dz = (column - camera.center) / camera.focal * depth - x, depth - z
            u = (dx * along + dz * aside) / (radius * 0.6 + length)
            v = (dz * along - dx * aside) / radius
            shade = 1.0 - (0.2 + 0.55 * dark) * smoothstep(1.15, 0.6, u * u + v * v)
            if shade < 1.0:
                put(canvas, row, column, scale(get(canvas, row, column), shade), label, canvas.depth[row, column])
