"""Small pairs of images and masks for tests."""

import io
import shutil
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

CONCEPTS = ("grass", "sky", "house")
COLOURS = np.array([[30, 160, 40], [90, 140, 230], [200, 60, 50]])


def png(values: NDArray[np.uint8] | list[list[int]], mode: str = "L") -> bytes:
    """Return a PNG of these values, grey (`L`), palette (`P`) or RGB."""
    image = Image.fromarray(np.asarray(values, np.uint8))
    if mode == "P":
        image = Image.frombytes("P", image.size, image.tobytes())
        image.putpalette([9, 9, 9] * 256)
    return encoded(image.convert(mode) if mode != "P" else image)


def encoded(image: Image.Image, kind: str = "PNG", **options: object) -> bytes:
    """Return an image as a file's bytes."""
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def scene(seed: int, height: int = 24, width: int = 30) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Return an image of sky over grass with a house, and its mask: the colour tells the concept."""
    rng = np.random.default_rng(seed)
    mask = np.zeros((height, width), np.uint8)
    mask[: rng.integers(height // 3, height // 2)] = 1
    top, left = rng.integers(2, height // 2), rng.integers(0, width - 8)
    mask[top : top + 8, left : left + 8] = 2
    noise = rng.integers(-25, 26, (height, width, 3))
    return (COLOURS[mask] + noise).clip(0, 255).astype(np.uint8), mask


def write_pairs(root: Path, n: int = 8, below: str = "") -> Path:
    """Write n scenes as images/N.png and masks/N.png with their concepts.txt and return the folder."""
    for index in range(n):
        image, mask = scene(index)
        write(root, {f"{below}images/{index}.png": png(image, "RGB"), f"{below}masks/{index}.png": png(mask)})
    return write(root, {"concepts.txt": "\n".join(CONCEPTS).encode()})


def write(root: Path, files: dict[str, bytes], archive: bool = False) -> Path:
    """Write `files` as a folder or a zip and return its path."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Path(shutil.make_archive(str(root), "zip", root)) if archive else root
