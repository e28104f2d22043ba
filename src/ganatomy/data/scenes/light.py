"""Light and weather: where the sun stands, what colour it gives, and what the air adds with distance."""

from typing import NamedTuple

import numpy as np

from ganatomy.data.scenes.concepts import CLOUD, SKY, SUN
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, Vector, add, clip, dot, mix, scale, times, unit
from ganatomy.data.scenes.noise import lattice
from ganatomy.data.scenes.table import SceneTable

CLOSED = 0.75
"""Cover from which the clouds leave no gap."""
BACKLIGHT = 1.3
"""What a camera that looks toward the sun is opened further."""
FAINTEST = 0.1
"""Share of a thing's own light that has to reach the camera for it to be seen."""


class Light(NamedTuple):
    """Light and air of a scene; colours are linear."""

    sun: Vector
    """Direction to the sun, length 1; where the sun stands in the picture, it is that of its disc."""
    sun_color: Color
    ambient: Color
    """Light of the sky on a face that looks up."""
    zenith: Color
    rim: Color
    """Sky at the horizon, which is also the colour of haze."""
    haze: float
    """Extinction per metre."""
    dusk: bool
    clouds: float
    """Cover in [0, 1]; 0 for none."""
    disc_row: float
    """Where the sun stands in the picture, fraction of its height; negative if it is not in it."""
    disc_column: float
    exposure: float
    warmth: float
    """White balance, -1 cold to 1 warm."""


@kernel
def draw_light(rng: np.random.Generator, table: SceneTable, camera: Camera) -> Light:
    """Draw the time of day and the weather."""
    dusk, overcast, fog = rng.random() < table.p_dusk, rng.random() < table.p_overcast, rng.random() < table.p_fog
    clear = not (overcast or fog)
    side = rng.uniform(0.25, 1.3) * (1.0 if rng.random() < 0.5 else -1.0)
    sun = unit((np.sin(side), rng.uniform(0.25, 0.45) if dusk else rng.uniform(0.45, 1.2), -np.cos(side)))
    deep = rng.random()
    zenith = mix((0.10, 0.27, 0.62), (0.05, 0.15, 0.45), deep)
    rim = mix((0.60, 0.76, 0.92), (0.45, 0.64, 0.88), deep)
    sun_color, ambient, exposure = (2.1, 1.95, 1.7), (0.42, 0.52, 0.68), 1.0
    if dusk:
        red = rng.random()
        zenith = mix((0.12, 0.18, 0.38), (0.16, 0.13, 0.28), red)
        rim = mix((0.95, 0.60, 0.32), (0.85, 0.40, 0.30), red)
        sun_color, ambient, exposure = (1.5, 0.78, 0.42), (0.34, 0.31, 0.42), 1.1
    if overcast or fog:
        grey = rng.uniform(0.5, 0.8)
        zenith, rim = mix(zenith, (grey, grey * 1.02, grey * 1.05), 0.85), mix(rim, (0.8, 0.82, 0.85), 0.8)
        sun_color, ambient, exposure = scale(sun_color, 0.12), add(scale(ambient, 0.5), (0.5, 0.5, 0.5)), 1.05
    haze = 0.006 if fog else rng.uniform(0.00004, 0.00022)
    clouds = 0.0
    if overcast:
        clouds = rng.uniform(CLOSED, 1.0)
    elif clear and rng.random() < table.p_cloud:
        clouds = rng.uniform(0.25, 0.65)
    disc = clear and rng.random() < table.p_sun
    lowest = min(0.4, 0.5 * camera.horizon / camera.center - 0.05)
    row = (rng.uniform(0.16, lowest) if dusk else rng.uniform(0.06, 0.2)) if disc else -1.0
    column = rng.uniform(0.1, 0.9)
    if disc:
        sun, exposure = _toward(camera, row, column), BACKLIGHT * exposure
    return Light(
        sun, sun_color, ambient, zenith, rim, haze, dusk, clouds, row, column,
        exposure * rng.uniform(0.85, 1.15), rng.uniform(-1.0, 1.0),
    )  # fmt: skip


@kernel
def _toward(camera: Camera, row: float, column: float) -> Vector:
    """Return the direction, length 1, of a point of the picture, given in shares of its height and width."""
    size = 2.0 * camera.center
    return unit(((column * size - camera.center) / camera.focal, (camera.horizon - row * size) / camera.focal, 1.0))


@kernel
def sight(light: Light) -> float:
    """Return from how many metres on the air hides things."""
    return float(-np.log(FAINTEST) / light.haze)


@kernel
def lit(light: Light, albedo: Color, normal: Vector, shelter: float) -> Color:
    """Return the light a matt face gives back; `shelter` in [0, 1] is the share of sky and sun that reaches it."""
    sky = (0.55 + 0.45 * normal[1]) * shelter
    sun = max(0.0, dot(normal, light.sun)) * shelter
    return times(albedo, add(scale(light.ambient, sky), scale(light.sun_color, sun)))


@kernel
def through_air(light: Light, color: Color, z: float) -> Color:
    """Return `color` as seen through z metres of air."""
    return mix(light.rim, color, np.exp(-z * light.haze))


@kernel
def develop(canvas: Canvas, light: Light, seed: int, image: np.ndarray, mask: np.ndarray) -> None:
    """Average the supersampled light, expose it like a camera into uint8, and take the majority label.

    What the air hides is sky: the masks say what is seen.
    """
    factor = canvas.label.shape[0] // image.shape[0]
    size = image.shape[0]
    balance = (1.0 + 0.05 * light.warmth, 1.0, 1.0 - 0.07 * light.warmth)
    farthest = sight(light)
    for row in range(canvas.label.shape[0]):
        for column in range(canvas.label.shape[1]):
            label = canvas.label[row, column]
            if canvas.depth[row, column] > farthest and label != CLOUD and label != SUN:
                canvas.label[row, column] = SKY
    for row in range(size):
        for column in range(size):
            mask[row, column] = _majority(canvas.label, row * factor, column * factor, factor)
            fall = 1.0 - 0.35 * (((row + 0.5) / size - 0.5) ** 2 + ((column + 0.5) / size - 0.5) ** 2)
            grain = 4.0 * (lattice(row, column, seed) - 0.5)
            for channel in range(3):
                total = 0.0
                for i in range(factor):
                    for j in range(factor):
                        total += canvas.rgb[row * factor + i, column * factor + j, channel]
                x = total / (factor * factor) * light.exposure * balance[channel] * fall * 1.25
                film = x * (1.0 + x / 6.0) / (1.0 + x)
                image[row, column, channel] = int(clip(255.0 * film ** (1 / 2.2) * 1.02 - 3.0 + grain, 0.0, 255.0))


@kernel
def _majority(label: np.ndarray, row: int, column: int, factor: int) -> int:
    """Return the most frequent label of a block, the foremost in reading order of equals."""
    best, count = 0, 0
    for i in range(factor * factor):
        candidate = label[row + i // factor, column + i % factor]
        votes = 0
        for j in range(factor * factor):
            votes += label[row + j // factor, column + j % factor] == candidate
        if votes > count:
            best, count = candidate, votes
    return best
