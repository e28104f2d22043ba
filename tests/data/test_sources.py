"""The images that settings ask for: a folder, or scenes rendered once; here each scene is one shade."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from ganatomy.config.evolve import DataSettings
from ganatomy.data import cache, scenes, sources
from ganatomy.data.mixtures import MIXTURES
from ganatomy.data.packaged_scenes import packaged_scenes
from ganatomy.data.points import Mixture
from ganatomy.data.sources import load_scenes, open_data, open_images
from ganatomy.errors import DataError
from ganatomy.progress import Silent


class Told(Silent):
    """Keeps the lines it is told, and counts what is advanced."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.tasks: list[tuple[str, float | None, str]] = []
        self.done = 0.0

    def line(self, text: str) -> None:
        self.lines.append(text)

    def task(self, description: str, total: float | None, unit: str = "it") -> "Told":  # type: ignore[override]
        self.tasks.append((description, total, unit))
        return self

    def __enter__(self) -> "Told":
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        self.done += amount


@pytest.fixture
def rendered(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, int, int]]:
    """Return the calls of a renderer whose image i of seed s has the shade s + i."""
    calls: list[tuple[int, int, int, int]] = []

    def render(
        seed: int, n: int, image_size: int, table: scenes.SceneTable, first: int = 0
    ) -> tuple[NDArray[np.uint8], None]:
        calls.append((seed, n, image_size, first))
        shade = np.arange(seed + first, seed + first + n, dtype=np.uint8)[:, None, None, None]
        return np.broadcast_to(shade, (n, image_size, image_size, 3)).copy(), None

    monkeypatch.setattr(scenes, "render", render)
    monkeypatch.setattr(scenes, "renderer_version", lambda: "shades 1")
    return calls


@pytest.fixture(autouse=True)
def _cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))


