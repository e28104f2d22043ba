"""Photographs in, tensors out: the one place where uint8 pixels and float images meet.

Inside the package images are float32 (n, 3, h, w) in [-1, 1]; in files and caches uint8 (n, h, w, 3).
"""

import os
import warnings
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from difflib import get_close_matches
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from ganatomy.data import cache
from ganatomy.data.archive import ALL, Item, Source, arrange, open_source, signature
from ganatomy.data.decode import RESIZE_VERSION, SUFFIXES, decode
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress

__all__ = ["ImageSet", "flip_horizontally", "load_images", "to_float", "to_uint8"]

NOT_AN_IMAGE = "not named .jpg, .png or .webp"
"""The reason given for files that are passed over by their name."""

_READ_AHEAD = 512
_SKIPPED_SHOWN = 5


def to_float(images: NDArray[np.uint8] | torch.Tensor) -> torch.Tensor:
    """Return uint8 (n, h, w, 3) pixels as float32 (n, 3, h, w) in [-1, 1], `x / 127.5 - 1`.

    Raises:
        DataError: the pixels have another type or shape.
    """
    if isinstance(images, np.ndarray):
        images = torch.from_numpy(np.require(images, requirements=["C", "W"]))
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[3] != 3:
        raise DataError(f"pixels must be uint8 (n, h, w, 3), not {images.dtype} {tuple(images.shape)}")
    return images.permute(0, 3, 1, 2).to(torch.float32).contiguous().div_(127.5).sub_(1)


def to_uint8(images: torch.Tensor) -> torch.Tensor:
    """Return float (n, 3, h, w) images in [-1, 1] as uint8 (n, h, w, 3) pixels, rounded and clipped.

    Raises:
        DataError: the images have another type or shape.
    """
    if not images.is_floating_point() or images.ndim != 4 or images.shape[1] != 3:
        raise DataError(f"images must be float (n, 3, h, w), not {images.dtype} {tuple(images.shape)}")
    pixels = images.detach().float().add(1).mul_(127.5).round_().clamp_(0, 255)
    return pixels.to(torch.uint8).permute(0, 2, 3, 1).contiguous()


def flip_horizontally(images: torch.Tensor, rng: torch.Generator) -> torch.Tensor:
    """Return (n, c, h, w) images, each mirrored left to right with probability 1/2."""
    flips = torch.rand(len(images), generator=rng, device=rng.device) < 0.5
    return torch.where(flips.to(images.device)[:, None, None, None], images.flip(3), images)


def load_images(
    path: Path,
    image_size: int,
    *,
    classes: tuple[str, ...] = (),
    split: str | None = None,
    strict: bool = False,
    cache_dir: Path | None = None,
    progress: Progress = SILENT,
) -> ImageSet:
    """Return the images of a folder or zip as squares of one size, in the order of their names.

    JPEG, PNG and WebP are read, see `decode.decode`; files of other kinds and files that cannot be read are
    listed in `skipped`. The result is kept on disk and memory-mapped, so that a second call is instant.

    Args:
        path: a folder or a zip, with or without class folders, with or without split folders above them
            (`train`, `val`, `test` and the like), see `archive.arrange`.
        image_size: side in pixels, at least 1.
        classes: the class folders to take; none means all.
        split: the split to take; `all` takes everything; None takes `train` where there are split folders.
        strict: stop at the first image that cannot be read. Files that do not have the name of an image
            (`notes.txt`) are listed, but never stop.
        cache_dir: where decoded images are kept; None means `cache.default_cache_dir()`.
        progress: is told of every image decoded.

    Raises:
        DataError: no such folder or zip, split or class, no image in it, an image that cannot be read (strict),
            or a cache that cannot be written.
    """
    if image_size < 1:
        raise DataError(f"image_size is {image_size}; it must be at least 1 pixel")
    wanted = [signature(path), image_size, sorted(set(classes)), split, RESIZE_VERSION]
    entry = (cache_dir or cache.default_cache_dir()) / "images" / cache.fingerprint(wanted)
    images = cache.read_entry(entry)
    if images is None:
        with open_source(path) as source:
            names = source.names()
            items, found = _select([n for n in names if _is_image(n)], path, classes, split)
            skipped = [(name, NOT_AN_IMAGE) for name in names if not _is_image(name)]
            rows = _decode_all(source, items, found, image_size, strict, skipped, progress)
            cache.write_entry(entry, image_size, found, rows, skipped)
        images = cache.read_entry(entry)
        if images is None:
            raise DataError(f"the cache {entry} vanished while it was written; start again")
    unreadable = [pair for pair in images.skipped if pair[1] != NOT_AN_IMAGE]
    if strict and unreadable:
        raise _unreadable(*unreadable[0])
    _tell_skipped(images.skipped, progress)
    return images


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _unreadable(name: str, reason: str) -> DataError:
    return DataError(f"cannot read {name}: {reason}; mend or remove it, or go on without it by leaving out strict")


