"""A set of images of one size, and the classes they belong to."""

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class ImageSet:
    """Images as they are kept on disk.

    Attributes:
        images: (n, s, s, 3) uint8 RGB, usually memory-mapped and read-only.
        classes: names of the classes, sorted; empty where the source has no class folders.
        labels: (n,) int64, index into `classes`; -1 for an image outside every class folder.
        skipped: (name, reason) of each file that gave no image.
        notes: what is to be said of how the files were chosen, a line each: how many of which folder were taken first.
    """

    images: NDArray[np.uint8]
    classes: tuple[str, ...]
    labels: NDArray[np.int64]
    skipped: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        """Return the number of images."""
        return len(self.images)

    @property
    def image_size(self) -> int:
        """Return the side of the square images in pixels."""
        return int(self.images.shape[1])

    @cached_property
    def digest(self) -> str:
        """Return 16 hexadecimal digits of the SHA-256 of the pixels in their order, wherever the files lie."""
        return hashlib.sha256(np.ascontiguousarray(self.images).data).hexdigest()[:16]
