"""Value noise on an integer lattice, and its fractal sums."""

import numpy as np

from ganatomy.data.scenes.jit import kernel


@kernel
def lattice(ix: int, iy: int, seed: int) -> float:
    """Return the random number in [0, 1) that belongs to a lattice point."""
    h = (ix * 374761393 + iy * 668265263 + seed * 1442695041) & 0xFFFFFFFF
    h = ((h ^ (h >> 15)) * 2246822519) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 3266489917) & 0xFFFFFFFF
    return float((h ^ (h >> 16)) & 0xFFFFFF) / 16777216.0


@kernel
def noise(x: float, y: float, seed: int) -> float:
    """Return smooth noise in [0, 1) with features of size 1."""
    fx, fy = np.floor(x), np.floor(y)
    ix, iy = int(fx), int(fy)
    u, v = x - fx, y - fy
    u, v = u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v)
    top = lattice(ix, iy, seed) * (1.0 - u) + lattice(ix + 1, iy, seed) * u
    bottom = lattice(ix, iy + 1, seed) * (1.0 - u) + lattice(ix + 1, iy + 1, seed) * u
    return float(top * (1.0 - v) + bottom * v)


@kernel
def fbm(x: float, y: float, octaves: int, seed: int) -> float:
    """Return fractal noise in [0, 1): each octave twice as fine, half as strong, and rotated."""
    total, amplitude, weight = 0.0, 0.5, 0.0
    for octave in range(octaves):
        total += amplitude * noise(x, y, seed + octave)
        weight += amplitude
        amplitude *= 0.5
        x, y = 1.6 * x + 1.2 * y, 1.6 * y - 1.2 * x
    return total / weight


@kernel
def ridged(x: float, y: float, octaves: int, seed: int) -> float:
    """Return noise in [0, 1] with sharp crests; valleys are smoother than crests, as erosion leaves them."""
    total, amplitude, weight, carry = 0.0, 0.5, 0.0, 1.0
    for octave in range(octaves):
        crest = 1.0 - abs(2.0 * noise(x, y, seed + octave) - 1.0)
        crest *= crest
        total += amplitude * crest * carry
        weight += amplitude
        carry = min(1.0, 0.3 + 1.2 * crest)
        amplitude *= 0.5
        x, y = 1.6 * x + 1.2 * y, 1.6 * y - 1.2 * x
    return total / weight
