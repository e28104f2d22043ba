"""Where units are inserted: which cells of which samples, what lies under each, and which pixels it covers.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.4 and figure 11, which inserts a door into one cell of
an image after another.

One cell at a time: what an insertion changes reaches beyond its cell, so that cells of one image would be told apart
no more if they were changed together, even far apart ones.
"""

from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.intervene.baseline import Baseline
from ganatomy.seeds import stream
from ganatomy.segment.areas import areas_of
from ganatomy.segment.protocol import NOTHING

NO_CONCEPT = -1
"""What lies under a cell in which the segmenter names nothing."""


@dataclass(frozen=True, eq=False)
class Places:
    """The cells of each sample that units are inserted into, one after another."""

    cells: Tensor
    """(n, c) int64, row by row from the top left, those of a sample all different."""
    under: Tensor
    """(n, c) int64, the concept that covers most of each cell unedited, the first of those that cover as much; or
    `NO_CONCEPT`."""
    grid: tuple[int, int]
    """Rows and columns of the layer."""

    def __len__(self) -> int:
        return self.cells.numel()


def places_of(baseline: Baseline, cells_per_sample: int, seed: int) -> Places:
    """Return cells of every sample, so drawn that all places come equally often, and what lies under them.

    Args:
        baseline: samples unedited.
        cells_per_sample: how many of each; as many as the layer has, or more, are all of them.
        seed: what the draw depends on.

    Raises:
        LayerError: the layer has no cells.
    """
    cells = draw_cells(baseline.cells, len(baseline), cells_per_sample, seed).to(baseline.z.device)
    size, concepts = baseline.images.shape[1:3], len(baseline.segmenter.concepts)
    under = [
        covering(baseline.labels, squares(column, baseline.cells, (size[0], size[1])), concepts)[1]
        for column in cells.unbind(1)
    ]
    return Places(cells, torch.stack(under, 1), baseline.cells)


def draw_cells(grid: tuple[int, int], num_samples: int, cells_per_sample: int, seed: int) -> Tensor:
    """Return the numbers (n, c) of the cells of each sample: of a shuffled list of all, each sample takes the next c.

    So every place comes as often as any other, or once more. Samples are drawn independently of each other, so that it
    makes no difference which of them gets which cells.

    >>> draw_cells((1, 3), 3, 2, seed=0).flatten().bincount().tolist()
    [2, 2, 2]

    Args:
        grid: rows and columns.
        num_samples: n.
        cells_per_sample: c; as many as there are cells, or more, are all of them.
        seed: of the shuffling.
    """
    total = grid[0] * grid[1]
    count = min(cells_per_sample, total)
    order = torch.randperm(total, generator=stream(seed, "context/cells"))
    return order[torch.arange(num_samples * count) % total].view(num_samples, count)


def one_cell(cells: Tensor, grid: tuple[int, int]) -> Tensor:
    """Return regions (m, rows, columns) float32 of one cell each, of the numbers (m,) of cells."""
    return torch.nn.functional.one_hot(cells, grid[0] * grid[1]).view(-1, *grid).float()


def squares(cells: Tensor, grid: tuple[int, int], size: tuple[int, int], reach: int = 0) -> Tensor:
    """Return the pixels (m, height, width) bool of cells and of those within `reach` of them, up to the border.

    A pixel on the border of two cells, where the image is no multiple of the grid, belongs to both.

    Args:
        cells: (m,) numbers, row by row.
        grid: rows and columns.
        size: height and width of the image.
        reach: 1 takes the 3 x 3 cells around each.
    """
    rows, columns = cells // grid[1], cells % grid[1]
    return _span(rows, grid[0], size[0], reach)[:, :, None] & _span(columns, grid[1], size[1], reach)[:, None, :]


def covering(labels: Tensor, where: Tensor, num_concepts: int) -> tuple[Tensor, Tensor]:
    """Return the part of some pixels that each concept covers, and which concept covers most of them.

    Args:
        labels: (m, heads, height, width), as a segmenter returns them.
        where: (m, height, width) bool, the pixels; one or more of each.
        num_concepts: k.

    Returns:
        (m, k) float64 parts; and (m,) int64, the first of the concepts that cover most, or `NO_CONCEPT`.
    """
    shown = torch.from_numpy(areas_of(labels.long().masked_fill(~where[:, None], NOTHING), num_concepts))
    parts = shown.to(where.device) / where.double().mean((1, 2))[:, None]
    most, which = parts.max(1)
    return parts, which.masked_fill(most == 0, NO_CONCEPT)


def is_mostly(labels: Tensor, where: Tensor, concept: int, num_concepts: int) -> Tensor:
    """Return whether some pixels (m,) show a concept, and no other one on more of them.

    Args:
        labels: (m, heads, height, width), as a segmenter returns them.
        where: (m, height, width) bool, the pixels; one or more of each.
        concept: its number.
        num_concepts: of the segmenter.
    """
    parts, _ = covering(labels, where, num_concepts)
    return (parts[:, concept] > 0) & (parts[:, concept] == parts.max(1).values)


def _span(places: Tensor, number: int, size: int, reach: int) -> Tensor:
    """Return which of `size` pixels (m, size) lie in a stretch of cells, as adaptive pooling divides them."""
    first, last = (places - reach).clamp(min=0), (places + reach).clamp(max=number - 1)
    start, end = first * size // number, -(-(last + 1) * size // number)
    pixels = torch.arange(size, device=places.device)
    return (pixels >= start[:, None]) & (pixels < end[:, None])
