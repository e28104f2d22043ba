"""Strokes over featuremaps, cell by cell and unit by unit, as the released server of GAN Dissection composes them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def painted_over(featuremaps: Array, strokes: Sequence[tuple[Sequence[int], Array, Array]]) -> Array:
    """Return featuremaps (u, h, w) after strokes.

    Args:
        featuremaps: (u, h, w).
        strokes: of each the units, what each unit of the layer is set to (u,), and how much of it is in each cell
            (h, w), its strength included.
    """
    units, height, width = featuremaps.shape
    result = featuremaps.copy()
    for unit in range(units):
        for row in range(height):
            for column in range(width):
                alpha, value = 0.0, 0.0
                for chosen, values, amount in strokes:
                    if unit not in chosen:
                        continue
                    later, before = float(amount[row, column]), alpha
                    alpha = 1 - (1 - later) * (1 - before)
                    if alpha > 0:
                        value = (value * before * (1 - later) + float(values[unit]) * later) / alpha
                result[unit, row, column] = (1 - alpha) * featuremaps[unit, row, column] + alpha * value
    return result
