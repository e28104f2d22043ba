"""Areas of real images: drawn by seed, segmented once."""

import numpy as np
import pytest
import torch
from PIL import Image

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.data.scenes import PRESETS
from ganatomy.dissect.areas.real import draw_images, real_areas
from ganatomy.errors import DataError
from ganatomy.runs.directory import create_run
from ganatomy.segment.planted import PlantedSegmenter


class Counting(PlantedSegmenter):
    """Counts what it segments."""

    def __init__(self):
        super().__init__()
        self.seen = 0

    def segment(self, images):
        self.seen += len(images)
        return super().segment(images)


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def run(tmp_path):
    """Return a run on 8 images of 32 px; in image i, 4 i rows are sky and the rest is grass."""
    for index in range(8):
        pixels = np.zeros((32, 32, 3), np.uint8)
        pixels[4 * index :, :, 1] = 255
        pixels[: 4 * index, :, 2] = 255
        (tmp_path / "photos").mkdir(exist_ok=True)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{index}.png")
    config = EvolveConfig.of(data=str(tmp_path / "photos"), image_size=32)
    return create_run(tmp_path / "runs", "r", to_json(config))


def sky(areas):
    return sorted((32 * areas[:, 1]).round().astype(int).tolist())


def test_images_are_drawn_without_replacement_by_seed(run):
    drawn = draw_images(run, 5, seed=0)
    assert drawn.shape == (5, 32, 32, 3)
    assert len(np.unique(drawn, axis=0)) == 5
    assert (draw_images(run, 5, seed=0) == drawn).all()
    assert (draw_images(run, 3, seed=0) == drawn[:3]).all()
    assert (draw_images(run, 5, seed=1) != drawn).any()
    assert len(draw_images(run, 100, seed=0)) == 8


def test_areas_are_those_of_the_images_and_are_kept(run):
    segmenter = Counting()
    areas = real_areas(run, segmenter, 8, seed=0, batch_size=3)
    assert sky(areas) == [0, 4, 8, 12, 16, 20, 24, 28]
    assert areas[:, :3].sum(1) == pytest.approx(np.ones(8))
    again = real_areas(run, segmenter, 8, seed=0, batch_size=5)
    assert (again == areas).all()
    assert segmenter.seen == 8
    assert len(list((run.path / "dissect").glob("real-areas-*.npz"))) == 1


def test_other_pixels_another_draw_or_another_segmenter_are_segmented_again(run, tmp_path):
    segmenter = Counting()
    real_areas(run, segmenter, 8, seed=0)
    real_areas(run, segmenter, 4, seed=0)
    assert segmenter.seen == 12
    Image.new("RGB", (32, 32), "blue").save(tmp_path / "photos" / "0.png")
    assert sky(real_areas(run, segmenter, 8, seed=0)) == [4, 8, 12, 16, 20, 24, 28, 32]
    segmenter.fingerprint = "planted-2"
    real_areas(run, segmenter, 8, seed=0)
    assert segmenter.seen == 28


def test_of_scenes_only_as_many_as_needed_are_rendered(tmp_path, monkeypatch):
    asked = []

    def render(seed, n, image_size, table, first=0):
        asked.append((seed, n, table))
        return np.full((n, image_size, image_size, 3), 9, np.uint8), None

    monkeypatch.setattr("ganatomy.data.scenes.render", render)
    config = EvolveConfig.of(data="scenes:houses", num_scenes=20_000, image_size=32, seed=3)
    run = create_run(tmp_path, "r", to_json(config))
    assert len(draw_images(run, 6, seed=0)) == 6
    assert asked == [(3, 6, PRESETS["scenes:houses"])]


def test_unknown_data_and_no_images_are_refused(run, tmp_path):
    outside = create_run(tmp_path / "runs", "r", {"schema": 1, "model": "outside"})
    with pytest.raises(DataError) as refused:
        real_areas(outside, PlantedSegmenter(), 4, seed=0)
    assert str(refused.value) == (
        f"{outside.path} does not say what images it was trained on; give real images with --data where the command "
        "takes any, or leave them out"
    )
    with pytest.raises(DataError, match="0 real images are asked for; give 1 or more"):
        draw_images(run, 0, seed=0)


def test_images_go_where_the_segmenter_is(run):
    class Elsewhere(PlantedSegmenter):
        def segment(self, images):
            assert (images.device.type, images.dtype) == ("meta", torch.float32)
            return torch.ones(len(images), 1, 32, 32, dtype=torch.int64)

    assert sky(real_areas(run, Elsewhere(), 2, seed=0, device="meta")) == [32, 32]
