import io
import shutil
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from ganatomy.data import cache, images
from ganatomy.data.image_set import ImageSet
from ganatomy.data.images import flip_horizontally, load_images, to_float, to_uint8
from ganatomy.data.told import NOT_AN_IMAGE
from ganatomy.errors import DataError
from ganatomy.seeds import stream

Load = Callable[..., ImageSet]


def encode(grey: int, kind: str = "PNG", size: tuple[int, int] = (8, 8)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, (grey, grey, grey)).save(buffer, kind)
    return buffer.getvalue()


def write(root: Path, files: dict[str, bytes], archive: bool = False) -> Path:
    """Write `files` as a folder or a zip and return its path."""
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    if not archive:
        return root
    return Path(shutil.make_archive(str(root), "zip", root))


def greys(images: ImageSet) -> list[int]:
    """Return the grey of each image; all are even."""
    return images.images[:, 0, 0, 0].tolist()


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load images through a cache of the test's own."""
    return lambda path, size=8, **options: load_images(path, size, cache_dir=tmp_path / "cache", **options)


SPLITS = {
    "train/sea/b.png": encode(2),
    "train/sea/a.jpg": encode(1, "JPEG"),
    "train/forest/c.webp": encode(3, "WEBP"),
    "test/sea/d.png": encode(4),
    "readme.txt": b"hello",
}


# Conversions.


def test_every_pixel_value_survives_the_round_trip() -> None:
    pixels = torch.arange(256, dtype=torch.uint8).reshape(1, 16, 16, 1).expand(2, 16, 16, 3)
    assert torch.equal(to_uint8(to_float(pixels)), pixels)


def test_floats_run_from_minus_one_to_one_channels_first() -> None:
    pixels = np.zeros((1, 2, 3, 3), np.uint8)
    pixels[0, 1, 2] = [255, 51, 0]
    floats = to_float(pixels)
    assert floats.shape == (1, 3, 2, 3)
    assert floats.dtype == torch.float32
    assert floats.is_contiguous()
    assert floats[0, :, 1, 2].tolist() == pytest.approx([1, -0.6, -1])


def test_pixels_are_rounded_and_clipped() -> None:
    floats = torch.tensor([-3, -0.99, 0.5, 3]).reshape(1, 1, 2, 2).expand(1, 3, 2, 2)
    assert to_uint8(floats)[0, :, :, 0].tolist() == [[0, 1], [191, 255]]


def test_conversions_leave_their_arguments_alone() -> None:
    floats = torch.full((1, 3, 2, 2), 0.5, dtype=torch.float64, requires_grad=True)
    assert not to_uint8(floats).requires_grad
    assert (floats == 0.5).all()
    pixels = np.zeros((1, 2, 2, 3), np.uint8)
    pixels.flags.writeable = False
    to_float(pixels).add_(1)
    assert (pixels == 0).all()


@pytest.mark.parametrize(
    "pixels", [np.zeros((1, 2, 2, 3)), np.zeros((2, 2, 3), np.uint8), np.zeros((1, 3, 4, 4), np.uint8)]
)
def test_other_arrays_are_not_pixels(pixels: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"pixels must be uint8 \(n, h, w, 3\), not torch\..*"):
        to_float(pixels)


@pytest.mark.parametrize(
    "floats", [torch.zeros(1, 3, 2, 2, dtype=torch.uint8), torch.zeros(3, 2, 2), torch.zeros(1, 2, 2, 3)]
)
def test_other_tensors_are_not_images(floats: torch.Tensor) -> None:
    with pytest.raises(DataError, match=r"images must be float \(n, 3, h, w\), not torch\..*"):
        to_uint8(floats)


def test_each_image_is_flipped_or_not() -> None:
    originals = torch.randn(1000, 3, 2, 5, generator=stream(0, "images"))
    flipped = flip_horizontally(originals, stream(0, "flips"))
    same = (flipped == originals).flatten(1).all(1)
    mirrored = (flipped == originals.flip(3)).flatten(1).all(1)
    assert (same ^ mirrored).all()
    assert 440 < same.sum() < 560  # binomial sd 15.8
    assert torch.equal(flipped, flip_horizontally(originals, stream(0, "flips")))


