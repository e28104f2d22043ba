import os
import zipfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from ganatomy.data import archive
from ganatomy.data.archive import open_source, signature
from ganatomy.errors import DataError

FILES = {"b.jpg": b"one", "a/2.png": b"two", "a/1.png": b"three"}
HIDDEN = {".DS_Store": b"x", ".git/a.jpg": b"x", "a/.b.jpg": b"x", "__MACOSX/a/1.png": b"x"}


def make_folder(root: Path, files: dict[str, bytes]) -> Path:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)
    return root


def make_zip(path: Path, files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", method) as file:
        for name, content in files.items():
            file.writestr(name, content)
    return path


@pytest.fixture(params=["folder", "zip"])
def source_path(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    if request.param == "folder":
        return make_folder(tmp_path / "data", FILES | HIDDEN)
    return make_zip(tmp_path / "data.zip", FILES | HIDDEN)


def test_files_come_sorted_and_without_hidden_ones(source_path: Path) -> None:
    with open_source(source_path) as source:
        assert source.names() == ["a/1.png", "a/2.png", "b.jpg"]
        assert {name: source.read(name) for name in source.names()} == FILES


def test_a_file_of_more_bytes_than_allowed_is_refused(source_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_FILE_BYTES", 4)
    with open_source(source_path) as source:
        assert source.read("b.jpg") == b"one"
        with pytest.raises(DataError, match=r"5 bytes; at most 4 are read"):
            source.read("a/1.png")


def test_many_threads_read_one_zip(tmp_path: Path) -> None:
    files = {f"{index:03}.png": os.urandom(20_000) for index in range(200)}
    with open_source(make_zip(tmp_path / "data.zip", files)) as source, ThreadPoolExecutor(8) as pool:
        assert list(pool.map(source.read, files)) == list(files.values())


def test_a_damaged_zip_entry_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "data.zip", {"a.png": b"pixels", "b.png": b"others"}, zipfile.ZIP_STORED)
    path.write_bytes(path.read_bytes().replace(b"pixels", b"pixelz", 1))
    with open_source(path) as source:
        with pytest.raises(DataError, match=r"cannot be unpacked: Bad CRC-32"):
            source.read("a.png")
        assert source.read("b.png") == b"others"


def test_an_encrypted_zip_entry_is_refused(tmp_path: Path) -> None:
    path = make_zip(tmp_path / "data.zip", {"a.png": b"pixels"})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x03\x04") + 6] |= 1  # the flag "encrypted", in both headers
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)
    with open_source(path) as source, pytest.raises(DataError, match=r"cannot be unpacked: .*encrypted"):
        source.read("a.png")


def test_names_with_backslashes_are_folders(tmp_path: Path) -> None:
    with open_source(make_zip(tmp_path / "data.zip", {"sea\\1.png": b"x"})) as source:
        assert source.names() == ["sea/1.png"]
        assert source.read("sea/1.png") == b"x"


def test_linked_folders_are_read_once_and_loops_end(tmp_path: Path) -> None:
    root = make_folder(tmp_path / "data", {"a/1.png": b"x"})
    outside = make_folder(tmp_path / "outside", {"2.png": b"y"})
    (root / "b").symlink_to(outside)
    (root / "a" / "up").symlink_to(root)
    with open_source(root) as source:
        assert source.names() == ["a/1.png", "b/2.png"]


def test_what_is_not_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dangling.png").symlink_to(tmp_path / "nowhere")
    os.mkfifo(tmp_path / "pipe.png")
    assert len(signature(tmp_path)) == 3
    with open_source(tmp_path) as source:
        for name in source.names():
            with pytest.raises(DataError, match=r"not a regular file"):
                source.read(name)


def test_a_folder_that_cannot_be_listed_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: str) -> None:
        raise PermissionError(13, "Permission denied", path)

    monkeypatch.setattr(os, "scandir", refuse)
    with open_source(tmp_path) as source, pytest.raises(DataError, match=r"cannot list .*: Permission denied"):
        source.names()


@pytest.mark.parametrize("use", [signature, lambda path: open_source(path).__enter__()])
def test_neither_folder_nor_zip_is_refused(tmp_path: Path, use: object) -> None:
    assert callable(use)
    with pytest.raises(DataError, match=r"no folder or zip of images at .*nowhere"):
        use(tmp_path / "nowhere")
    (tmp_path / "a.tar").write_bytes(b"not a zip")
    with pytest.raises(DataError, match=r"a\.tar is neither a folder nor a zip; give one of images"):
        use(tmp_path / "a.tar")


def test_the_signature_changes_with_any_file(source_path: Path) -> None:
    before = signature(source_path)
    assert signature(source_path) == before
    changed = source_path / "a" / "1.png" if source_path.is_dir() else source_path
    os.utime(changed, ns=(0, 0))
    assert signature(source_path) != before
