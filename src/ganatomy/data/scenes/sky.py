"""The sky: gradient, sun with glow, and clouds on a plane overhead."""

import numpy as np

from ganatomy.data.scenes.concepts import CLOUD, SKY, SUN
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, add, clip, mix, put, scale, smoothstep
from ganatomy.data.scenes.light import CLOSED, Light
from ganatomy.data.scenes.noise import fbm


@kernel
def paint_sky(canvas: Canvas, camera: Camera, light: Light, seed: int) -> None:
    """Fill the rows above the horizon, and one below."""
    size = canvas.label.shape[0]
    radius = 0.035 * size
    for row in range(min(size, int(camera.horizon) + 2)):
        rise = max(0.0, (camera.horizon - row) / camera.focal)
        blue = mix(light.rim, light.zenith, 1.0 - np.exp(-3.2 * rise))
        for column in range(size):
            color, label = blue, SKY
            if light.disc_row >= 0.0:
                away = np.hypot(row - light.disc_row * size, column - light.disc_column * size) / size
                color = add(color, scale(light.sun_color, 0.35 * np.exp(-7.0 * away)))
                if away * size < radius:
                    color, label = add(scale(light.sun_color, 2.0), (1.2, 0.9, 0.4)), SUN
            if light.clouds > 0.0:
                cover, cloud = _cloud(camera, light, rise, (column - camera.center) / camera.focal, seed)
                color = mix(color, cloud, cover)
                if cover * (1.0 - _haze(rise)) > 0.5 or light.clouds >= CLOSED:
                    label = CLOUD
            put(canvas, row, column, color, label, np.inf)


@kernel
def _haze(rise: float) -> float:
    """Return the share of a cloud's light that the air takes, for its height over the horizon."""
    return 0.8 * float(np.exp(-7.0 * rise))


@kernel
def _cloud(camera: Camera, light: Light, rise: float, turn: float, seed: int) -> tuple[float, Color]:
    """Return cover in [0, 1] and colour of the clouds in one direction."""
    far = 1.0 / (rise + 0.13)
    x, y = turn * far * 1.5 + 40.0, far * 1.5
    density = fbm(x, y, 5, seed)
    edge = 0.72 - 0.5 * light.clouds
    cover = smoothstep(edge, edge + 0.16, density) * smoothstep(0.0, 0.06, rise)
    if cover < 0.01:
        return 0.0, light.rim
    level = np.hypot(light.sun[0], light.sun[2])
    toward = fbm(x + 0.3 * light.sun[0] / level, y + 0.3 * light.sun[2] / level, 3, seed)
    bright = clip(0.62 + 2.4 * (density - toward) - 0.5 * (density - edge), 0.0, 1.0)
    white = add(scale(light.sun_color, 0.42), scale(light.ambient, 0.75))
    dark = add(scale(light.ambient, 0.55), scale(light.rim, 0.25))
    return cover, mix(mix(dark, white, bright), light.rim, _haze(rise))
