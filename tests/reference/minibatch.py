"""Minibatch standard deviation (arXiv 1710.10196, section 3), one number at a time."""

import math

from torch import Tensor


def deviation(x: Tensor, group: int, eps: float) -> list[float]:
    """Return of each sample of `x` (n, c, h, w) the mean over all values of the standard deviation in its group.

    The groups hold samples of equal index modulo n / group.
    """
    n, c, h, w = x.shape
    stride = n // group
    found = []
    for sample in range(n):
        members = range(sample % stride, n, stride)
        total = 0.0
        for channel in range(c):
            for row in range(h):
                for column in range(w):
                    values = [float(x[member, channel, row, column]) for member in members]
                    mean = sum(values) / len(values)
                    total += math.sqrt(sum((value - mean) ** 2 for value in values) / len(values) + eps)
        found.append(total / (c * h * w))
    return found