def _select(
    names: list[str], path: Path, classes: tuple[str, ...], split: str | None
) -> tuple[list[Item], tuple[str, ...]]:
    """Return the items of the wanted split and classes, and the names of those classes."""
    items = arrange(names)
    splits = sorted({item.split for item in items} - {""})
    if split is None:
        split = "train" if splits else ALL
    if split != ALL:
        if split not in splits:
            raise DataError(f"no split {split!r} in {path}; {_choices(split, [*splits, ALL])}")
        items = [item for item in items if item.split == split]
    found = sorted({item.class_name for item in items} - {""})
    for name in classes:
        if name not in found:
            raise DataError(f"no class {name!r} in {path}; {_choices(name, found)}")
    if classes:
        found = sorted(set(classes))
        items = [item for item in items if item.class_name in found]
    if not items:
        raise DataError(f"no images in {path}; JPEG, PNG and WebP files are read")
    return items, tuple(found)


def _choices(given: str, known: list[str]) -> str:
    """Return what may be given instead."""
    if not known:
        return "it has no class folders"
    close = get_close_matches(given, known, n=1)
    hint = f"did you mean {close[0]!r}? " if close else ""
    return f"{hint}there are {', '.join(known)}"


def _decode_all(
    source: Source,
    items: list[Item],
    classes: tuple[str, ...],
    image_size: int,
    strict: bool,
    skipped: list[tuple[str, str]],
    progress: Progress,
) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Yield pixels and label of each readable item in turn; the others join `skipped`."""
    indices = {name: index for index, name in enumerate(classes)}
    work = partial(_decode_item, source, image_size=image_size)
    any_readable = False
    with (
        warnings.catch_warnings(),
        ThreadPoolExecutor(os.cpu_count()) as pool,
        progress.task("reading images", len(items), unit="img") as task,
    ):
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # decode() has a limit of its own
        for start in range(0, len(items), _READ_AHEAD):
            ahead = items[start : start + _READ_AHEAD]
            for item, pixels in zip(ahead, pool.map(work, ahead), strict=True):
                task.advance()
                if not isinstance(pixels, str):
                    any_readable = True
                    yield pixels, indices.get(item.class_name, -1)
                elif strict:
                    raise _unreadable(item.name, pixels)
                else:
                    skipped.append((item.name, pixels))
    if not any_readable:
        raise DataError(f"none of {len(items)} images can be read; the first, {items[0].name}: {skipped[-1][1]}")


def _decode_item(source: Source, item: Item, image_size: int) -> NDArray[np.uint8] | str:
    """Return the item's pixels, or the reason why there are none."""
    try:
        return decode(source.read(item.name), image_size)
    except Exception as error:  # Pillow's decoders raise anything at all on broken files
        return f"{error or type(error).__name__}"


def _tell_skipped(skipped: tuple[tuple[str, str], ...], progress: Progress) -> None:
    """Print the first skipped files and the number of the rest."""
    for name, reason in skipped[:_SKIPPED_SHOWN]:
        progress.line(f"skipped {name}: {reason}")
    if len(skipped) > _SKIPPED_SHOWN:
        progress.line(f"skipped {len(skipped) - _SKIPPED_SHOWN} more files")
