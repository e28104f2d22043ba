"""How many images fit at a time, so that memory stays bounded where they are large."""

PIXELS_AT_ONCE = 32 * 128 * 128
"""Pixels of the samples that are generated and looked at at a time: eight images of 256 px."""


def at_once(batch_size: int, height: int, width: int, pixels: int = PIXELS_AT_ONCE) -> int:
    """Return how many images to take at a time: as many as asked for, fewer of large ones, one at the least.

    >>> [at_once(32, side, side) for side in (64, 128, 256, 512)]
    [32, 32, 8, 2]
    """
    return max(1, min(batch_size, pixels // (height * width)))
