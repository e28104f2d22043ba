"""Decoded images kept on disk, so that a second start is instant.

An entry is a directory named by the fingerprint of everything the pixels depend on: `images.npy`
(n, s, s, 3) uint8 beside `index.json` with classes, labels and skipped files. It is written under another
name and renamed as a whole, so that readers and other writers see either all of it or nothing.
"""

import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from ganatomy.caching import default_cache_dir
from ganatomy.data.image_set import ImageSet
from ganatomy.errors import DataError

__all__ = ["default_cache_dir", "fingerprint", "read_entry", "write_entry"]

SCHEMA = 1
"""Raised with every change of the files of an entry."""

_IMAGES, _INDEX = "images.npy", "index.json"
_ATTEMPTS = 5


def fingerprint(parts: object) -> str:
    """Return 32 hexadecimal digits that change whenever `parts`, anything JSON can hold, does."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def read_entry(entry: Path) -> ImageSet | None:
    """Return the images kept at `entry`, memory-mapped, or None where no whole entry is."""
    try:
        index = json.loads((entry / _INDEX).read_text(encoding="utf-8"))
        images = np.load(entry / _IMAGES, mmap_mode="r", allow_pickle=False)
        labels = np.array(index["labels"], dtype=np.int64)
        whole = (
            index["schema"] == SCHEMA
            and index["images_mtime_ns"] == (entry / _IMAGES).stat().st_mtime_ns
            and images.dtype == np.uint8
            and images.shape == (len(labels), *index["row_shape"])
        )
        skipped = tuple((name, reason) for name, reason in index["skipped"])
        notes = tuple(str(note) for note in index.get("notes", ()))  # entries of scenes have none
        return ImageSet(images, tuple(index["classes"]), labels, skipped, notes) if whole else None
    except (OSError, ValueError, KeyError, TypeError, EOFError):
        return None


def write_entry(
    entry: Path,
    image_size: int,
    classes: tuple[str, ...],
    rows: Iterable[tuple[NDArray[np.uint8], int]],
    skipped: list[tuple[str, str]],
    notes: Sequence[str] = (),
) -> None:
    """Keep images at `entry`, in place of what is there unless that is whole.

    Args:
        entry: the directory to make.
        image_size: side of the images in pixels.
        classes: names of the classes.
        rows: (s, s, 3) pixels and their label, written one by one as they come. What it raises leaves
            nothing behind.
        skipped: (name, reason) of files without an image; read last, so that `rows` may still add to it.
        notes: what else is to be said of the files; read last too.

    Raises:
        DataError: the cache cannot be written.
    """
    draft = _aside(entry)
    try:
        draft.mkdir(parents=True)
        labels = _write_rows(draft / _IMAGES, image_size, rows)
        index = {
            "schema": SCHEMA,
            "images_mtime_ns": (draft / _IMAGES).stat().st_mtime_ns,
            "row_shape": [image_size, image_size, 3],
            "classes": classes,
            "labels": labels,
            "skipped": skipped,
            "notes": list(notes),
        }
        (draft / _INDEX).write_text(json.dumps(index), encoding="utf-8")
        _put(draft, entry)
    except OSError as error:
        raise DataError(
            f"cannot write the image cache {entry.parent}: {error.strerror}; "
            "set GANATOMY_CACHE to a folder with room that can be written"
        ) from error
    finally:
        shutil.rmtree(draft, ignore_errors=True)


def _write_rows(path: Path, image_size: int, rows: Iterable[tuple[NDArray[np.uint8], int]]) -> list[int]:
    """Write the pixels as one .npy array and return the labels."""
    labels = []
    with open(path, "wb") as file:
        _write_header(file, 0, image_size)
        for pixels, label in rows:
            file.write(pixels.tobytes())
            labels.append(label)
        file.seek(0)
        _write_header(file, len(labels), image_size)
        file.flush()
        os.fsync(file.fileno())
    return labels


def _write_header(file: BinaryIO, num_images: int, image_size: int) -> None:
    """Write the .npy header, which numpy pads to a length that does not depend on `num_images`."""
    shape = (num_images, image_size, image_size, 3)
    np.lib.format.write_array_header_1_0(file, {"descr": "|u1", "fortran_order": False, "shape": shape})


def _put(draft: Path, entry: Path) -> None:
    """Rename `draft` to `entry`, unless another process has put a whole one there meanwhile."""
    for _ in range(_ATTEMPTS):
        with suppress(OSError):  # something is there already
            draft.rename(entry)
        if read_entry(entry) is not None:
            return
        broken = _aside(entry)
        with suppress(OSError):  # another process has moved it
            entry.rename(broken)
        shutil.rmtree(broken, ignore_errors=True)
    draft.rename(entry)


def _aside(entry: Path) -> Path:
    """Return an unused name beside `entry`."""
    return entry.with_name(f"{entry.name}.tmp-{uuid.uuid4().hex}")
