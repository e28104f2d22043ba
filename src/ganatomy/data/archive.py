"""The files of a folder or a zip."""

import os
import threading
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

from ganatomy.errors import DataError

MAX_FILE_BYTES = 1 << 28
"""Largest file that is read: 256 MiB."""


class Source(Protocol):
    """Files by name; names are relative, with forward slashes."""

    def names(self) -> list[str]:
        """Return the names of all files that are not hidden, sorted."""

    def read(self, name: str) -> bytes:
        """Return a file's bytes; any thread may call it."""


class FolderSource:
    """The files under a folder, linked folders included."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def names(self) -> list[str]:
        """Return the names of all files that are not hidden, sorted."""
        return sorted(name for name, _ in _walk(self._path))

    def read(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            DataError: the file is larger than `MAX_FILE_BYTES`, or a pipe, device or link to nothing.
        """
        path = self._path / name
        if not path.is_file():
            raise DataError("not a regular file")
        _check_size(path.stat().st_size)
        return path.read_bytes()


class ZipSource:
    """The files in a zip, read in place: nothing is unpacked to disk."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._lock = threading.Lock()
        files = {info.filename.replace("\\", "/"): info for info in archive.infolist() if not info.is_dir()}
        self._files = {name: info for name, info in files.items() if not _is_hidden(name)}

    def names(self) -> list[str]:
        """Return the names of all files that are not hidden, sorted."""
        return sorted(self._files)

    def read(self, name: str) -> bytes:
        """Return a file's bytes.

        Raises:
            DataError: the file is larger than `MAX_FILE_BYTES`, encrypted, damaged or packed in an unknown way.
        """
        info = self._files[name]
        _check_size(info.file_size)
        try:
            with self._lock:
                return self._archive.read(info)
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
            raise DataError(f"cannot be unpacked: {error}") from error


@contextmanager
def open_source(path: Path) -> Iterator[Source]:
    """Yield the files of the folder or zip at `path`.

    Raises:
        DataError: there is neither a folder nor a zip.
    """
    if path.is_dir():
        yield FolderSource(path)
        return
    _require_zip(path)
    with zipfile.ZipFile(path) as archive:
        yield ZipSource(archive)


def signature(path: Path) -> list[object]:
    """Return what changes when the folder or zip at `path` does: names, sizes, times of last change.

    Raises:
        DataError: there is neither a folder nor a zip.
    """
    if path.is_dir():
        files = sorted((name, status.st_size, status.st_mtime_ns) for name, status in _walk(path))
        return [str(path.resolve()), *files]
    _require_zip(path)
    status = path.stat()
    return [str(path.resolve()), status.st_size, status.st_mtime_ns]


def _walk(root: Path) -> Iterator[tuple[str, os.stat_result]]:
    """Yield the name and status of each file under `root` that is not hidden, following each link once.

    Raises:
        DataError: a folder cannot be listed.
    """

    def refuse(error: OSError) -> None:
        raise DataError(f"cannot list {error.filename}: {error.strerror}; make it readable or take it away") from error

    seen = set()
    for folder, subfolders, files in os.walk(root, onerror=refuse, followlinks=True):
        real = os.path.realpath(folder)
        if real in seen:
            subfolders.clear()
            continue
        seen.add(real)
        for file in files:
            path = Path(folder, file)
            name = path.relative_to(root).as_posix()
            if not _is_hidden(name):
                yield name, path.stat() if path.exists() else path.lstat()
        subfolders[:] = sorted(name for name in subfolders if not _is_hidden(name))  # sorted: which link comes first


def _is_hidden(name: str) -> bool:
    return any(part.startswith(".") or part == "__MACOSX" for part in name.split("/"))


def _require_zip(path: Path) -> None:
    if not path.exists():
        raise DataError(f"no folder or zip of images at {path}")
    if not zipfile.is_zipfile(path):
        raise DataError(f"{path} is neither a folder nor a zip; give one of images (unpack other archives first)")


def _check_size(num_bytes: int) -> None:
    if num_bytes > MAX_FILE_BYTES:
        raise DataError(f"{num_bytes} bytes; at most {MAX_FILE_BYTES} are read")
