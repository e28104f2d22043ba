"""Sheets of images, for samples and comparisons."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

GAP = 2
BACKGROUND = 255


def image_grid(images: NDArray[np.uint8], columns: int) -> Image.Image:
    """Return `images` (n, h, w, 3) uint8 in rows of `columns`, white gaps of 2 px between them."""
    n, h, w, _ = images.shape
    rows = -(-n // columns)
    sheet = np.full((rows * (h + GAP) - GAP, columns * (w + GAP) - GAP, 3), BACKGROUND, dtype=np.uint8)
    for index, image in enumerate(images):
        y, x = (index // columns) * (h + GAP), (index % columns) * (w + GAP)
        sheet[y : y + h, x : x + w] = image
    return Image.fromarray(sheet)


def write_grid(path: Path, images: NDArray[np.uint8], columns: int) -> None:
    """Write `images` (n, h, w, 3) uint8 as a sheet to the PNG file `path`."""
    partial = path.with_name(f".{path.name}.partial")
    image_grid(images, columns).save(partial, format="PNG", optimize=True)
    partial.replace(path)
