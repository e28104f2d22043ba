"""The few types and operations on colours that the painters share."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ganatomy.data.scenes.jit import kernel

Color = tuple[float, float, float]
"""Linear-light red, green and blue; 1 is diffuse white under a bright sky."""

Vector = tuple[float, float, float]
"""Metres, or a direction: x to the right, y up, z away from the camera."""


class Canvas(NamedTuple):
    """The picture while it is painted, supersampled."""

    rgb: NDArray[np.float32]
    """(h, w, 3) linear light."""
    label: NDArray[np.uint8]
    """(h, w) index into `CONCEPTS`."""
    depth: NDArray[np.float32]
    """(h, w) metres from the camera, infinite for the sky."""


class Camera(NamedTuple):
    """A level pinhole camera over flat ground."""

    center: float
    """Column of the optical axis, pixels."""
    horizon: float
    """Row of the horizon, pixels."""
    focal: float
    """Focal length, pixels."""
    height: float
    """Metres above the ground."""


@kernel
def put(canvas: Canvas, row: int, column: int, color: Color, label: int, z: float) -> None:
    """Set one pixel."""
    canvas.rgb[row, column, 0] = color[0]
    canvas.rgb[row, column, 1] = color[1]
    canvas.rgb[row, column, 2] = color[2]
    canvas.label[row, column] = label
    canvas.depth[row, column] = z


@kernel
def get(canvas: Canvas, row: int, column: int) -> Color:
    """Return the colour of one pixel."""
    return (
        float(canvas.rgb[row, column, 0]),
        float(canvas.rgb[row, column, 1]),
        float(canvas.rgb[row, column, 2]),
    )


@kernel
def mix(a: Color, b: Color, t: float) -> Color:
    """Return a at t = 0, b at t = 1, linear between."""
    return (a[0] + (b[0] - a[0]) * t, a[1] + (b[1] - a[1]) * t, a[2] + (b[2] - a[2]) * t)


@kernel
def scale(a: Color, s: float) -> Color:
    """Return s * a."""
    return (a[0] * s, a[1] * s, a[2] * s)


@kernel
def add(a: Color, b: Color) -> Color:
    """Return a + b."""
    return (a[0] + b[0], a[1] + b[1], a[2] + b[2])


@kernel
def times(a: Color, b: Color) -> Color:
    """Return the product a * b, channel by channel."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


@kernel
def dot(a: Vector, b: Vector) -> float:
    """Return the scalar product of a and b."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def cross(a: Vector, b: Vector) -> Vector:
    """Return the vector product of a and b."""
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


@kernel
def unit(a: Vector) -> Vector:
    """Return a at length 1."""
    return scale(a, 1.0 / np.sqrt(dot(a, a)))


@kernel
def clip(t: float, low: float, high: float) -> float:
    """Return t, limited to [low, high]."""
    return min(max(t, low), high)


@kernel
def smoothstep(low: float, high: float, t: float) -> float:
    """Return 0 below low, 1 above high, a smooth cubic between."""
    s = clip((t - low) / (high - low), 0.0, 1.0)
    return s * s * (3.0 - 2.0 * s)
