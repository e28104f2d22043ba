"""Planted units are found, whatever the batch size, and a pass that was cut off goes on where it was."""

import numpy as np
import pytest
import torch
from tests.dissect.five_units import ByColour, FiveUnits
from torch import nn

from ganatomy.dissect.counting import counting
from ganatomy.dissect.counting.cache import DissectionCache, packed
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.scoring.profiles import PROFILES
from ganatomy.errors import DataError, LayerError, LayerNotFound
from ganatomy.runs.files import write_arrays


def dissected(generator=None, profile="paper", cache=None, segmenter=None, **changes):
    protocol = DissectionProtocol(**{"num_images": 60, **changes})
    segmenter = segmenter or ByColour()
    return dissect_layers(generator or FiveUnits(), segmenter, ["layer1"], protocol, profile=profile, cache=cache)


def layer(**changes):
    return dissected(**changes).layers[0]


def same_counts(left, right):
    return all(
        torch.equal(left.test.joint.table(range(12)), right.test.joint.table(range(12)))
        and torch.equal(left.validation.joint.table(range(4)), right.validation.joint.table(range(4)))
        and np.array_equal(left.blocks[name].both, right.blocks[name].both)
        for name in left.blocks | right.blocks
    )


def test_each_planted_unit_gets_its_concept_and_nulls_below_it():
    sky, grass, copy, dead, noise = layer().report.units
    assert [unit.concept for unit in (sky, grass, copy, dead)] == ["sky", "grass", "sky", None]
    assert [unit.iou for unit in (sky, grass, copy)] == [1.0, 1.0, 1.0]
    assert [unit.interpretable for unit in (sky, grass, copy, dead, noise)] == [True, True, True, False, False]
    assert all(unit.shuffled_iou < 0.9 and unit.shifted_iou < 0.4 for unit in (sky, grass, copy))
    assert abs(noise.iou - noise.shuffled_iou) < 0.01  # a unit that tells nothing scores what chance scores
    assert (sky.q < 0.001, noise.q > 0.05, sky.explained_by) == (True, True, None)


def test_other_is_never_a_concept_of_a_unit():
    for profile in PROFILES:
        assert all(unit.concept != "other" for unit in layer(profile=profile).report.units)


def test_the_batch_size_changes_nothing():
    one, two = layer(batch_size=7), layer(batch_size=60)
    assert same_counts(one.counts, two.counts)
    assert str(one.report) == str(two.report)  # as text, since NaN differs from NaN


def test_fewer_large_images_go_through_at_a_time_and_that_changes_nothing(monkeypatch):
    whole = layer(batch_size=60)
    seen, generator = [], FiveUnits()
    generator.layer1.register_forward_hook(lambda _module, inputs, _output: seen.append(len(inputs[0])))
    side = generator(torch.zeros(1, generator.z_dim)).shape[2]
    monkeypatch.setattr(counting, "PIXELS_AT_ONCE", 5 * side * side + 1)
    bounded = layer(generator=generator, batch_size=60)
    assert max(seen) == 5
    assert same_counts(whole.counts, bounded.counts)
    monkeypatch.setattr(counting, "PIXELS_AT_ONCE", 1)  # one image at the least
    seen.clear()
    layer(generator=generator, num_images=4)
    assert set(seen) == {1}


def test_more_images_keep_the_first_samples():
    few, many = dissected(num_images=40), dissected(num_images=60)
    assert len(np.unique(few.areas, axis=0)) == 5  # what a sample shows: had they been drawn anew, few would be equal
    assert np.array_equal(few.areas, many.areas[:40])
    assert [found.layers[0].counts.test.num_images for found in (few, many)] == [40, 60]


def test_another_seed_gives_other_samples():
    assert layer(seed=1).report.units[4].top != layer().report.units[4].top


def test_the_grid_is_the_image_unless_asked():
    assert dissected().grid == (16, 16)
    small = layer(grid=(8, 8))
    assert small.counts.test.joint.active[0, 0].sum() == 60 * 64


def test_areas_of_the_test_samples_come_with_it():
    dissection = dissected()
    assert dissection.areas.shape == (60, 4)
    assert dissection.areas.mean(0) == pytest.approx(dissection.layers[0].report.concept_area)


def test_layers_that_cannot_be_dissected_are_refused():
    protocol = DissectionProtocol(num_images=2)
    with pytest.raises(LayerNotFound, match="no layer 'layer2' in FiveUnits; did you mean 'layer1'"):
        dissect_layers(FiveUnits(), ByColour(), ["layer2"], protocol)
    with pytest.raises(LayerError, match=r"layer 'dense' returns shape \(2, 320\); dissection needs featuremaps"):
        dissect_layers(FiveUnits(), ByColour(), ["dense"], protocol)


