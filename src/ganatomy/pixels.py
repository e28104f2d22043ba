"""Whether pixels are colours in [-1, 1], as all images are in memory."""

import torch
from torch import Tensor

from ganatomy.errors import DataError

FAR = 3.0
"""Values farther from 0 are no colours: those of a network without a bound at its end stay below."""
SHARE = 0.01
"""Least share of far values by which images are known to have another range."""


def require_pixels(images: Tensor, what: str, advice: str = "convert images by x / 127.5 - 1") -> None:
    """Return if floating-point images are colours in [-1, 1], or about them.

    Args:
        images: any shape.
        what: what to call them in the message, in the plural.
        advice: what to do where they have another range.

    Raises:
        DataError: a value is NaN or infinite, or they go far beyond [-1, 1], as those from 0 to 255 do.
    """
    if not images.numel():
        return
    if not bool(torch.isfinite(images).all()):
        raise DataError(f"{what} hold NaN or infinity; colours are finite numbers in [-1, 1]: mend what makes them")
    if float((images.abs() > FAR).float().mean()) > SHARE:
        low, high = (float(value) for value in images.aminmax())
        raise DataError(f"{what} go from {low:g} to {high:g}; colours go from -1 to 1: {advice}")