# Which images, in which order.


@pytest.mark.parametrize("archive", [False, True])
def test_the_train_split_is_taken_in_the_order_of_names(tmp_path: Path, load: Load, archive: bool) -> None:
    loaded = load(write(tmp_path / "data", SPLITS, archive))
    assert loaded.classes == ("forest", "sea")
    assert greys(loaded) == [3, 1, 2]
    assert loaded.labels.tolist() == [0, 1, 1]
    assert loaded.labels.dtype == np.int64
    assert loaded.skipped == (("readme.txt", NOT_AN_IMAGE),)
    assert isinstance(loaded.images, np.memmap)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"split": "train"}, [3, 1, 2]),
        ({"split": "test"}, [4]),
        ({"split": "all"}, [4, 3, 1, 2]),
        ({"classes": ("sea",)}, [1, 2]),
        ({"classes": ("sea", "forest", "sea")}, [3, 1, 2]),
        ({"classes": ("sea",), "split": "all"}, [4, 1, 2]),
    ],
)
def test_splits_and_classes(tmp_path: Path, load: Load, options: dict[str, object], expected: list[int]) -> None:
    assert greys(load(write(tmp_path / "data", SPLITS), **options)) == expected


def test_labels_count_the_chosen_classes(tmp_path: Path, load: Load) -> None:
    loaded = load(write(tmp_path / "data", SPLITS), classes=("sea",))
    assert loaded.classes == ("sea",)
    assert loaded.labels.tolist() == [0, 0]


def test_images_outside_class_folders_have_no_label(tmp_path: Path, load: Load) -> None:
    loaded = load(write(tmp_path / "data", {"1.png": encode(1), "2.PNG": encode(2)}), split="train")
    assert loaded.classes == ()
    assert loaded.labels.tolist() == [-1, -1]
    mixed = load(write(tmp_path / "data", {"sea/3.png": encode(3)}))
    assert mixed.classes == ("sea",)
    assert mixed.labels.tolist() == [-1, -1, 0]