TOLD = [
    "took 2 images: 1 of train/sea, 1 of train/wood",
    "left out, not of split train: 1 test",
    "2 of 2 images have fewer than 32 pixels on their shorter side and were enlarged; a smaller image_size leaves them "
    "sharp",
    "skipped train/sea/9.png: not a JPEG, PNG, WebP, BMP, TIFF, GIF or AVIF file",
]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Return a folder with a red, a green and a blue image, the last in the test split, and one broken file."""
    folder = tmp_path / "photos"
    for name, colour in (("train/sea/1", "red"), ("train/wood/2", "lime"), ("test/sea/3", "blue")):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (10, 8), colour).save(folder / f"{name}.png")
    (folder / "train/sea/9.png").write_bytes(b"no image")
    return folder


def test_scenes_are_rendered_in_parts_and_counted(rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_RENDERED_AT_ONCE", 4)
    told = Told()
    images = load_scenes(10, 8, seed=3, progress=told)
    assert rendered == [(3, 4, 8, 0), (3, 4, 8, 4), (3, 2, 8, 8)]
    assert images.images[:, 7, 0, 2].tolist() == list(range(3, 13))
    assert images.images.shape == (10, 8, 8, 3)
    assert (images.classes, images.labels.tolist()) == ((), [-1] * 10)
    assert told.tasks == [("rendering scenes", 10, "img")]
    assert told.done == 10


def test_large_scenes_are_rendered_fewer_at_a_time(rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "_PIXELS_AT_ONCE", 3 * 8 * 8)
    load_scenes(7, 8, seed=3)
    assert [count for _, count, _, _ in rendered] == [3, 3, 1]


def test_scenes_are_rendered_once(rendered, tmp_path: Path) -> None:
    first, second = (load_scenes(5, 8, seed=0, cache_dir=tmp_path / "own") for _ in range(2))
    assert len(rendered) == 1
    assert np.array_equal(first.images, second.images)
    assert isinstance(second.images, np.memmap)
    assert [p.parent.parent for p in (tmp_path / "own").rglob("images.npy")] == [tmp_path / "own" / "images"]


@pytest.mark.parametrize("other", [(6, 8, 0), (5, 16, 0), (5, 8, 1)])
def test_other_scenes_are_rendered_anew(rendered, other: tuple[int, int, int]) -> None:
    load_scenes(5, 8, 0)
    images = load_scenes(*other)
    assert len(rendered) == 2
    assert (len(images), images.image_size, int(images.images[0, 0, 0, 0])) == other


def test_presets_are_kept_apart(rendered) -> None:
    for preset in ("scenes", "scenes:houses", "scenes:streets", "scenes:houses"):
        load_scenes(5, 32, 0, preset=preset)
    assert rendered == [(0, 5, 32, 0)] * 2  # the default is packaged, and houses are kept


def test_scenes_of_another_table_are_rendered_anew(rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    load_scenes(5, 8, 0, preset="scenes:houses")
    monkeypatch.setattr(scenes, "PRESETS", {"scenes:houses": scenes.SceneTable(p_tree=0.5)})
    load_scenes(5, 8, 0, preset="scenes:houses")
    assert len(rendered) == 2


def test_a_preset_is_rendered_by_its_table() -> None:
    images = open_images(DataSettings(data="scenes:houses", image_size=32, num_scenes=3), 7)
    assert np.array_equal(images.images, scenes.render(7, 3, 32, scenes.PRESETS["scenes:houses"])[0])


def test_scenes_of_another_renderer_are_rendered_anew(rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    load_scenes(5, 8, 0)
    monkeypatch.setattr(scenes, "renderer_version", lambda: "shades 2")
    load_scenes(5, 8, 0)
    assert len(rendered) == 2


def test_a_cache_that_is_cleared_meanwhile_is_told(rendered, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "write_entry", lambda *_: None)
    with pytest.raises(DataError, match=r"the cache .*images/\w{32} was cleared while it was written; start again"):
        load_scenes(5, 8, 0)


def test_packaged_scenes_are_neither_rendered_nor_kept(rendered, tmp_path: Path) -> None:
    images = load_scenes(3, 32, 0)
    assert np.array_equal(images.images, packaged_scenes(3, 32, 0))
    assert (images.classes, images.labels.tolist()) == ((), [-1] * 3)
    assert rendered == []
    assert not (tmp_path / "cache").exists()


def test_settings_choose_scenes_by_their_name(rendered) -> None:
    images = open_images(DataSettings(image_size=32, num_scenes=3), 7)
    assert rendered == [(7, 3, 32, 0)]
    assert images.images[:, 0, 0, 0].tolist() == [7, 8, 9]


@pytest.mark.parametrize("name", MIXTURES)
def test_settings_choose_points_by_the_name_of_their_mixture(name: str, tmp_path: Path) -> None:
    assert open_data(DataSettings(data=name), 0) == Mixture(name)
    assert not (tmp_path / "cache").exists()


def test_all_other_data_are_images(rendered, photos: Path) -> None:
    told = Told()
    scenes = open_data(DataSettings(data="scenes", image_size=32, num_scenes=3), 0)
    images = open_data(DataSettings(data=str(photos), image_size=32), 0, told)
    assert [len(found) for found in (scenes, images)] == [3, 2]  # type: ignore[arg-type]
    assert told.lines == TOLD


def test_settings_choose_folder_split_and_classes_and_skipped_files_are_listed(photos: Path) -> None:
    told = Told()
    images = open_images(DataSettings(data=str(photos), image_size=32), 0, told)
    assert images.images[:, 0, 0].tolist() == [[255, 0, 0], [0, 255, 0]]
    assert images.classes == ("sea", "wood")
    assert images.image_size == 32
    assert told.lines == TOLD
    assert len(open_images(DataSettings(data=str(photos), image_size=32, split="all"), 0)) == 3
    assert len(open_images(DataSettings(data=str(photos), image_size=32, classes=("wood",)), 0)) == 1


def test_what_settings_ask_for_and_is_not_there_is_told(photos: Path, tmp_path: Path) -> None:
    with pytest.raises(
        DataError,
        match=r"cannot read train/sea/9.png: not a JPEG, .* file; mend it, remove",
    ):
        open_images(DataSettings(data=str(photos), image_size=32, strict=True), 0)
    with pytest.raises(DataError, match=r"no folder or zip of images at .*nowhere"):
        open_images(DataSettings(data=str(tmp_path / "nowhere")), 0)
