"""The scenes that the demo grows on, in the package, so that it starts before their renderer would be compiled.

They are what `render(SEED, NUM_IMAGES, IMAGE_SIZE)` paints, as tiles of one lossless WebP; a test holds them to it.
`python scripts/pack_scenes.py` writes them anew.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

SEED, NUM_IMAGES, IMAGE_SIZE = 0, 2000, 32
"""Which scenes are packed: those of `DemoConfig`."""

PACKED = Path(__file__).with_name("scenes-32.webp")

_COLUMNS = 40


def packaged_scenes(num_images: int, image_size: int, seed: int) -> NDArray[np.uint8] | None:
    """Return the scenes (n, s, s, 3) that were asked for, or None where they are not among the packed ones."""
    if (image_size, seed) != (IMAGE_SIZE, SEED) or num_images > NUM_IMAGES:
        return None
    with Image.open(PACKED) as sheet:
        pixels = np.asarray(sheet.convert("RGB"))
    tiles = pixels.reshape(NUM_IMAGES // _COLUMNS, IMAGE_SIZE, _COLUMNS, IMAGE_SIZE, 3).swapaxes(1, 2)
    return np.ascontiguousarray(tiles.reshape(NUM_IMAGES, IMAGE_SIZE, IMAGE_SIZE, 3)[:num_images])


def pack_scenes(images: NDArray[np.uint8], path: Path = PACKED) -> None:
    """Write `images` (`NUM_IMAGES`, `IMAGE_SIZE`, `IMAGE_SIZE`, 3), in half a minute."""
    tiles = images.reshape(NUM_IMAGES // _COLUMNS, _COLUMNS, IMAGE_SIZE, IMAGE_SIZE, 3).swapaxes(1, 2)
    sheet = tiles.reshape(NUM_IMAGES // _COLUMNS * IMAGE_SIZE, _COLUMNS * IMAGE_SIZE, 3)
    Image.fromarray(sheet).save(path, lossless=True, quality=100, method=6)
