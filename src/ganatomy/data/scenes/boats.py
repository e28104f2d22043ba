"""Boats: sailing boats and motor boats, seen from the side."""

import numpy as np

from ganatomy.data.scenes.concepts import BOAT
from ganatomy.data.scenes.jit import kernel
from ganatomy.data.scenes.kernel import Camera, Canvas, Color, Vector, mix, put, scale
from ganatomy.data.scenes.light import Light, lit, through_air
from ganatomy.data.scenes.noise import lattice


@kernel
def paint_boat(canvas: Canvas, camera: Camera, light: Light, at: Vector, length: float, sails: bool, seed: int) -> None:
    """Paint a boat of that length, its waterline at `at`."""
    pixels = camera.focal / at[2]
    base_row, base_column = camera.horizon + pixels * camera.height, camera.center + pixels * at[0]
    flip = 1.0 if lattice(1, 1, seed) < 0.5 else -1.0
    size = canvas.label.shape[0]
    tall, half = (1.25 if sails else 0.42) * length * pixels, 0.5 * length * pixels
    for row in range(max(0, int(base_row - tall)), min(size, int(base_row) + 1)):
        v = (base_row - row) / (length * pixels)
        for column in range(max(0, int(base_column - half)), min(size, int(base_column + half) + 1)):
            u = flip * (column - base_column) / (length * pixels)
            inside, albedo, normal = _boat(u, v, sails, seed)
            if inside and canvas.depth[row, column] >= at[2]:
                turned = (flip * normal[0], normal[1], normal[2])
                put(canvas, row, column, through_air(light, lit(light, albedo, turned, 1.0), at[2]), BOAT, at[2])


@kernel
def _boat(u: float, v: float, sails: bool, seed: int) -> tuple[bool, Color, Vector]:
    """Return whether (u, v), in lengths from the middle at the water line, is in the boat, its albedo and normal."""
    luck = lattice(2, 1, seed)
    rail = 0.13 + 0.16 * (u - 0.05) * (u - 0.05)
    if v < rail and u > -0.46 + 0.1 * (rail - v) and u < 0.5 - 0.9 * (rail - v):
        paint = mix((0.70, 0.70, 0.70), (0.10, 0.16, 0.34), 1.0 if luck > 0.5 else 0.0)
        paint = (0.50, 0.08, 0.06) if luck > 0.8 else paint
        stripe = v < 0.035
        return True, (0.30, 0.06, 0.05) if stripe else paint, (0.15, 0.1, -0.98)
    if sails:
        if abs(u - 0.02) < 0.009 and v < 1.22:
            return True, (0.30, 0.24, 0.18), (0.0, 0.3, -0.95)
        billow = 0.25 * np.sin(3.0 * v)
        if v > 0.2 and v < 1.18 and u < 0.0 and u > -0.44 * (1.18 - v):
            return True, scale((0.86, 0.84, 0.78), 0.92 + billow * 0.2), (-0.35 + billow, 0.2, -0.9)
        if v > 0.18 and v < 1.0 and u > 0.04 and u < 0.46 - 0.52 * (v - 0.18):
            return True, (0.80, 0.78, 0.74), (0.4, 0.2, -0.88)
    elif v < 0.34 and u > -0.26 and u < 0.12 + 0.2 * (0.34 - v):
        glass = v > 0.2 and v < 0.29 and (u * 9.0) % 1.0 > 0.25
        return True, (0.05, 0.07, 0.09) if glass else (0.75, 0.74, 0.72), (0.1, 0.25, -0.96)
    return False, (0.0, 0.0, 0.0), (0.0, 0.0, -1.0)
