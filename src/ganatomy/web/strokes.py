"""Strokes over a layer's featuremaps, composed in their order.

Source: the released server of GAN Dissection (Bau et al., arXiv 1811.10597): strokes of one layer are laid over each
other, a = 1 - (1 - a2)(1 - a1), v = (v1 a1 (1 - a2) + v2 a2) / a, and the featuremaps become r' = (1 - a) r + a v.
"""

import base64
import binascii
from collections import OrderedDict
from collections.abc import Sequence

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError
from ganatomy.intervene.changes import Blend, Change
from ganatomy.runs.records.paintings import StrokeRow
from ganatomy.segment.concepts import known_concept
from ganatomy.web.layer import PaintedLayer

STROKES = 500
"""Strokes over one picture, at most."""
COMPOSED = 8
"""Compositions that are kept: those of the strokes before the one that is being drawn."""


class Strokes:
    """Composes strokes over one layer, each time from where an earlier composition left off.

    Args:
        painted: the layer.
    """

    def __init__(self, painted: PaintedLayer) -> None:
        self._painted = painted
        self._composed: OrderedDict[tuple[StrokeRow, ...], Blend] = OrderedDict()

    def blend(self, strokes: Sequence[StrokeRow]) -> Blend | None:
        """Return what strokes make of the layer together; None where they make nothing.

        Args:
            strokes: those that are off are passed over.

        Raises:
            ConfigError: a unit, concept, value or strength is not what it can be, or there are too many strokes.
            DataError: a stroke's cells are not those of the layer.
        """
        if len(strokes) > STROKES:
            raise ConfigError(f"there are {len(strokes)} strokes; give at most {STROKES}")
        rows = tuple(stroke for stroke in strokes if stroke.on)
        known = next((end for end in range(len(rows), 0, -1) if rows[:end] in self._composed), 0)
        composed = self._composed.get(rows[:known])
        for end in range(known + 1, len(rows) + 1):
            composed = self._laid_over(composed, rows[end - 1])
            if composed is not None and end >= len(rows) - 1:  # the last stroke is the one that grows
                self._keep(rows[:end], composed)
        return composed

    def _laid_over(self, below: Blend | None, row: StrokeRow) -> Blend | None:
        change = change_of(self._painted, row)
        if change is None:
            return below
        later = change.blend(self._painted.observed.featuremaps[:1])
        return later if below is None else below.then(later)

    def _keep(self, rows: tuple[StrokeRow, ...], composed: Blend) -> None:
        self._composed[rows] = composed
        self._composed.move_to_end(rows)
        while len(self._composed) > COMPOSED:
            self._composed.popitem(last=False)


def change_of(painted: PaintedLayer, stroke: StrokeRow) -> Change | None:
    """Return what a stroke changes; None where it is nowhere.

    Args:
        painted: the layer.
        stroke: the stroke.

    Raises:
        ConfigError: no units or one given twice, a concept that samples do not show, or a strength out of range.
        DataError: its cells are not those of the layer.
    """
    region = cells_of_stroke(stroke, painted.observed.cells)
    if not region.any():
        return None
    value = value_of(painted, stroke)
    if value is not None and stroke.units and min(stroke.units) >= 0 and max(stroke.units) < len(value):
        value = value[list(stroke.units)]  # of other units the change itself says what is wrong
    return Change(painted.layer, stroke.units, 0.0 if value is None else value, stroke.strength, region)


def cells_of_stroke(stroke: StrokeRow, cells: tuple[int, int]) -> Tensor:
    """Return how much of a stroke is in each cell, (h, w) float32 in [0, 1].

    Args:
        stroke: the stroke.
        cells: rows and columns of the layer.

    Raises:
        DataError: it has other cells.
    """
    height, width = cells
    try:
        decoded = base64.b64decode(stroke.cells, validate=True)
    except (binascii.Error, ValueError) as error:
        raise DataError(f"the cells of a stroke are no base64 ({error}); give a byte for each cell") from None
    if len(decoded) != height * width:
        raise DataError(
            f"a stroke has {len(decoded)} cells; the layer has {height} x {width}, {height * width} in all: give a "
            "byte for each"
        )
    return torch.tensor(list(decoded), dtype=torch.float32).view(height, width) / 255


def value_of(painted: PaintedLayer, stroke: StrokeRow) -> Tensor | None:
    """Return what a stroke sets each unit of the layer to, (u,); None for 0.

    Raises:
        ConfigError: it is about no concept, or one that samples do not show, or that they show in every cell.
    """
    if stroke.value == "zero":
        return None
    if stroke.value == "insert_high":
        return painted.high
    if stroke.concept is None:
        raise ConfigError(f"value is {stroke.value!r} of a stroke without a concept; give insert_high or zero")
    concept = known_concept(stroke.concept, painted.seen)
    if stroke.value == "insert":
        return painted.inserted[concept]
    outside = painted.outside[concept]
    if outside is None:
        raise ConfigError(
            f"every cell shows some '{concept}', so that nothing tells what units are elsewhere; give zero"
        )
    return outside
