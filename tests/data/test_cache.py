import errno
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from ganatomy.data import cache
from ganatomy.data.cache import default_cache_dir, fingerprint, read_entry, write_entry
from ganatomy.errors import DataError

SIZE = 4
PIXELS = np.random.default_rng(0).integers(0, 256, (5, SIZE, SIZE, 3), np.uint8)
LABELS = [1, 0, -1, 1, 0]


def rows() -> Iterator[tuple[NDArray[np.uint8], int]]:
    yield from zip(PIXELS, LABELS, strict=True)


def write(entry: Path) -> None:
    write_entry(entry, SIZE, ("forest", "sea"), rows(), [("a.txt", "not an image")])


def assert_whole(entry: Path) -> None:
    images = read_entry(entry)
    assert images is not None
    assert (images.images == PIXELS).all()
    assert images.labels.tolist() == LABELS
    assert images.classes == ("forest", "sea")
    assert images.skipped == (("a.txt", "not an image"),)


@pytest.fixture
def entry(tmp_path: Path) -> Path:
    path = tmp_path / "images" / "0123"
    write(path)
    return path


def test_an_entry_comes_back_memory_mapped_and_read_only(entry: Path) -> None:
    assert_whole(entry)
    images = read_entry(entry)
    assert images is not None
    assert isinstance(images.images, np.memmap)
    assert not images.images.flags.writeable
    assert images.image_size == SIZE
    assert [path.name for path in entry.parent.iterdir()] == ["0123"]


def test_numpy_reads_the_images_alone(entry: Path) -> None:
    assert (np.load(entry / "images.npy") == PIXELS).all()


def test_skipped_is_written_after_the_rows(tmp_path: Path) -> None:
    skipped: list[tuple[str, str]] = []

    def late() -> Iterator[tuple[NDArray[np.uint8], int]]:
        yield from rows()
        skipped.append(("late.jpg", "broken"))

    write_entry(tmp_path / "e", SIZE, (), late(), skipped)
    images = read_entry(tmp_path / "e")
    assert images is not None
    assert images.skipped == (("late.jpg", "broken"),)


def test_no_entry_is_none(tmp_path: Path) -> None:
    assert read_entry(tmp_path / "nothing") is None


def overwrite_in_place(entry: Path) -> None:
    with open(entry / "images.npy", "r+b") as file:
        file.seek(200)
        file.write(b"\0" * 8)
    os.utime(entry / "images.npy", ns=(0, 10**18))  # a clock may be too coarse to show the write


def change_index(entry: Path, **changes: object) -> None:
    index = json.loads((entry / "index.json").read_text())
    (entry / "index.json").write_text(json.dumps(index | changes))


DAMAGES = {
    "images missing": lambda entry: (entry / "images.npy").unlink(),
    "images empty": lambda entry: (entry / "images.npy").write_bytes(b""),
    "images truncated": lambda entry: os.truncate(entry / "images.npy", 300),
    "images garbage": lambda entry: (entry / "images.npy").write_bytes(b"garbage" * 99),
    "images overwritten": overwrite_in_place,
    "index missing": lambda entry: (entry / "index.json").unlink(),
    "index empty": lambda entry: (entry / "index.json").write_text(""),
    "index not text": lambda entry: (entry / "index.json").write_bytes(b"\xff\xfe"),
    "index a list": lambda entry: (entry / "index.json").write_text("[]"),
    "index without keys": lambda entry: (entry / "index.json").write_text("{}"),
    "labels missing": lambda entry: change_index(entry, labels=[1]),
    "labels garbage": lambda entry: change_index(entry, labels="abc"),
    "another schema": lambda entry: change_index(entry, schema=0),
    "another size": lambda entry: change_index(entry, row_shape=[8, 8, 3]),
    "skipped garbage": lambda entry: change_index(entry, skipped=[1]),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_entry_is_seen_and_replaced(entry: Path, damage: str) -> None:
    DAMAGES[damage](entry)
    assert read_entry(entry) is None
    write(entry)
    assert_whole(entry)
    assert [path.name for path in entry.parent.iterdir()] == ["0123"]


def test_a_file_in_the_place_of_an_entry_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "e").write_text("in the way")
    write(tmp_path / "e")
    assert_whole(tmp_path / "e")


def test_what_the_rows_raise_leaves_nothing_behind(tmp_path: Path) -> None:
    def failing() -> Iterator[tuple[NDArray[np.uint8], int]]:
        yield PIXELS[0], 0
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_entry(tmp_path / "e", SIZE, (), failing(), [])
    assert list(tmp_path.iterdir()) == []


def test_a_whole_entry_of_another_process_is_left(entry: Path) -> None:
    before = (entry / "images.npy").stat().st_ino
    write(entry)
    assert (entry / "images.npy").stat().st_ino == before


WRITER = """
import sys
from pathlib import Path
import numpy as np
from ganatomy.data.cache import read_entry, write_entry
entry, number = Path(sys.argv[1]), int(sys.argv[2])
for turn in range(40):
    if number == 0 and turn % 4 == 3:
        (entry / "index.json").unlink(missing_ok=True)
    rows = ((np.full((16, 16, 3), i, np.uint8), i) for i in range(100))
    write_entry(entry, 16, (), rows, [])
    images = read_entry(entry)
    if images is not None:
        assert (images.images == images.labels[:, None, None, None]).all() and len(images) == 100
"""


def test_processes_at_once_never_see_or_leave_half_an_entry(tmp_path: Path) -> None:
    entry = tmp_path / "e"
    commands = [[sys.executable, "-c", WRITER, str(entry), str(number)] for number in range(3)]
    processes = [subprocess.Popen(command) for command in commands]
    assert [process.wait() for process in processes] == [0, 0, 0]
    images = read_entry(entry)
    assert images is not None
    assert (images.images == images.labels[:, None, None, None]).all()
    assert list(tmp_path.iterdir()) == [entry]


def test_a_cache_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DataError, match=r"cannot write the image cache .*file: Not a directory; set GANATOMY_CACHE"):
        write(tmp_path / "file" / "e")


def test_a_full_disk_is_told_and_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(cache.os, "fsync", full)
    with pytest.raises(DataError, match=r"cannot write the image cache .*: No space left on device"):
        write(tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


def test_an_entry_that_cannot_be_moved_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Path, target: Path) -> None:
        raise OSError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(DataError, match=r"cannot write the image cache .*: Permission denied"):
        write(tmp_path / "e")
    assert list(tmp_path.iterdir()) == []


def test_the_fingerprint_changes_with_every_part() -> None:
    assert fingerprint([["a", 1], 64]) == fingerprint([["a", 1], 64])
    assert fingerprint([["a", 1], 64]) != fingerprint([["a", 1], 65])
    assert len(fingerprint([])) == 32


def test_the_default_place(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GANATOMY_CACHE", raising=False)
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    assert default_cache_dir() == Path.home() / ".cache" / "ganatomy"
    monkeypatch.setenv("XDG_CACHE_HOME", "/x")
    assert default_cache_dir() == Path("/x/ganatomy")
    monkeypatch.setenv("GANATOMY_CACHE", "/y")
    assert default_cache_dir() == Path("/y")
