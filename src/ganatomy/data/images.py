"""Photographs in, tensors out: the one place where uint8 pixels and float images meet.

Inside the package images are float32 (n, 3, h, w) in [-1, 1]; in files and caches uint8 (n, h, w, 3).
"""

import os
import warnings
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path, PurePosixPath

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from ganatomy.data import cache
from ganatomy.data.archive import Source, open_source, signature
from ganatomy.data.arranging import Item, arrange, doubtful_splits
from ganatomy.data.choices import ALL, TRAIN, choose_classes, choose_split
from ganatomy.data.cifar import is_cifar10, load_cifar10
from ganatomy.data.decode import KINDS, RESIZE_VERSION, SUFFIXES, decode_measured, resize
from ganatomy.data.image_set import ImageSet
from ganatomy.data.mask_files import masks_by_looks, masks_by_name
from ganatomy.data.told import BY_CHOICE, MASK_OF_AN_IMAGE, NOT_AN_IMAGE, enlarged_line, taken_line
from ganatomy.errors import DataError
from ganatomy.progress import SILENT, Progress, Task

__all__ = ["ImageSet", "flip_horizontally", "load_images", "to_float", "to_uint8"]

_READ_AHEAD = 64


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
    """Return the images of a folder, zip or CIFAR-10 as squares of one size, in the order of their names.

    Of what kinds they may be stands at `decode.FORMATS`; files of other kinds, files that cannot be read and masks that
    lie beside images, see `mask_files`, are listed in `skipped`. The result is kept on disk and memory-mapped, so that
    a second call is instant.

    Args:
        path: a folder or a zip, with or without class folders, with or without split folders above them
            (`train`, `val`, `test` and the like), see `arranging.arrange`; or a folder of CIFAR-10, see `cifar`.
        image_size: side in pixels, at least 1.
        classes: the class folders to take, as images whatever they look like; none means all.
        split: the split to take; `all` takes everything; None and `train` take everything where there are no
            split folders, else `train`.
        strict: stop at the first image that cannot be read. Files that do not have the name of an image
            (`notes.txt`) and masks are listed, but never stop.
        cache_dir: where decoded images are kept; None means `cache.default_cache_dir()`.
        progress: is told of every image decoded.

    Raises:
        DataError: no such folder or zip, split or class, no image in it, an image that cannot be read (strict),
            or a cache that cannot be written.
    """
    if image_size < 1:
        raise DataError(f"image_size is {image_size}; it must be at least 1 pixel")
    wanted = _Wanted(path, image_size, classes, split, strict)
    parts = [signature(path), image_size, sorted(set(classes)), split or TRAIN, RESIZE_VERSION]
    entry = (cache_dir or cache.default_cache_dir()) / "images" / cache.fingerprint(parts)
    images = cache.read_entry(entry)
    if images is None:
        (_keep_cifar10 if is_cifar10(path) else _keep_files)(entry, wanted, progress)
        images = cache.read_entry(entry)
    if images is None:
        raise DataError(f"the cache {entry} was cleared while it was written; start again")
    for name, reason in images.skipped:
        if strict and reason not in BY_CHOICE:
            raise _unreadable(name, reason)
    return images


@dataclass(frozen=True)
class _Wanted:
    """The arguments of `load_images` that say what to read."""

    path: Path
    image_size: int
    classes: tuple[str, ...]
    split: str | None
    strict: bool


def _keep_cifar10(entry: Path, wanted: _Wanted, progress: Progress) -> None:
    """Write the wanted CIFAR-10 images to the cache."""
    images = load_cifar10(wanted.path, wanted.split)
    classes = choose_classes(wanted.classes, images.classes, wanted.path)
    labels = np.array([classes.index(name) if name in classes else -1 for name in images.classes])[images.labels]
    kept = np.flatnonzero(labels >= 0)
    with progress.task("reading CIFAR-10", len(kept), unit="img") as task:

        def rows() -> Iterator[tuple[NDArray[np.uint8], int]]:
            for index in kept:
                square = resize(Image.fromarray(images.images[index]), wanted.image_size)
                yield np.asarray(square), int(labels[index])
                task.advance()

        notes = [f"took {len(kept)} images of CIFAR-10, classes {', '.join(classes)}"]
        cache.write_entry(entry, wanted.image_size, classes, rows(), [], notes)


def _keep_files(entry: Path, wanted: _Wanted, progress: Progress) -> None:
    """Write the wanted images of a folder or zip to the cache."""
    with (
        open_source(wanted.path) as source,
        warnings.catch_warnings(),
        ThreadPoolExecutor(os.cpu_count()) as pool,
    ):
        warnings.filterwarnings("ignore", module="PIL")  # of what is wrong, `skipped` tells
        items, classes, log = _select(source, wanted)
        with progress.task("reading images", len(items), unit="img") as task:
            decoded = _decode_all(source, items, wanted.image_size, pool, task)
            rows = _readable(decoded, classes, wanted, log)
            cache.write_entry(entry, wanted.image_size, classes, rows, log.skipped, log.notes)