class CutOff(ByColour):
    """Is stopped as by Ctrl-C after some calls."""

    def __init__(self, calls):
        self.calls = calls

    def segment(self, images):
        self.calls -= 1
        if self.calls < 0:
            raise KeyboardInterrupt
        return super().segment(images)


@pytest.mark.parametrize("calls", [9, 31])  # in the validation samples and in the test samples, 20 blocks each
def test_a_pass_that_was_cut_off_goes_on_from_its_last_block(tmp_path, monkeypatch, calls):
    monkeypatch.setattr(counting, "KEEP_EVERY_S", 0.0)
    cache = DissectionCache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        dissected(cache=cache, segmenter=CutOff(calls), batch_size=60)
    rest = CutOff(40 - calls + 2)  # two batches were under way and are made again
    resumed = dissected(cache=cache, segmenter=rest, batch_size=60)
    assert rest.calls >= 0
    assert same_counts(resumed.layers[0].counts, layer().counts)
    assert str(resumed.layers[0].report) == str(layer().report)
    assert np.array_equal(resumed.areas, dissected().areas)
    cache.forget()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("profile", ["pnas2020", "correlation"])
def test_a_pass_with_counts_of_its_own_goes_on_and_is_found_again(tmp_path, monkeypatch, profile):
    monkeypatch.setattr(counting, "KEEP_EVERY_S", 0.0)
    cache = DissectionCache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        dissected(cache=cache, segmenter=CutOff(12), profile=profile, batch_size=60)
    resumed, whole = dissected(cache=cache, profile=profile, batch_size=60), dissected(profile=profile)
    assert str(resumed.layers[0].report) == str(whole.layers[0].report)
    arrays = packed(resumed.layers[0].counts, resumed.areas, resumed.layers[0].key, ByColour.concepts)
    write_arrays(tmp_path / "layer1" / "tally.npz", **arrays)
    again = dissected(cache=cache, profile=profile, segmenter=CutOff(0))
    assert str(again.layers[0].report) == str(whole.layers[0].report)


def test_an_interrupted_pass_with_other_content_is_not_gone_on_with(tmp_path, monkeypatch):
    monkeypatch.setattr(counting, "KEEP_EVERY_S", 0.0)
    cache = DissectionCache(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        dissected(cache=cache, segmenter=CutOff(30))
    for changes in ({"seed": 1}, {"num_images": 50}, {"grid": (8, 8)}, {"misaligned": True}):
        assert same_counts(layer(cache=cache, **changes).counts, layer(**changes).counts)
    other = FiveUnits()
    other.layer1.gain.data.mul_(2)
    changed = layer(cache=cache, generator=other)
    assert changed.key != layer().key
    assert changed.report.units[0].threshold == 2 * layer().report.units[0].threshold


class Looks(nn.Module):
    """A classifier: one unit per colour channel, then a mean."""

    def __init__(self):
        super().__init__()
        self.features = nn.Conv2d(3, 2, 1)
        with torch.no_grad():
            self.features.weight.copy_(torch.tensor([[1.0, -1.0, 0.0], [-1.0, 1.0, 0.0]]).view(2, 3, 1, 1))
            self.features.bias.fill_(0.5)

    def forward(self, images):
        return torch.relu(self.features(images)).mean((2, 3))


def test_a_classifier_is_dissected_on_images_by_the_same_call():
    images = np.zeros((40, 8, 8, 3), np.uint8)
    rng = np.random.default_rng(0)
    for image in images:
        image[: rng.integers(1, 7), :, 0] = 255
        image[:, : rng.integers(1, 7), 1] = 255
    protocol = DissectionProtocol(num_images=20, grid=(8, 8))
    dissection = dissect_layers(Looks(), ByColour(), ["features"], protocol, images=images)
    assert [unit.concept for unit in dissection.layers[0].report.units] == ["sky", "grass"]
    assert dissection.layers[0].report.units[0].iou > 0.3
    with pytest.raises(DataError, match="there are 40 images; 21 to score on and as many others"):
        dissect_layers(Looks(), ByColour(), ["features"], DissectionProtocol(num_images=21), images=images)


def test_weights_that_diverged_are_refused():
    broken = FiveUnits()
    broken.layer1.gain.data.fill_(float("nan"))
    with pytest.raises(DataError, match="unit 0 has activations that are NaN or infinite; the weights have diverged"):
        dissected(generator=broken)
