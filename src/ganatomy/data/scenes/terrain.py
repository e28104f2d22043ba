"""Mountains and hills: a height field marched column by column from front to back, lit by its slopes."""

from typing import NamedTuple

import numpy as np

from ganatomy.data.scenes.concepts import GRASS, MOUNTAIN, TREE
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, Vector, clip, mix, put, scale, smoothstep, unit
from ganatomy.data.scenes.light import Light, lit, sight, through_air
from ganatomy.data.scenes.noise import fbm, lattice, noise, ridged
from ganatomy.data.scenes.plants import foliage


class Relief(NamedTuple):
    """A strip of raised ground across the picture."""

    rugged: bool
    """Mountains if true, green hills if not."""
    near: float
    """Metres from the camera to its foot."""
    far: float
    height: float
    """Metres of the highest summits."""
    wavelength: float
    """Metres between summits."""
    snow_line: float
    """Fraction of the height; above 1 for none."""
    woods: float
    """Share of the slopes under trees, in [0, 1]."""
    green: Color
    """Albedo of its meadows."""
    autumn: bool
    """Whether the woods of hills have turned; those of mountains are conifers."""


STEPS = 56


@kernel
def paint_relief(canvas: Canvas, camera: Camera, light: Light, relief: Relief, seed: int) -> None:
    """Paint a relief over what lies behind it, unless the air hides even its foot."""
    if relief.near > sight(light):
        return
    size = canvas.label.shape[0]
    heights, depths = _heights(camera, relief, size, seed)
    for column in range(size):
        top = camera.horizon + camera.focal * camera.height / depths[0]
        below = top
        for step in range(1, STEPS):
            z, rise = depths[step], heights[step, column + 1]
            row = camera.horizon - camera.focal * (rise - camera.height) / z
            run = 2.0 * z / camera.focal
            normal = unit(
                (
                    -1.3 * (heights[step, column + 2] - heights[step, column]) / run,
                    1.0,
                    -1.3 * (rise - heights[step - 1, column + 1]) / (z - depths[step - 1]),
                )
            )
            for y in range(max(0, int(np.ceil(row))), min(size, int(np.ceil(top)))):
                t = clip((y - row) / max(below - row, 0.001), 0.0, 1.0)
                z_here = z + (depths[step - 1] - z) * t
                rise_here = rise + (heights[step - 1, column + 1] - rise) * t
                x = (column - camera.center) / camera.focal * z_here
                _paint_slope(canvas, light, relief, seed, y, column, (x, rise_here, z_here), normal)
            below = row
            top = min(top, row)


@kernel
def _heights(camera: Camera, relief: Relief, size: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Return heights (steps, size + 2) along the rays of the columns, one more at each side, and depths (steps,)."""
    heights = np.empty((STEPS, size + 2))
    depths = np.empty(STEPS)
    for step in range(STEPS):
        t = step / (STEPS - 1)
        z = relief.near * (relief.far / relief.near) ** t
        depths[step] = z
        ramp = smoothstep(0.0, 0.75, t) * relief.height
        for column in range(size + 2):
            x = (column - 1 - camera.center) / camera.focal * z
            u, v = x / relief.wavelength + 31.7, z / relief.wavelength
            if relief.rugged:
                broad = 0.35 + 0.65 * noise(0.6 * u, 0.6 * v, seed + 77)
                heights[step, column] = ramp * 1.35 * broad * ridged(u, v, 6, seed)
            else:
                heights[step, column] = ramp * fbm(u, v, 3, seed)
    return heights, depths


@kernel
def _paint_slope(
    canvas: Canvas, light: Light, relief: Relief, seed: int, row: int, column: int, at: Vector, normal: Vector
) -> None:
    """Colour one pixel of the relief."""
    x, rise, z = at
    grain = fbm(x / (0.012 * z), (rise * 2.0 + z) / (0.02 * z), 3, seed + 20)
    level = rise / relief.height
    if relief.rugged:
        albedo, label = _mountain(relief, level + 0.35 * (grain - 0.5), normal, grain), MOUNTAIN
    elif fbm(x / 90.0, z / 140.0, 3, seed + 30) < 0.25 + 0.5 * relief.woods:
        clump = noise(x / (0.025 * z), rise / (0.012 * z), seed + 33)
        albedo, label = scale(_woods(relief, clump), 0.6 + 0.8 * grain), TREE
    else:
        field = lattice(int(np.floor(x / 110.0)), int(np.floor(z / 160.0)), seed + 31)
        albedo, label = scale(mix(relief.green, (0.30, 0.26, 0.10), 0.5 * field * field), 0.75 + 0.5 * grain), GRASS
    color = lit(light, albedo, normal, 1.0)
    put(canvas, row, column, through_air(light, color, z), label, z)


@kernel
def _woods(relief: Relief, clump: float) -> Color:
    """Return the albedo of a clump of trees on a hill; `clump` in [0, 1] picks one of the season's."""
    if relief.autumn:
        return scale(foliage(clip(2.0 * clump - 0.5, 0.0, 1.0), True, False), 0.6)
    return mix((0.025, 0.05, 0.02), (0.09, 0.13, 0.04), clump)


@kernel
def _mountain(relief: Relief, level: float, normal: Vector, grain: float) -> Color:
    """Return the albedo of a mountain side: woods, alps, rock, snow, by height and steepness."""
    rock = scale(mix((0.24, 0.22, 0.20), (0.36, 0.32, 0.28), grain), 0.6 + 0.8 * grain)
    alp = scale(mix((0.13, 0.15, 0.06), (0.22, 0.20, 0.10), grain), 0.7 + 0.6 * grain)
    wood = scale((0.05, 0.08, 0.035), 0.5 + grain)
    meadow = mix(wood, alp, smoothstep(0.15, 0.35, level + 0.3 * (1.0 - relief.woods)))
    color = mix(meadow, rock, smoothstep(0.25, 0.5, level + 0.5 * (0.8 - normal[1])))
    snow = smoothstep(0.0, 0.08, level - relief.snow_line) * smoothstep(0.3, 0.5, normal[1])
    return mix(color, (0.86, 0.90, 0.97), snow)
