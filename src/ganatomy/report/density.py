"""Points in the plane as pictures of their density, as E-GAN's Fig. 3 (arXiv 1803.00657).

A kernel density estimate: every point is a Gaussian. Colours go by the square root of the density, so that thin
smears between modes are seen, on a scale that ends at the target's highest density: all panels share it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from ganatomy.data import mixtures
from ganatomy.draw.scales import Floats
from ganatomy.seeds import stream

PIXELS = 160
BANDWIDTH = 0.05
"""Standard deviation of a point's Gaussian, in the units of the plane."""
AIR = 1.2
"""Half the square's side, as a multiple of the target's largest coordinate."""
TARGET_POINTS = 10_000
RAMP = ((0.0, 0x14121A), (0.2, 0x3D2159), (0.45, 0x96304C), (0.7, 0xE07B39), (0.88, 0xF6C667), (1.0, 0xFFF8DC))
"""(share of the scale, colour), from dark to light, as light as it is dense."""


@dataclass(frozen=True)
class Square:
    """The part of the plane that pictures show, and the end of their colours."""

    half: float
    """Half the side of the square around the origin."""
    densest: float
    """Highest density of the target, per unit of area."""


def density(points: NDArray[np.floating], half: float, pixels: int = PIXELS, bandwidth: float = BANDWIDTH) -> Floats:
    """Return the density of `points`, (pixels, pixels) per unit of area, the first row being the upper edge.

    Args:
        points: (n, 2).
        half: half the side of the square around the origin.
        pixels: a side; densities are those at their centres.
        bandwidth: standard deviation of each point's Gaussian.
    """
    centres = (np.arange(pixels) + 0.5) / pixels * 2 * half - half
    x, y = (np.exp(-0.5 * ((centres[:, None] - points[:, axis]) / bandwidth) ** 2) for axis in (0, 1))
    grid: Floats = (y @ x.T)[::-1] / (2 * np.pi * bandwidth**2 * len(points))
    return grid


def target(name: str) -> tuple[NDArray[np.float32], Square]:
    """Return points (n, 2) of the mixture `name`, always the same ones, and the square that they set.

    Raises:
        ConfigError: no mixture of that name.
    """
    points: NDArray[np.float32] = mixtures.sample(name, TARGET_POINTS, stream(0, "density target")).numpy()
    half = AIR * float(np.abs(points).max())
    return points, Square(half, float(density(points, half).max()))


def picture(points: NDArray[np.floating], square: Square) -> Image.Image:
    """Return the density of `points` (n, 2) as a square picture; what is not finite counts as far away."""
    grid = (
        density(points[np.isfinite(points).all(1)], square.half)
        if np.isfinite(points).all(1).any()
        else np.zeros((PIXELS, PIXELS))
    )
    share = np.sqrt(np.clip(grid / square.densest, 0, 1))
    stops = [stop for stop, _ in RAMP]
    channels = [[colour >> shift & 255 for _, colour in RAMP] for shift in (16, 8, 0)]
    return Image.fromarray(np.stack([np.interp(share, stops, c) for c in channels], -1).round().astype(np.uint8))


def outside(points: NDArray[np.floating], square: Square) -> float:
    """Return the share of `points` (n, 2) that lie outside the square, in [0, 1]."""
    return float((~(np.abs(points) <= square.half).all(1)).mean())
