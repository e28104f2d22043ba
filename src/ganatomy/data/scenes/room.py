"""Finds room for what stands on the ground, and makes it: water and road give way to buildings."""

import numpy as np

from ganatomy.data.scenes.ground import Ground, in_water, off_road
from ganatomy.data.scenes.jit import kernel

PLOT = 7.0
"""Radius in metres of the ground that a house takes."""
_APART = 8.0
"""Metres from the middle of a building to the nearest that anything else comes."""
_STEPS = 16
"""In which water gives way, until buildings are dry."""
_ANYWHERE = 1e9
"""Half the width of water that has no shores at its sides."""


@kernel
def _shore(z: float) -> float:
    """Return the width of the strip of sand beside water, as seen from the camera."""
    return 0.06 * z


@kernel
def is_dry(ground: Ground, x: float, z: float, radius: float, seed: int) -> bool:
    """Return whether a thing of that radius would stand out of the water."""
    return bool(in_water(ground, x, z, seed) <= -radius - _shore(z))


@kernel
def is_off_road(ground: Ground, x: float, z: float, radius: float) -> bool:
    """Return whether a thing of that radius would stand beside the road and its pavement."""
    return bool((off_road(ground, x, z) - 1.0) * abs(ground.road) >= radius + ground.pavement)


@kernel
def is_apart(things: np.ndarray, buildings: int, x: float, z: float, radius: float) -> bool:
    """Return whether a thing of that radius would stand outside of the buildings, which are the first things."""
    nearest = np.inf
    for i in range(buildings):
        nearest = min(nearest, np.hypot(things[i].x - x, things[i].z - z))
    return bool(nearest >= radius + _APART)


@kernel
def is_before(things: np.ndarray, buildings: int, x: float, z: float, radius: float) -> bool:
    """Return whether a thing of that radius would hide a part of one of the buildings, the first things."""
    for i in range(buildings):
        aside = abs(x / z - things[i].x / things[i].z)
        if z < things[i].z and aside < radius / z + PLOT / things[i].z:
            return True
    return False


@kernel
def make_room(ground: Ground, things: np.ndarray, buildings: int, seed: int) -> Ground:
    """Return the ground, its water moved back or aside and its road aside as far as the buildings need."""
    wet, blocked, back = False, False, ground.near
    bank, edge = (1e9, -1e9), (1e9, -1e9)
    for i in range(buildings):
        x, z = things[i].x, things[i].z
        wet = wet or not is_dry(ground, x, z, PLOT, seed)
        blocked = blocked or not is_off_road(ground, x, z, PLOT)
        free = PLOT + _shore(z) + 0.5 * min(0.5 * z, 14.0)  # the shore strays by half of that at most
        back = max(back, z + free)
        bank = _widened(bank, x - ground.slant * z, free + ground.half)
        middle = ground.road_slant * z + ground.bend * np.sin(z / ground.bend_length)
        edge = _widened(edge, x - middle, PLOT + ground.road + ground.pavement)
    if blocked:
        ground = _with(ground, ground.near, ground.center, _nearest_end(edge, ground.road_x))
    if not wet:
        return ground
    wide = ground.half >= _ANYWHERE
    near = back if wide else ground.near
    center = ground.center if wide else _nearest_end(bank, ground.center)
    for step in range(1, _STEPS):
        share = step / _STEPS
        between = _with(
            ground, ground.near + share * (near - ground.near), ground.center + share * (center - ground.center),
            ground.road_x,
        )  # fmt: skip
        if _are_dry(between, things, buildings, seed):
            return between
    return _with(ground, near, center, ground.road_x)


@kernel
def _are_dry(ground: Ground, things: np.ndarray, buildings: int, seed: int) -> bool:
    """Return whether all buildings stand out of the water."""
    dry = True
    for i in range(buildings):
        dry = dry and is_dry(ground, things[i].x, things[i].z, PLOT, seed)
    return dry


@kernel
def _with(ground: Ground, near: float, center: float, road_x: float) -> Ground:
    """Return the ground with its water beginning there, its middle there, and its road there."""
    far = max(ground.far, 1.5 * near) if near > ground.near else ground.far
    return Ground(
        near, far, center, ground.slant, ground.half, ground.chop, ground.tint, ground.road, road_x, ground.road_slant,
        ground.bend, ground.bend_length, ground.paved, ground.pavement, ground.green, ground.dry,
    )  # fmt: skip


@kernel
def _widened(span: tuple[float, float], x: float, reach: float) -> tuple[float, float]:
    """Return the span, grown to hold what lies within `reach` of x."""
    return min(span[0], x - reach), max(span[1], x + reach)


@kernel
def _nearest_end(span: tuple[float, float], x: float) -> float:
    """Return the end of the span that is nearest to x."""
    return span[0] if x - span[0] < span[1] - x else span[1]
