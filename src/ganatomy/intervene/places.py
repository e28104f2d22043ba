"""Where a step of an edit is made: the pixels that are watched, and the cells of its layer.

A rectangle, a painted mask and what the segmenter sees are in image space, and a cell is edited where any pixel of it
is meant; a cell is itself, and its pixels are those that lie in it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from PIL import Image, UnidentifiedImageError
from torch import Tensor
from torch.nn import functional as F

from ganatomy.config.steps import Where
from ganatomy.data.decode import open_checked
from ganatomy.errors import ConfigError, DataError, LayerError
from ganatomy.intervene.baseline import Baseline
from ganatomy.intervene.regions import rectangle, require_region
from ganatomy.seeds import stream


@dataclass(frozen=True, eq=False)
class Place:
    """A part of the images."""

    pixels: Tensor
    """(s, s), or (n, s, s) where each sample has its own, bool."""
    region: Tensor
    """The same for `Change`: `pixels`, or cells (h, w) or (n, h, w) bool."""
    said: str
    """What to call it."""


def place_of(where: Where | Tensor, baseline: Baseline, layer: str, shape: tuple[int, ...], seed: int = 0) -> Place:
    """Return where a step is made.

    Args:
        where: what was asked for, or a mask (h, w) of any size with values in [0, 1].
        baseline: the samples unedited.
        layer: the step's own.
        shape: of its output for one sample, (u, h, w) or (u,).
        seed: of the cells that are drawn.

    Raises:
        ConfigError: there is no such cell, concept or file, nothing is marked, or no sample shows the concept.
        DataError: the file is no image.
        LayerError: the layer has no cells.
    """
    _require_cells(layer, shape)
    device = baseline.images.device
    if isinstance(where, Where) and where.kind == "concept":
        return _of_pixels(_seen(where.concept, baseline), where.said)
    if isinstance(where, Where) and where.kind == "random-cell":
        region = _random_cells(len(baseline), (shape[1], shape[2]), seed)
        return Place(_pixels_of(region, baseline.images.shape[1]).to(device), region.to(device), where.said)
    place = fixed_place(where, baseline.images.shape[1], layer, shape)
    return Place(place.pixels.to(device), place.region.to(device), place.said)


def fixed_place(where: Where | Tensor, size: int, layer: str, shape: tuple[int, ...]) -> Place:
    """Return where a step is made that is made in the same place in all samples, on the CPU.

    Args:
        where: a rectangle, a mask, a cell, or a mask (h, w) of any size with values in [0, 1].
        size: pixels a side of the images.
        layer: the step's own.
        shape: of its output for one sample, (u, h, w) or (u,).

    Raises:
        ConfigError: there is no such cell or file, or nothing is marked.
        DataError: the file is no image.
        LayerError: the layer has no cells.
    """
    _require_cells(layer, shape)
    if isinstance(where, Tensor):
        require_region(where)
        return _of_pixels(_scaled(where > 0, size), "a mask")
    if where.kind == "rectangle":
        return _of_pixels(rectangle(where.corners, size), where.said)
    if where.kind == "mask":
        return _of_pixels(_scaled(read_mask(Path(where.said)), size), where.said)
    region = _cell(where, layer, (shape[1], shape[2]))
    return Place(_pixels_of(region, size), region, where.said)


def read_mask(path: Path) -> Tensor:
    """Return where a PNG file is painted, (h, w) bool: where it is not transparent, or else where it is not black.

    Raises:
        ConfigError: there is no such file, or nothing in it is painted.
        DataError: it is no image.
    """
    try:
        with open_checked(path.read_bytes(), ("PNG",)) as image:
            has_alpha = "A" in image.getbands() or "transparency" in image.info
            painted = np.asarray(image.convert("RGBA").getchannel("A") if has_alpha else image.convert("L")) > 0
    except FileNotFoundError:
        raise ConfigError(f"no mask at {path}; give a PNG file, x0,y0,x1,y1, cell:ROW,COLUMN or a concept") from None
    except UnidentifiedImageError:
        raise DataError(f"{path} is no PNG file; give one, painted where the edit is to be made") from None
    except (DataError, OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(f"{path} cannot be read as a mask: {error}; give a PNG file") from None
    if not painted.any():
        what = "transparent" if has_alpha else "black"
        raise ConfigError(f"{path} is {what} everywhere and marks no pixel; paint one or more")
    return torch.from_numpy(painted)


def union(places: list[Place | None]) -> Tensor | None:
    """Return the pixels of all places together, or None where they are the whole image, as a place that is None."""
    pixels = [place.pixels for place in places if place is not None]
    if len(pixels) < len(places):
        return None
    watched = pixels[0]
    for more in pixels[1:]:
        watched = watched | more
    return None if watched.all() else watched


def _require_cells(layer: str, shape: tuple[int, ...]) -> None:
    if len(shape) != 3:
        raise LayerError(
            f"layer '{layer}' returns shape {shape} for a sample, which has no cells; leave out the region, or choose "
            "a layer that keeps height and width"
        )


def _of_pixels(pixels: Tensor, said: str) -> Place:
    return Place(pixels, pixels, said)


def _scaled(mask: Tensor, size: int) -> Tensor:
    """Return a mask at the size of the images: the nearest pixels; made smaller, none that was marked is lost."""
    if mask.shape == (size, size):
        return mask
    whole = mask.float().view(1, 1, *mask.shape)
    if min(mask.shape) > size:
        return F.adaptive_max_pool2d(whole, (size, size))[0, 0] > 0
    return F.interpolate(whole, size=(size, size), mode="nearest-exact")[0, 0] > 0


def _seen(concept: str, baseline: Baseline) -> Tensor:
    shown = baseline.shows(concept)
    if not shown.any():
        raise ConfigError(
            f"'{concept}' is seen in none of {len(baseline)} samples, which leaves no region; give another, or more "
            "samples"
        )
    return shown


def _cell(where: Where, layer: str, cells: tuple[int, int]) -> Tensor:
    (row, column), (height, width) = where.cell, cells
    if row >= height or column >= width:
        raise ConfigError(
            f"layer '{layer}' has no cell {row},{column}; give a row of 0 to {height - 1} and a column of 0 to "
            f"{width - 1}"
        )
    region = torch.zeros(cells, dtype=torch.bool)
    region[row, column] = True
    return region


def _random_cells(n: int, cells: tuple[int, int], seed: int) -> Tensor:
    """Return one cell of each sample, (n, h, w) bool."""
    height, width = cells
    drawn = torch.randint(height * width, (n,), generator=stream(seed, "edit/cells"))
    region: Tensor = F.one_hot(drawn, height * width).bool().view(n, height, width)
    return region


def _pixels_of(region: Tensor, size: int) -> Tensor:
    """Return the pixels whose centres lie in the cells of a region, (..., s, s) bool."""
    nearest = F.interpolate(region.float().view(1, -1, *region.shape[-2:]), size=(size, size), mode="nearest-exact")
    pixels: Tensor = nearest.view(*region.shape[:-2], size, size) > 0
    return pixels
