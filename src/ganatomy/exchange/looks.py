"""What the first samples of a generator look like, where that says that something was taken wrongly."""

from collections.abc import Iterator

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

BEYOND = 1.02
"""A value from which on an image is brighter than white."""
BEYOND_SHARE = 0.02
SATURATED_SHARE = 0.6
ALIKE = 0.02
"""Standard deviation, of a range of 2, below which images or pixels are all the same."""
NEARER = 0.7
"""How much nearer to real images the colours must come when their channels change places."""


def complaints(images: Tensor, real: NDArray[np.uint8] | None = None) -> Iterator[str]:
    """Yield what is odd about samples, each with what to do.

    Args:
        images: (n, 3, h, w) float32, what the generator gave, in [-1, 1] if all is right.
        real: (m, h, w, 3) uint8, images that it was trained on, where they are known.
    """
    if not bool(torch.isfinite(images).all()):
        yield "some values of the samples are not finite: the weights are damaged, or a BatchNorm has no statistics"
        return
    beyond = float((images.abs() > BEYOND).float().mean())
    if beyond > BEYOND_SHARE:
        low, high = float(images.min()), float(images.max())
        yield (
            f"{beyond:.0%} of the values lie beyond black and white, from {low:.1f} to {high:.1f}: say what stands for "
            "black and white by --value-range"
        )
    if float(images.min()) >= -ALIKE and float(images.max()) > ALIKE:
        yield "no value lies below middle grey: if 0 stands for black, say so by --value-range 0 1"
    saturated = float((images.abs() >= 1 - ALIKE).float().mean())
    if saturated > SATURATED_SHARE:
        yield f"{saturated:.0%} of the values are black or white: is --value-range, --ends or --rectifier right?"
    if float(images.std((1, 2, 3)).mean()) < ALIKE:
        yield "the samples are flat, of one colour each: the weights may be of an untrained network or of another one"
    elif len(images) > 1 and float(images.std(0).mean()) < ALIKE:
        yield "all samples look the same: the generator has collapsed, or does not depend on its latents as it was read"
    if real is not None and _is_reversed(images, real):
        yield "the colours are nearer to those of the data with red and blue exchanged: if so, say --channels BGR"


def _is_reversed(images: Tensor, real: NDArray[np.uint8]) -> bool:
    """Return whether colours are clearly nearer to those of real images with the channels in reverse order."""
    mean = images.mean((0, 2, 3)).numpy()
    meant = real.reshape(-1, 3).mean(0) / 127.5 - 1
    kept, turned = np.abs(mean - meant).sum(), np.abs(mean[::-1] - meant).sum()
    return bool(turned < NEARER * kept and kept - turned > 0.1)