@dataclass
class _Log:
    """What is to be said of the files, collected on the way."""

    skipped: list[tuple[str, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    taken: list[str] = field(default_factory=list)
    num_enlarged: int = 0


def _is_image(name: str) -> bool:
    return PurePosixPath(name).suffix.lower() in SUFFIXES


def _select(source: Source, wanted: _Wanted) -> tuple[list[Item], tuple[str, ...], _Log]:
    """Return the items of the wanted split and classes, the names of those classes, and what was passed over."""
    names = source.names()
    images = [name for name in names if _is_image(name)]
    log = _Log([(name, NOT_AN_IMAGE) for name in names if not _is_image(name)])
    masks = masks_by_name(images, wanted.classes)
    masks |= masks_by_looks(source, [name for name in images if name not in masks], wanted.classes)
    log.skipped += [(name, MASK_OF_AN_IMAGE) for name in images if name in masks]
    items = arrange([name for name in images if name not in masks])
    if not items:
        raise DataError(f"no images in {wanted.path}; {KINDS} files are read")
    split = choose_split(wanted.split, sorted({item.split for item in items} - {""}), wanted.path)
    log.notes += _notes_of_splits(items, split)
    items = [item for item in items if split in (ALL, item.split)]
    classes = choose_classes(wanted.classes, sorted({item.class_name for item in items} - {""}), wanted.path)
    return [item for item in items if not wanted.classes or item.class_name in classes], classes, log


def _notes_of_splits(items: list[Item], split: str) -> list[str]:
    """Return what is to be said of images that the split leaves out, and of splits that are taken for classes."""
    left = Counter(item.split or "beside the splits" for item in items if split not in (ALL, item.split))
    notes = [f"left out, not of split {split}: " + ", ".join(f"{n} {name}" for name, n in sorted(left.items()))] * bool(
        left
    )
    doubtful = doubtful_splits([item.name for item in items])
    if doubtful and {item.class_name for item in items} > set(doubtful):
        notes.append(
            f"{', '.join(doubtful)} is taken as a class like the folders beside it, not as a split; to leave it out, "
            "name the others with --classes"
        )
    return notes


def _decode_all(
    source: Source, items: list[Item], image_size: int, pool: ThreadPoolExecutor, task: Task
) -> Iterator[tuple[Item, tuple[NDArray[np.uint8], int] | str]]:
    """Yield each item in turn with its pixels and its shorter side, or with the reason why it has none."""
    decode_item = partial(_decode_item, source, image_size)
    for start in range(0, len(items), _READ_AHEAD):
        ahead = items[start : start + _READ_AHEAD]
        for result in zip(ahead, pool.map(decode_item, ahead), strict=True):
            task.advance()
            yield result


def _decode_item(source: Source, image_size: int, item: Item) -> tuple[NDArray[np.uint8], int] | str:
    """Return the item's pixels and its shorter side, or the reason why there are none."""
    try:
        return decode_measured(source.read(item.name), image_size)
    except UnidentifiedImageError:
        return f"not a {KINDS} file"
    except Exception as error:  # Pillow's decoders raise anything at all on broken files
        return f"{error or type(error).__name__}"


def _readable(
    decoded: Iterable[tuple[Item, tuple[NDArray[np.uint8], int] | str]],
    classes: tuple[str, ...],
    wanted: _Wanted,
    log: _Log,
) -> Iterator[tuple[NDArray[np.uint8], int]]:
    """Yield pixels and label of the images that can be read; what is to be said of them and the others joins `log`."""
    labels = {name: label for label, name in enumerate(classes)}
    for item, found in decoded:
        if not isinstance(found, str):
            pixels, side = found
            log.taken.append(item.name)
            log.num_enlarged += side < wanted.image_size
            yield pixels, labels.get(item.class_name, -1)
        elif wanted.strict:
            raise _unreadable(item.name, found)
        else:
            log.skipped.append((item.name, found))
    if not log.taken:
        name, reason = log.skipped[-1]
        raise DataError(f"no image in {wanted.path} can be read; the last one, {name}: {reason}")
    log.notes.insert(0, taken_line(log.taken))
    if log.num_enlarged:
        log.notes.append(enlarged_line(log.num_enlarged, len(log.taken), wanted.image_size))


def _unreadable(name: str, reason: str) -> DataError:
    return DataError(f"cannot read {name}: {reason}; mend it, remove it, or go on without it by leaving out strict")
