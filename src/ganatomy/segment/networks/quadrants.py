"""The top, bottom, left and right halves of objects, as GAN Dissection names them (arXiv 1811.10597, official code).

An object is a connected component of pixels with one label; pixels that touch at a corner are connected. Its
bounding box is cut at (top + bottom + 1) // 2 and (left + right + 1) // 2, the cut itself belongs below and to the
right.
"""

from typing import Any

import numba
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.segment.protocol import NOTHING

TOP, LEFT, BOTTOM, RIGHT = range(4)
"""In the order in which the official release numbers them."""

Ints = NDArray[np.int64]


def quadrants(objects: Tensor, *, skip_last_component: bool = False) -> Tensor:
    """Return in which half of its object each pixel lies.

    Labels on another device than the CPU are copied to it and back, once for all images.

    Args:
        objects: (n, h, w) int64; negative where there is no object.
        skip_last_component: leave out the last component of each image, counted by rows from the top, as the
            published code does by mistake.

    Returns:
        (n, 2, h, w) int64: `TOP` or `BOTTOM`, then `LEFT` or `RIGHT`; `NOTHING` where there is no object.
    """
    labels = objects.detach().cpu().contiguous().numpy()
    n, height, width = labels.shape
    halves = np.empty((n, 2, height, width), np.int64)
    for image, out in zip(labels, halves, strict=True):
        roots = _component_roots(image)
        _halve_components(roots, skip_last_component, out)
    return torch.from_numpy(halves).to(objects.device)


@numba.njit(nogil=True, cache=True)
def _root_of(parents: Any, pixel: Any) -> Any:
    """Return the first pixel of the component, as far as it is known."""
    while parents[pixel] != pixel:
        parents[pixel] = parents[parents[pixel]]
        pixel = parents[pixel]
    return pixel


@numba.njit(nogil=True, cache=True)
def _component_roots(labels: Ints) -> Ints:
    """Return the index, by rows, of the first pixel of each pixel's component; -1 where the label is negative."""
    height, width = labels.shape
    roots = np.full(height * width, -1)
    for y in range(height):
        for x in range(width):
            if labels[y, x] < 0:
                continue
            pixel = y * width + x
            roots[pixel] = pixel
            for dy, dx in ((0, -1), (-1, -1), (-1, 0), (-1, 1)):
                ny, nx = y + dy, x + dx
                if ny >= 0 and 0 <= nx < width and labels[ny, nx] == labels[y, x]:
                    mine, theirs = _root_of(roots, pixel), _root_of(roots, ny * width + nx)
                    roots[max(mine, theirs)] = min(mine, theirs)
    for pixel in range(len(roots)):
        if roots[pixel] >= 0:
            roots[pixel] = roots[roots[pixel]]  # an earlier pixel, already at its root
    return roots.reshape(height, width)


@numba.njit(nogil=True, cache=True)
def _halve_components(roots: Ints, skip_last: bool, out: Ints) -> None:
    """Write into `out` (2, h, w) the half of its component's bounding box in which each pixel lies."""
    height, width = roots.shape
    bottom, left, right = np.zeros(roots.size, np.int64), np.full(roots.size, width), np.zeros(roots.size, np.int64)
    for y in range(height):
        for x in range(width):
            root = roots[y, x]
            if root >= 0:
                bottom[root] = y
                left[root] = min(left[root], x)
                right[root] = max(right[root], x)
    last = roots.max() if skip_last else -1
    for y in range(height):
        for x in range(width):
            root = roots[y, x]
            if root < 0 or root == last:
                out[:, y, x] = NOTHING
                continue
            top = root // width
            out[0, y, x] = TOP if y < (top + bottom[root] + 1) // 2 else BOTTOM
            out[1, y, x] = LEFT if x < (left[root] + right[root] + 1) // 2 else RIGHT