def test_unknown_split_and_class_are_refused(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", SPLITS)
    with pytest.raises(DataError, match=r"no split 'val' in .*; .*it has test, train, all"):
        load(path, split="val")
    with pytest.raises(DataError, match=r"no class 'see' in .*; did you mean 'sea'\? it has forest, sea"):
        load(path, classes=("see",))


def test_cifar10_is_recognised_resized_and_picked_from(tmp_path: Path, load: Load) -> None:
    record = np.zeros(3073, np.uint8)
    for name in [*(f"data_batch_{number}" for number in range(1, 6)), "test_batch"]:
        records = np.stack([record + grey for grey in (1, 5, 8)])  # label and pixels are the same number
        records.tofile(write(tmp_path / "cifar", {f"{name}.bin": b""}) / f"{name}.bin")
    loaded = load(tmp_path / "cifar", 48)
    assert loaded.images.shape == (15, 48, 48, 3)
    assert loaded.labels.tolist() == greys(loaded) == [1, 5, 8] * 5
    picked = load(tmp_path / "cifar", 32, classes=("ship", "dog"), split="test")
    assert picked.classes == ("dog", "ship")
    assert greys(picked) == [5, 8]
    assert picked.labels.tolist() == [0, 1]


# What cannot be read.

NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
BROKEN = {"broken/empty.png": b"", "broken/text.jpg": b"not an image", "broken/truncated.png": b""}


def broken_files() -> dict[str, bytes]:
    buffer = io.BytesIO()
    Image.fromarray(NOISE).save(buffer, "PNG")
    return BROKEN | {"broken/truncated.png": buffer.getvalue()[:6000], "good/1.png": encode(1)}


@pytest.mark.parametrize("archive", [False, True])
def test_unreadable_files_are_listed_and_the_rest_is_read(tmp_path: Path, load: Load, archive: bool) -> None:
    loaded = load(write(tmp_path / "data", broken_files(), archive))
    assert greys(loaded) == [1]
    assert loaded.classes == ("broken", "good")
    assert loaded.labels.tolist() == [1]
    assert [name for name, _ in loaded.skipped] == list(BROKEN)
    reasons = [reason for _, reason in loaded.skipped]
    assert reasons[:2] == ["not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file"] * 2
    assert "truncated" in reasons[2]


def test_strict_stops_at_the_first_unreadable_image(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", broken_files())
    message = r"cannot read broken/empty.png: not a JPEG, .* file; mend it, remove it, or"
    with pytest.raises(DataError, match=message):
        load(path, strict=True)
    load(path)
    with pytest.raises(DataError, match=message):  # also when the others are in the cache
        load(path, strict=True)


def test_strict_does_not_stop_at_files_of_other_kinds(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", SPLITS)
    assert len(load(path, strict=True)) == 3
    assert len(load(path, strict=True)) == 3


def test_no_readable_image_is_refused(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", BROKEN)
    with pytest.raises(
        DataError, match=r"no image in .*data can be read; the last one, broken/truncated.png: not a JPEG"
    ):
        load(path)


@pytest.mark.parametrize("files", [{}, {"a.txt": b""}, {".hidden.png": b""}])
def test_no_image_is_refused(tmp_path: Path, load: Load, files: dict[str, bytes]) -> None:
    (tmp_path / "data").mkdir()
    path = write(tmp_path / "data", files)
    with pytest.raises(DataError, match=r"no images in .*data; JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF files are read"):
        load(path)


def test_nothing_there_is_refused(tmp_path: Path, load: Load) -> None:
    with pytest.raises(DataError, match=r"no folder or zip of images at .*nowhere"):
        load(tmp_path / "nowhere")


def test_a_size_below_one_is_refused(tmp_path: Path, load: Load) -> None:
    with pytest.raises(DataError, match=r"image_size is 0; it must be at least 1 pixel"):
        load(tmp_path, 0)


def test_a_cache_cleared_while_it_is_written_is_told(
    tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cache, "read_entry", lambda entry: None)
    monkeypatch.setattr(cache, "_put", lambda draft, entry: None)
    with pytest.raises(DataError, match=r"the cache .* was cleared while it was written; start again"):
        load(write(tmp_path / "data", SPLITS))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(kind=st.sampled_from(["PNG", "JPEG", "WEBP"]), data=st.data())
def test_damaged_files_never_stop_the_rest(
    tmp_path_factory: pytest.TempPathFactory, kind: str, data: st.DataObject
) -> None:
    content = bytearray(encode(90, kind, (16, 9)))
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    root = tmp_path_factory.mktemp("fuzz")
    path = write(root / "data", {"1.png": bytes(content), "2.png": encode(2)})
    loaded = load_images(path, 8, cache_dir=root / "cache")
    assert len(loaded) + len(loaded.skipped) == 2
    assert greys(loaded)[-1] == 2


# The cache.


def test_a_second_call_decodes_nothing(tmp_path: Path, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "data", SPLITS)
    first = load(path)
    monkeypatch.setattr(images, "decode_measured", lambda *_: pytest.fail("decoded again"))
    second = load(path)
    assert (first.images == second.images).all()
    assert (first.classes, first.skipped, first.labels.tolist()) == (
        second.classes,
        second.skipped,
        second.labels.tolist(),
    )


def test_a_changed_file_is_decoded_anew(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", {"1.png": encode(1)})
    assert greys(load(path)) == [1]
    time.sleep(0.02)  # a clock may be that coarse
    write(path, {"1.png": encode(2)})
    assert greys(load(path)) == [2]


def test_a_damaged_cache_is_made_anew(tmp_path: Path, load: Load) -> None:
    path = write(tmp_path / "data", SPLITS)
    load(path)
    for file in (tmp_path / "cache").rglob("*.npy"):
        file.write_bytes(b"garbage")
    assert greys(load(path)) == [3, 1, 2]


def test_the_cache_stands_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "here"))
    load_images(write(tmp_path / "data", SPLITS), 8)
    assert len(list((tmp_path / "here" / "images").glob("*/images.npy"))) == 1


class Counter:
    """Progress that counts."""

    def __init__(self) -> None:
        self.total, self.done = 0.0, 0.0

    @contextmanager
    def task(self, description: str, total: float | None, unit: str = "it") -> Iterator["Counter"]:
        self.total = total or 0
        yield self

    def advance(self, amount: float = 1, note: str = "") -> None:
        self.done += amount

    def update(self, completed: float, note: str = "") -> None:
        self.done = completed

    def line(self, text: str) -> None:
        pytest.fail(text)


def test_progress_counts_every_image(tmp_path: Path, load: Load) -> None:
    counter = Counter()
    load(write(tmp_path / "data", broken_files()), progress=counter)
    assert (counter.done, counter.total) == (4, 4)


def test_more_images_than_are_read_ahead_stay_in_order(tmp_path: Path, load: Load) -> None:
    with zipfile.ZipFile(tmp_path / "data.zip", "w") as archive:
        for index in range(200):
            archive.writestr(f"{index:03}.png", encode(index))
    assert greys(load(tmp_path / "data.zip")) == list(range(200))


@pytest.mark.slow
def test_scenes(shared: Path, load: Load) -> None:
    loaded = load(shared / "data" / "scenes_128.zip", 64)
    assert loaded.images.shape == (14_021, 64, 64, 3)
    assert loaded.classes == ("buildings", "forest", "glacier", "mountain", "sea", "street")
    assert np.bincount(loaded.labels).tolist() == [2190, 2270, 2405, 2506, 2273, 2377]
    assert loaded.skipped == ()
    start = time.perf_counter()
    load(shared / "data" / "scenes_128.zip", 64)
    assert time.perf_counter() - start < 0.5


def test_an_odd_folder_beside_the_splits_does_not_bring_the_test_images_in(tmp_path: Path, load: Load) -> None:
    files = {
        "train/1.png": encode(2),
        "test/2.png": encode(4),
        "unlabeled/3.png": encode(6),
        "unlabeled/4.png": encode(8),
    }
    loaded = load(write(tmp_path / "data", files))
    assert greys(loaded) == [2]
    assert loaded.notes == ("took 1 image: 1 of train", "left out, not of split train: 1 test, 2 unlabeled")
    assert greys(load(tmp_path / "data", split="unlabeled")) == [6, 8]


def test_a_split_that_is_taken_for_a_class_is_told(tmp_path: Path, load: Load) -> None:
    files = {"photos/1.png": encode(2), "test/2.png": encode(4)}
    said = "test is taken as a class like the folders beside it, not as a split; to leave it out, name the others with"
    assert load(write(tmp_path / "data", files)).notes[1].startswith(said)


def test_images_that_were_enlarged_are_counted(tmp_path: Path, load: Load) -> None:
    files = {"1.png": encode(2, size=(8, 30)), "2.png": encode(4, size=(7, 30)), "3.png": encode(6)}
    assert load(write(tmp_path / "data", files)).notes == (
        "took 3 images",
        "1 of 3 images have fewer than 8 pixels on their shorter side and were enlarged; a smaller image_size leaves "
        "them sharp",
    )


def test_bmp_tiff_and_gif_are_read_whatever_the_case_of_their_suffix(tmp_path: Path, load: Load) -> None:
    files = {"1.BMP": encode(2, "BMP"), "2.tif": encode(4, "TIFF"), "3.Gif": encode(6, "GIF")}
    assert greys(load(write(tmp_path / "data", files))) == [2, 4, 6]
