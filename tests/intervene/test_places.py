"""Where an edit is made: rectangles, masks, cells and concepts, as pixels and as cells."""

import numpy as np
import pytest
import torch
from PIL import Image
from tests.intervene.planted_edit import WithNever

from ganatomy.config.steps import read_where
from ganatomy.dissect.latents import LatentSet
from ganatomy.errors import ConfigError, DataError, LayerError
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.places import Place, place_of, read_mask, union
from ganatomy.models.planted import PlantedGenerator

SHAPE = (11, 8, 8)


@pytest.fixture(scope="module")
def baseline():
    generator = PlantedGenerator()
    return observe(generator, WithNever(), "layer1", LatentSet(generator, 0, "test", 12).take(torch.arange(12)))


def painted(path, mode="L", size=(16, 16), box=None, colour=255):
    image = Image.new(mode, size)
    if box:
        image.paste(colour, box)
    image.save(path)
    return path


def at(where, baseline, seed=0):
    return place_of(read_where(str(where)), baseline, "layer1", SHAPE, seed)


def test_a_rectangle_is_its_pixels(baseline):
    place = at("0,0,0.5,0.25", baseline)
    assert place.pixels.nonzero().tolist() == [[y, x] for y in range(4) for x in range(8)]
    assert torch.equal(place.region, place.pixels)
    assert place.said == "0,0,0.5,0.25"


def test_a_cell_is_itself_and_the_pixels_in_it(baseline):
    place = at("cell:7,2", baseline)
    assert place.region.nonzero().tolist() == [[7, 2]]
    assert place.pixels.nonzero().tolist() == [[14, 4], [14, 5], [15, 4], [15, 5]]
    with pytest.raises(
        ConfigError, match="layer 'layer1' has no cell 8,0; give a row of 0 to 7 and a column of 0 to 7"
    ):
        at("cell:8,0", baseline)


def test_random_cells_are_one_in_each_sample_and_the_same_again(baseline):
    place = at("cell:random", baseline, seed=1)
    assert place.region.shape == (12, 8, 8)
    assert place.region.flatten(1).sum(1).tolist() == [1] * 12
    assert place.pixels.flatten(1).sum(1).tolist() == [4] * 12
    assert len(set(place.region.flatten(1).int().argmax(1).tolist())) > 6
    assert torch.equal(place.region, at("cell:random", baseline, seed=1).region)
    assert not torch.equal(place.region, at("cell:random", baseline, seed=2).region)


def test_a_concept_is_where_the_segmenter_sees_it_in_each_sample(baseline):
    for where in ("grass", "concept:grass"):
        assert torch.equal(at(where, baseline).pixels, baseline.shows("grass"))
    with pytest.raises(
        ConfigError, match="'never' is seen in none of 12 samples, which leaves no region; give another"
    ):
        at("never", baseline)


def test_a_mask_is_painted_where_it_is_not_black_or_not_transparent(baseline, tmp_path):
    grey = painted(tmp_path / "grey.png", box=(2, 3, 4, 5), colour=1)
    assert at(grey, baseline).pixels.nonzero().tolist() == [[3, 2], [3, 3], [4, 2], [4, 3]]
    black = painted(tmp_path / "black.png", "RGBA", box=(2, 3, 3, 4), colour=(0, 0, 0, 9))
    assert at(black, baseline).pixels.nonzero().tolist() == [[3, 2]]
    assert at(black, baseline).said == str(black)


def test_a_mask_of_another_size_is_brought_to_that_of_the_images(baseline, tmp_path):
    large = painted(tmp_path / "large.png", size=(160, 160), box=(20, 30, 21, 31))
    assert at(large, baseline).pixels.nonzero().tolist() == [[3, 2]], "no painted pixel is lost"
    small = painted(tmp_path / "small.png", size=(4, 2), box=(1, 0, 2, 1))
    assert at(small, baseline).pixels.nonzero().tolist() == [[y, x] for y in range(8) for x in range(4, 8)]


def test_a_mask_may_be_a_tensor(baseline):
    mask = torch.zeros(16, 16)
    mask[3, 2] = 0.5
    assert place_of(mask, baseline, "layer1", SHAPE).pixels.nonzero().tolist() == [[3, 2]]
    with pytest.raises(ConfigError, match="region is 0 everywhere and would change nothing"):
        place_of(torch.zeros(16, 16), baseline, "layer1", SHAPE)


def test_masks_that_mark_nothing_or_are_none_are_refused(tmp_path):
    empty, clear = painted(tmp_path / "empty.png"), painted(tmp_path / "clear.png", "RGBA")
    with pytest.raises(ConfigError, match=r"empty\.png is black everywhere and marks no pixel; paint one or more"):
        read_mask(empty)
    with pytest.raises(ConfigError, match=r"clear\.png is transparent everywhere and marks no pixel"):
        read_mask(clear)
    with pytest.raises(ConfigError, match=r"no mask at .*gone\.png; give a PNG file, x0,y0,x1,y1, cell:ROW,COLUMN or"):
        read_mask(tmp_path / "gone.png")
    (tmp_path / "text.png").write_text("no image")
    with pytest.raises(DataError, match=r"text\.png is no PNG file; give one, painted where the edit is to be made"):
        read_mask(tmp_path / "text.png")
    whole = painted(tmp_path / "whole.png", size=(64, 64), box=(0, 0, 9, 9)).read_bytes()
    (tmp_path / "cut.png").write_bytes(whole[:60])
    with pytest.raises(DataError, match=r"cut\.png cannot be read as a mask: .*; give a PNG file"):
        read_mask(tmp_path / "cut.png")


def test_a_layer_without_cells_has_no_places(baseline):
    with pytest.raises(
        LayerError, match=r"layer 'rows' returns shape \(12,\) for a sample, which has no cells; leave out"
    ):
        place_of(read_where("0,0,1,1"), baseline, "rows", (12,))


def test_places_are_watched_together():
    left, top = torch.zeros(2, 2, dtype=torch.bool), torch.zeros(3, 2, 2, dtype=torch.bool)
    left[:, 0], top[:, 0] = True, True
    watched = union([Place(left, left, "left"), Place(top, top, "top")])
    assert watched.shape == (3, 2, 2)
    assert np.array_equal(watched[0], [[True, True], [True, False]])
    assert union([Place(left, left, "left"), None]) is None
    assert union([Place(left, left, "left"), Place(~left, ~left, "right")]) is None
