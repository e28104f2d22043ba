"""Scenes that are rendered once for all tests of a session."""

from collections.abc import Callable
from functools import cache

import numpy as np
import pytest
from numpy.typing import NDArray

from ganatomy.data.scenes import SceneTable, render

Pictures = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Draw = Callable[..., Pictures]

EMPTY = dict.fromkeys(
    (
        "p_overcast", "p_fog", "p_dusk", "p_sun", "p_cloud", "p_mountain", "p_hill", "p_water", "p_building",
        "p_road", "p_tree",
    ),
    0.0,
)  # fmt: skip


@pytest.fixture(scope="session")
def draw() -> Draw:
    """Return what renders scenes of the default table with changes, images and masks, each table once."""

    @cache
    def drawn(table: SceneTable, n: int, image_size: int) -> Pictures:
        pictures = render(0, n, image_size, table)
        for array in pictures:
            array.flags.writeable = False
        return pictures

    return lambda n=100, image_size=64, **changes: drawn(SceneTable(**changes), n, image_size)


@pytest.fixture(scope="session")
def draw_alone(draw: Draw) -> Draw:
    """Return what renders flat grass under a clear sky, and on it only what is asked for."""
    return lambda **changes: draw(**{**EMPTY, **changes})
