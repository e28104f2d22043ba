"""Pictures of a repair: held-out samples before and after, with the pixels that changed outlined."""

import numpy as np
import torch
from PIL import Image
from torch import Tensor

from ganatomy.data.grids import image_grid, labelled_rows
from ganatomy.data.images import to_uint8
from ganatomy.dissect.cards import enlarged
from ganatomy.intervene.changes import Change
from ganatomy.intervene.pictures import COLUMNS, COMPARED, SHOWN, TILE, outlined
from ganatomy.intervene.repair.acceptance import highest
from ganatomy.intervene.repair.bench import Bench


@torch.no_grad()
def before_and_after(bench: Bench, change: Change) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return images (m, S, S, 3) uint8 before an edit, after it, and after it with what changed outlined.

    Those of the highest activation of the units are shown, the highest first: an artifact may be in few samples.

    Args:
        bench: held-out samples.
        change: the edit.
    """
    peaks = bench.peaks.cpu()
    samples = highest(bench, change.units)
    order = peaks[samples][:, list(change.units)].amax(1).argsort(descending=True, stable=True)
    samples = samples[order][:SHOWN].to(bench.baseline.z.device)
    above = bench.baseline.halves.above
    after = to_uint8(above(bench.baseline.featuremaps[samples], bench.baseline.kept[samples], [change.take(samples)]))
    before = bench.baseline.images[samples]
    before, after = before.cpu(), after.cpu()
    return _tiles(before), _tiles(after), outlined(before, after).numpy()


def grid(tiles: np.ndarray) -> Image.Image:
    """Return tiles as one picture."""
    return image_grid(tiles, min(COLUMNS, len(tiles)))


def comparison(before: np.ndarray, after: np.ndarray, marked: np.ndarray, count: int) -> Image.Image:
    """Return a few samples before, after, and with what changed outlined, as labelled rows.

    Args:
        before: (m, S, S, 3) uint8.
        after: the same samples without the units.
        marked: those with what changed outlined.
        count: units that are off.
    """
    rows = [[Image.fromarray(tile) for tile in tiles[:COMPARED]] for tiles in (before, after, marked)]
    units = f"{count} unit{'s' * (count > 1)}"
    return labelled_rows(rows, ["before", f"without\n{units}", "changed\npixels"])


def _tiles(images: Tensor) -> np.ndarray:
    pixels = enlarged(images, TILE).clamp(0, 1).mul(255).round().to(torch.uint8)
    tiles: np.ndarray = pixels.permute(0, 2, 3, 1).contiguous().numpy()
    return tiles
