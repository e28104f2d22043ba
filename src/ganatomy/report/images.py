"""Pictures of a run as small data URIs, so that the report is one file."""

import base64
import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, UnidentifiedImageError

from ganatomy.errors import DataError

LADDER = ((86, 1.0), (74, 1.0), (60, 1.0), (60, 0.75), (50, 0.5), (40, 0.35))
"""(WebP quality, scale) tried in this order until a picture fits its budget."""


@dataclass(frozen=True)
class Picture:
    """A picture inside the page: a data URI and its size in pixels."""

    uri: str
    width: int
    height: int


@dataclass(frozen=True)
class Sheet:
    """A figure made of pixels, as it is written to a file; `key` is unique in the page and names that file."""

    key: str
    title: str
    caption: str
    image: Image.Image


def open_picture(run: Path, name: str) -> Image.Image | None:
    """Return the picture `name` of the run as RGB, or None when there is no such file.

    Args:
        run: the run directory.
        name: path inside the run, as its JSON files give it.

    Raises:
        DataError: `name` leads out of the run, or the file is not a picture.
    """
    path = inside(run, name)
    if not path.is_file():
        return None
    try:
        with Image.open(path) as image:
            return image.convert("RGB")
    except (UnidentifiedImageError, OSError, Image.DecompressionBombError) as error:
        raise DataError(
            f"cannot read the picture '{name}' of run '{run.name}': {error}; accepted are PNG, JPEG and WebP; "
            "delete the file or run the command again that made it"
        ) from error


def inside(run: Path, name: str) -> Path:
    """Return where the file `name` of the run lies.

    Raises:
        DataError: `name` leads out of the run.
    """
    path = (run / name).resolve()
    if not path.is_relative_to(run.resolve()):
        raise DataError(
            f"the file '{name}' lies outside the run '{run.name}'; accepted are paths inside the run; "
            "correct the file that names it"
        )
    return path


def two_rows(strip: Image.Image, count: int) -> Image.Image:
    """Return a strip of `count` square images as two rows, so that each can be seen twice as large.

    Args:
        strip: (count * side + gaps) by side pixels.
        count: images in the strip; a strip of an odd number, or of fewer than six, stays as it is.
    """
    side, half = strip.height, count // 2
    gap = (strip.width - count * side) // max(1, count - 1)
    if count % 2 or count < 6 or not 0 <= gap < side:
        return strip
    width, second = half * (side + gap) - gap, half * (side + gap)
    rows = Image.new("RGB", (width, 2 * side + gap), "white")
    rows.paste(strip.crop((0, 0, width, side)), (0, 0))
    rows.paste(strip.crop((second, 0, second + width, side)), (0, side + gap))
    return rows


def embed(image: Image.Image, budget: int, longest: int = 1024) -> Picture:
    """Return `image` as WebP of at most `budget` bytes, if the ladder reaches that low.

    Args:
        image: RGB.
        budget: bytes before base64, which adds a third.
        longest: the longer side is reduced to this many pixels.
    """
    image = image.copy()
    image.thumbnail((longest, longest), Image.Resampling.LANCZOS)
    for quality, scale in LADDER:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        scaled = image if scale == 1.0 else image.resize(size, Image.Resampling.LANCZOS)
        buffer = io.BytesIO()
        scaled.save(buffer, "WEBP", quality=quality, method=4)
        if buffer.tell() <= budget:
            break
    return _picture(buffer, scaled)


def embed_exactly(image: Image.Image) -> Picture:
    """Return `image` as WebP without loss: for pictures of smooth colours, which are small that way and blocky else."""
    buffer = io.BytesIO()
    image.save(buffer, "WEBP", lossless=True, quality=60, method=4)
    return _picture(buffer, image)


def _picture(buffer: io.BytesIO, image: Image.Image) -> Picture:
    data = base64.b64encode(buffer.getvalue()).decode("ascii")
    return Picture(f"data:image/webp;base64,{data}", image.width, image.height)
