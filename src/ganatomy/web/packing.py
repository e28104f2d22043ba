"""Weights as integers of few bits with a scale for each unit, in planes that gzip can shorten.

Differs: half precision, of 11 significant bits, takes 16. Weights of a unit have one order of magnitude, so that
integers of 11 bits are as exact where it matters, and the upper 8 of them, a plane of bytes that are mostly small,
shrink by an eighth. Bits below those are kept in planes of their own, eight weights to a byte.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

HIGH = 8
"""Bits of the plane of bytes."""


@dataclass(frozen=True, eq=False)
class Packed:
    """A tensor as integers: w = scale[unit] (q - 2^(bits - 1))."""

    shape: tuple[int, ...]
    axis: int
    """The dimension that a scale is for each of."""
    bits: int
    scale: NDArray[np.float32]
    """(shape[axis],)"""
    planes: bytes
    """The upper 8 bits of q, a byte each; then a plane for each lower bit, the highest first, eight to a byte."""


def pack(weights: NDArray[np.float32], bits: int) -> Packed:
    """Return a tensor as integers, with scales along that one of its first two dimensions which loses least.

    Args:
        weights: of two dimensions or more, finite.
        bits: 8 to 16, the sign among them.
    """
    rounded = [(_rounded(weights, axis, bits), axis) for axis in (0, 1)]
    errors = [float(np.square(_restored(q, scale, axis) - weights).sum()) for (q, scale), axis in rounded]
    (q, scale), axis = rounded[int(np.argmin(errors))]
    flat = (q.ravel() + (1 << (bits - 1))).astype(np.uint16)
    low = bits - HIGH
    planes = [(flat >> low).astype(np.uint8).tobytes()]
    planes += [np.packbits((flat >> place) & 1).tobytes() for place in reversed(range(low))]
    return Packed(weights.shape, axis, bits, scale, b"".join(planes))


def unpack(packed: Packed) -> NDArray[np.float32]:
    """Return the tensor that the integers stand for, as the page has it."""
    count = int(np.prod(packed.shape))
    low, step = packed.bits - HIGH, -(-count // 8)
    flat = np.frombuffer(packed.planes, np.uint8, count).astype(np.int32) << low
    for index, place in enumerate(reversed(range(low))):
        plane = np.frombuffer(packed.planes, np.uint8, step, count + index * step)
        flat |= np.unpackbits(plane, count=count).astype(np.int32) << place
    q = flat.reshape(packed.shape) - (1 << (packed.bits - 1))
    return _restored(q, packed.scale, packed.axis)


def _rounded(weights: NDArray[np.float32], axis: int, bits: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    others = tuple(place for place in range(weights.ndim) if place != axis)
    most = np.abs(weights).max(others).astype(np.float32)
    scale = np.where(most > 0, most / np.float32((1 << (bits - 1)) - 1), np.float32(1)).astype(np.float32)
    return np.rint(weights / _along(scale, weights.ndim, axis)).astype(np.int32), scale


def _restored(q: NDArray[np.int32], scale: NDArray[np.float32], axis: int) -> NDArray[np.float32]:
    restored: NDArray[np.float32] = q.astype(np.float32) * _along(scale, q.ndim, axis)
    return restored


def _along(scale: NDArray[np.float32], ndim: int, axis: int) -> NDArray[np.float32]:
    return scale.reshape([-1 if place == axis else 1 for place in range(ndim)])
