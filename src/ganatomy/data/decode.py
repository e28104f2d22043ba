"""One encoded image to RGB pixels: its central square at one size, or all of it."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray
from PIL import Image, features

from ganatomy.errors import DataError

RESIZE_VERSION = 2
"""Raised with every change of the pixels that `decode` returns, or of which files are read, so that caches are made
anew."""

_AVIF = features.check("avif")
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF", *(("AVIF",) if _AVIF else ()))
"""Pillow's names of what is read; AVIF where this Pillow reads it."""
_NAMED = (".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".gif")
SUFFIXES = frozenset((*_NAMED, ".avif") if _AVIF else _NAMED)
KINDS = f"JPEG, PNG, WebP, BMP, TIFF{', GIF or AVIF' if _AVIF else ' or GIF'}"
"""What is read, in words."""

MAX_PIXELS = 1 << 27
"""Largest image that is unpacked: 134 million pixels, 400 MB."""

_ORIENTATION_TAG = 0x0112
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def decode(encoded: bytes, image_size: int) -> NDArray[np.uint8]:
    """Return the central square of an encoded image at `image_size`, upright, in RGB.

    The aspect ratio is kept: what lies outside the central square is cut off. Transparency is laid over
    white, 16-bit greys are scaled to 8 bits, colours are taken for sRGB, of an animation the first frame and of several
    pages the first one is taken, and an EXIF rotation is applied.

    Args:
        encoded: the file's bytes.
        image_size: side of the result in pixels.

    Returns:
        (image_size, image_size, 3) uint8.

    Raises:
        DataError: more than `MAX_PIXELS` pixels, or values that are no colours of 8 or 16 bits.
        Exception: whatever Pillow raises on a broken file: mostly OSError, but its decoders promise nothing.
    """
    return decode_measured(encoded, image_size)[0]


def decode_measured(encoded: bytes, image_size: int) -> tuple[NDArray[np.uint8], int]:
    """Return what `decode` does, and the shorter side of the image in pixels as it stands in the file.

    Args:
        encoded: the file's bytes.
        image_size: side of the result in pixels.

    Raises:
        DataError: as for `decode`.
        Exception: as for `decode`.
    """
    with open_checked(encoded, FORMATS) as image:
        side, orientation = min(image.size), _orientation(image)
        # A JPEG decodes at 1/2, 1/4 or 1/8 for a fraction of the work; twice the size wanted is left to Lanczos.
        image.draft(None, (2 * image_size, 2 * image_size))
        square = resize(_rgb(image), image_size)
    return np.asarray(_upright(square, orientation)), side


def decode_whole(encoded: bytes) -> Image.Image:
    """Return all of an encoded image, upright, in RGB, read as `decode` reads it.

    Args:
        encoded: the file's bytes.

    Raises:
        DataError: as for `decode`.
        Exception: as for `decode`.
    """
    with open_checked(encoded, FORMATS) as image:
        orientation = _orientation(image)
        return _upright(_rgb(image), orientation)


@contextmanager
def open_checked(encoded: bytes, formats: tuple[str, ...]) -> Iterator[Image.Image]:
    """Yield an image of one of Pillow's `formats`, opened and not yet unpacked.

    Args:
        encoded: the file's bytes.
        formats: Pillow's names of those accepted.

    Raises:
        DataError: more than `MAX_PIXELS` pixels.
        Exception: whatever Pillow raises on a broken file.
    """
    with Image.open(io.BytesIO(encoded), formats=formats) as image:
        if image.width * image.height > MAX_PIXELS:
            raise DataError(f"{image.width} x {image.height} pixels; at most {MAX_PIXELS} are unpacked")
        yield image


def resize(image: Image.Image, image_size: int) -> Image.Image:
    """Return the central square of `image` at `image_size` pixels, by Lanczos with antialiasing."""
    side = min(image.size)
    left, top = (image.width - side) / 2, (image.height - side) / 2
    box = (left, top, left + side, top + side)
    return image.resize((image_size, image_size), Image.Resampling.LANCZOS, box=box)


def _orientation(image: Image.Image) -> int:
    """Return the EXIF orientation that is still to be applied: Pillow turns a TIFF itself."""
    return 1 if image.format == "TIFF" else int(image.getexif().get(_ORIENTATION_TAG, 1))


def _upright(image: Image.Image, orientation: int) -> Image.Image:
    """Return `image` turned as the EXIF orientation of its file says."""
    return image.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else image


def _rgb(image: Image.Image) -> Image.Image:
    """Return `image` in mode RGB.

    Raises:
        DataError: its values are no colours of 8 or 16 bits.
    """
    if image.mode == "F" or (image.mode == "I" and not _has_16_bits(image)):
        kind = "floating-point" if image.mode == "F" else "32-bit"
        raise DataError(f"{kind} values, whose black and white are not known; save it with 8 or 16 bits")
    if image.mode.startswith("I"):  # convert() would clip 16 bits at 255 instead of scaling them
        grey = np.asarray(image).astype(np.float32) / 257
        return Image.fromarray(grey.round().clip(0, 255).astype(np.uint8)).convert("RGB")
    if image.has_transparency_data:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def _has_16_bits(image: Image.Image) -> bool:
    low, high = image.getextrema()
    return low >= 0 and high <= 0xFFFF  # type: ignore[operator]  # of one channel these are numbers
