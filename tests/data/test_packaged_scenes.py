"""The packed scenes are those that the renderer paints, and are given only to who asks for them."""

from pathlib import Path

import numpy as np
import pytest

from ganatomy.config.demo import DemoConfig
from ganatomy.data import packaged_scenes as module
from ganatomy.data.packaged_scenes import IMAGE_SIZE, NUM_IMAGES, PACKED, SEED, pack_scenes, packaged_scenes
from ganatomy.data.scenes import render


def test_the_packed_scenes_are_what_the_renderer_paints():
    packed, rendered = packaged_scenes(NUM_IMAGES, IMAGE_SIZE, SEED), render(SEED, NUM_IMAGES, IMAGE_SIZE)[0]
    # All are equal where this was measured; compiled for another processor, a value may round to its neighbour.
    differ = (packed != rendered).mean()
    assert differ < 1e-5, f"{differ:.2%} of the values differ; run python scripts/pack_scenes.py"


def test_the_demo_grows_on_the_packed_scenes():
    demo = DemoConfig()
    assert packaged_scenes(demo.num_scenes, demo.image_size, demo.seed) is not None
    assert PACKED.stat().st_size < 4e6


def test_fewer_scenes_are_the_first_of_them():
    few = packaged_scenes(3, IMAGE_SIZE, SEED)
    assert (few.shape, few.dtype) == ((3, 32, 32, 3), np.uint8)
    assert np.array_equal(few, packaged_scenes(NUM_IMAGES, IMAGE_SIZE, SEED)[:3])


@pytest.mark.parametrize("asked", [(NUM_IMAGES + 1, 32, 0), (3, 64, 0), (3, 32, 1)])
def test_other_scenes_are_not_packed(asked):
    assert packaged_scenes(*asked) is None


def test_what_is_packed_is_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(module, "NUM_IMAGES", 80)  # two rows of tiles
    monkeypatch.setattr(module, "PACKED", tmp_path / "few.webp")
    images = np.zeros((80, 32, 32, 3), np.uint8)  # noise would be packed for seconds
    images[:] = np.arange(80, dtype=np.uint8)[:, None, None, None]
    images[:, 7, 3] = 255, 0, 9
    pack_scenes(images, tmp_path / "few.webp")
    assert np.array_equal(packaged_scenes(80, IMAGE_SIZE, SEED), images)
