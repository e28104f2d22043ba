"""Photos as a generator's own images are: the central square, at its size, as images of `--data` are read."""

import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError
from torch import Tensor

from ganatomy.data.decode import FORMATS, KINDS, decode, open_checked, resize
from ganatomy.data.images import to_float
from ganatomy.errors import DataError
from ganatomy.pixels import require_pixels

ENLARGED = 2
"""A photo is refused whose shorter side is less than the generator's by more than this factor."""

Photo = Path | str | Image.Image | Tensor


def read_photo(path: Path, image_size: int) -> NDArray[np.uint8]:
    """Return the central square of an encoded image, upright, in RGB, (s, s, 3) uint8.

    Args:
        path: the file.
        image_size: s, the pixels a side of the generator's images.

    Raises:
        DataError: there is no such file, it cannot be read, moves, or is too small.
    """
    try:
        encoded = path.read_bytes()
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", module="PIL")  # what is wrong is told below
            with open_checked(encoded, FORMATS) as image:
                side, frames = min(image.size), getattr(image, "n_frames", 1)
            pixels = decode(encoded, image_size)
    except FileNotFoundError:
        raise DataError(f"no photo at {path}; give a {KINDS} file") from None
    except UnidentifiedImageError:
        raise DataError(f"{path} is not a {KINDS} file; convert it first") from None
    except Exception as error:  # Pillow's decoders raise anything at all on broken files
        raise DataError(f"cannot read {path}: {error or type(error).__name__}; give another file") from None
    if frames > 1:
        raise DataError(f"{path} moves: it holds {frames} pictures; save one of them as a file of its own")
    _require_large(str(path), side, image_size)
    return pixels


def photo_tensor(photo: Photo, image_size: int, number: int = 0) -> tuple[str, Tensor]:
    """Return what to call a photo, and its central square (1, 3, s, s) in [-1, 1].

    Args:
        photo: a file, a Pillow image, or an image (3, h, w) in [-1, 1].
        image_size: s, the pixels a side of the generator's images.
        number: of the photo, to call one that is in memory by.

    Raises:
        DataError: it is none of these, cannot be read, or is too small.
    """
    name = f"photo-{number}"
    if isinstance(photo, Tensor):
        if photo.ndim != 3 or len(photo) != 3 or not photo.is_floating_point():
            raise DataError(f"{name} is {photo.dtype} {tuple(photo.shape)}; give an image (3, h, w) in [-1, 1]")
        require_pixels(photo, f"pixels of {name}")
        photo = Image.fromarray(
            photo.detach().add(1).mul(127.5).round().clamp(0, 255).byte().cpu().permute(1, 2, 0).numpy()
        )
    if isinstance(photo, Image.Image):
        _require_large(name, min(photo.size), image_size)
        return name, to_float(np.asarray(resize(photo.convert("RGB"), image_size))[None])
    if not isinstance(photo, Path | str):
        raise DataError(f"{name} is a {type(photo).__name__}; give a file, a Pillow image, or an image (3, h, w)")
    return Path(photo).stem, to_float(read_photo(Path(photo), image_size)[None])


def _require_large(name: str, side: int, image_size: int) -> None:
    if side * ENLARGED < image_size:
        raise DataError(
            f"{name} has {side} pixels on its shorter side, and the generator's images have {image_size}; give a "
            f"photo of at least {-(-image_size // ENLARGED)}, or the enlargement would be most of it"
        )
