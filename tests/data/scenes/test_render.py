"""Scenes follow from their seed alone, and their masks are those of a world with sky above ground."""

import hashlib
import shutil
from pathlib import Path

import numba
import numpy as np
import pytest
from scipy import ndimage

from ganatomy.data.scenes import CONCEPTS, render, renderer_version
from ganatomy.data.scenes.concepts import (
    BOAT,
    BUILDING,
    CLOUD,
    DOOR,
    GRASS,
    OTHER,
    ROAD,
    ROOF,
    SKY,
    SUN,
    TREE,
    WATER,
    WINDOW,
)  # fmt: skip
from ganatomy.errors import ConfigError

WALLS = (BUILDING, ROOF, DOOR, WINDOW)


def _equal(ours, theirs):
    return all(np.array_equal(our, their) for our, their in zip(ours, theirs, strict=True))


@pytest.mark.parametrize(
    ("asked", "message"),
    [
        ({"seed": -1}, "seed is -1; give 0 or more"),
        ({"n": -2}, "n is -2; give 0 or more"),
        ({"image_size": 0}, "image_size is 0; give 1 or more"),
        ({"first": -3}, "first is -3; give 0 or more"),
    ],
)
def test_numbers_that_are_too_small_are_refused(asked, message):
    with pytest.raises(ConfigError, match=message):
        render(**{"seed": 0, "n": 1, "image_size": 8, **asked})


@pytest.mark.parametrize("image_size", [64, 128])
def test_images_and_masks_are_bytes_of_the_size_asked_for(image_size):
    images, masks = render(0, 3, image_size)
    assert (images.shape, images.dtype) == ((3, image_size, image_size, 3), np.uint8)
    assert (masks.shape, masks.dtype) == ((3, image_size, image_size), np.uint8)


def test_no_scenes_are_none():
    images, masks = render(0, 0)
    assert (images.shape, masks.shape) == ((0, 64, 64, 3), (0, 64, 64))


def test_the_same_seed_gives_the_same_scenes():
    assert _equal(render(5, 20), render(5, 20))


def test_a_scene_does_not_depend_on_how_many_are_rendered(draw):
    assert _equal([array[:7] for array in draw()], render(0, 7))


def test_parts_put_together_are_the_whole(draw):
    parts = [render(0, n, first=first) for first, n in ((0, 1), (1, 32), (33, 67))]
    assert _equal(draw(), map(np.concatenate, zip(*parts, strict=True)))


def test_one_thread_renders_what_two_do(draw):
    threads = numba.get_num_threads()
    try:
        for number in range(1, min(2, numba.config.NUMBA_NUM_THREADS) + 1):
            numba.set_num_threads(number)
            assert _equal(draw(), render(0, 100))
    finally:
        numba.set_num_threads(threads)


def test_no_two_scenes_are_the_same(draw):
    images = [*draw()[0], *render(1, 100)[0]]
    assert len({hashlib.sha256(image.tobytes()).digest() for image in images}) == 200


@pytest.mark.parametrize("image_size", [64, 128])
def test_masks_hold_concepts_and_nothing_else(draw, image_size):
    assert draw(image_size=image_size)[1].max() < len(CONCEPTS)


def test_five_hundred_scenes_show_every_concept(draw):
    assert set(np.unique(draw(n=500)[1])) == set(range(len(CONCEPTS)))


def test_a_scene_of_twice_the_size_shows_the_same(draw):
    (small, mask), (large, fine) = draw(), draw(image_size=128)
    # Every second pixel starts at the same point; the majority is taken over a quarter of the area, which differs
    # at edges and in foliage: .983 is the least of 500 scenes.
    assert (fine[:, ::2, ::2] == mask).mean((1, 2)).min() > 0.97
    assert (fine[:, ::2, ::2] == mask).mean() > 0.99
    halved = large.reshape(100, 64, 2, 64, 2, 3).mean((2, 4))
    # Fine texture and grain are drawn for each pixel; .02 of the range in the mean, .04 in the worst of 500 scenes.
    assert np.abs(halved - small).mean((1, 2, 3)).max() < 8


@pytest.mark.parametrize("image_size", [64, 128])
def test_no_sky_lies_below_ground(draw, image_size):
    masks = draw(image_size=image_size)[1]
    below = np.cumsum(np.isin(masks, (GRASS, ROAD, OTHER, WATER)), axis=1) > 0
    assert not np.isin(masks[below], (SKY, CLOUD, SUN)).any()


def test_no_sky_lies_below_the_lowest_horizon(draw):
    masks = draw(p_fog=0)[1]
    assert not np.isin(masks[:, int(0.62 * 64) + 2 :], (SKY, CLOUD, SUN)).any()  # draw_camera


@pytest.mark.parametrize(("concept", "neighbours"), [(DOOR, WALLS), (WINDOW, WALLS), (ROOF, WALLS), (BOAT, (WATER,))])
def test_parts_adjoin_what_they_belong_to(draw, concept, neighbours):
    # Nothing but leaves can stand before a house or a boat and leave a few pixels of it in sight.
    assert _loose_parts(draw(p_tree=0)[1], concept, neighbours) == 0
    assert _loose_parts(draw()[1], concept, (*neighbours, TREE)) == 0


def _loose_parts(masks, concept, neighbours):
    """Return how many connected regions of the concept touch none of the neighbours."""
    loose, around = 0, np.ones((3, 3))
    for mask in masks:
        regions, count = ndimage.label(mask == concept, around)
        for region in range(1, count + 1):
            inside = regions == region
            rim = ndimage.binary_dilation(inside, around) & ~inside
            if inside[-1].any():  # a roof whose walls are below the picture
                continue
            loose += not np.isin(mask[rim], [label for label in neighbours if label != concept]).any()
    return loose


@pytest.fixture
def sources(tmp_path, monkeypatch):
    """Return a copy of the renderer's sources, the one whose version is asked for."""
    here = renderer_version.__globals__["__file__"]
    for file in Path(here).parent.glob("*.py"):
        shutil.copy(file, tmp_path)
    monkeypatch.setitem(renderer_version.__globals__, "__file__", str(tmp_path / "render.py"))
    return tmp_path


def test_the_version_does_not_depend_on_where_the_sources_are(sources, monkeypatch):
    version = renderer_version()
    monkeypatch.undo()
    assert renderer_version() == version


@pytest.mark.parametrize("name", ["render.py", "noise.py", "table.py", "concepts.py"])
def test_the_version_changes_with_each_source_file(sources, name):
    version = renderer_version()
    (sources / name).write_text((sources / name).read_text() + "\n")
    assert renderer_version() != version
