"""Units of a concept inserted into one cell at a time: what appears, and how far the change goes.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.4 and figures 11 and 12: units set to k, their mean
where the concept is, equation 3 with alpha 1 in one cell.

Differs: the paper's table is of the change in the whole image. Here stand beside it that at the cell and that in the
3 x 3 cells around it, which the rest of the picture does not disturb; all are in areas of one cell.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.intervene.baseline import Advance, Baseline
from ganatomy.intervene.changes import Change
from ganatomy.intervene.context.cells import Places, is_mostly, one_cell, squares
from ganatomy.intervene.context.trace import Tracer
from ganatomy.stats.resampling import Floats

MEASURES = ("cell", "around", "image")
"""Where a concept's area is watched: at the cell, in the 3 x 3 cells around it, in the whole image."""


@dataclass(frozen=True, eq=False)
class Moved:
    """Units that are set to a value, of each sample its own."""

    units: Tensor
    """(n, u) bool."""
    value: Tensor
    """(u,) what each unit of the layer is set to where it is moved."""

    def change(self, layer: str, samples: Tensor, cells: Tensor, grid: tuple[int, int]) -> Change:
        """Return the change of some samples (m,), in one cell (m,) of each."""
        every = tuple(range(self.units.shape[1]))
        return Change(layer, every, self.value, self.units[samples].float(), one_cell(cells, grid))


@dataclass(frozen=True, eq=False)
class Inserted:
    """What insertions of one concept did, one for each cell of `Places`."""

    gained: Floats
    """(n, c, 3) change of the concept's area at each of `MEASURES`, in areas of one cell."""
    was: NDArray[np.bool_]
    """(n, c) whether the cell was the concept before: no other one covered more of it."""
    becomes: NDArray[np.bool_]
    """(n, c) whether it is the concept afterwards."""
    trace: Floats
    """(n, c, steps) mean normalised |change| of each step of the tracer; no steps without one."""


@torch.no_grad()
def insert(
    baseline: Baseline,
    places: Places,
    concept: str,
    moved: Moved,
    tracer: Tracer | None = None,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Inserted:
    """Return what the insertion of units does to a concept, r' = k in one cell after another  (Dissection eq. 3).

    The part above the layer and the segmenter run once for each cell; with a tracer, the part above the layer once
    more for each sample.

    Args:
        baseline: samples unedited.
        places: the cells.
        concept: the one that is watched.
        moved: the units, and what they are set to.
        tracer: follows the change through the layers above; None leaves it.
        batch_size: images at a time; the figures do not depend on it.
        advance: told of every image.
    """
    rows = []
    for samples in baseline.batches(batch_size):
        some = baseline.take(samples)
        plain = tracer.run(some.featuremaps, some.kept) if tracer else []
        columns = [
            _insert_once(
                some, column, concept, moved.change(baseline.halves.layer, samples, column, places.grid), tracer, plain
            )
            for column in places.cells[samples].unbind(1)
        ]
        rows.append([torch.stack(parts, 1).cpu().numpy() for parts in zip(*columns, strict=True)])
        advance(places.cells[samples].numel())
    return Inserted(*(np.concatenate(parts) for parts in zip(*rows, strict=True)))


def _insert_once(
    some: Baseline, cells: Tensor, concept: str, change: Change, tracer: Tracer | None, plain: Sequence[Tensor]
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Return gains (m, 3), whether cells were and become the concept (m,) and the trace (m, steps), of a cell each."""
    if tracer:
        steps = tracer.run(some.featuremaps, some.kept, [change])
        trace = tracer.changes(plain, steps)
    else:
        steps = [some.halves.above(some.featuremaps, some.kept, [change])]
        trace = some.featuremaps.new_zeros(len(cells), 0)
    labels = some.segmenter.segment(steps[-1])
    size = (some.images.shape[1], some.images.shape[2])
    index = some.segmenter.concepts.index(concept)
    now, before = (labels == index).any(1), some.shows(concept)
    here = squares(cells, some.cells, size)
    watched = (here, squares(cells, some.cells, size, reach=1), torch.ones_like(here))
    per_cell = some.cells[0] * some.cells[1] / (size[0] * size[1])
    gained = [((now & where).sum((1, 2)) - (before & where).sum((1, 2))).double() * per_cell for where in watched]
    was, becomes = (is_mostly(shown, here, index, len(some.segmenter.concepts)) for shown in (some.labels, labels))
    return torch.stack(gained, 1), was, becomes, trace.double()
