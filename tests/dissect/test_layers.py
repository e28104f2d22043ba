"""Planted units are found, whatever the batch size."""

import numpy as np
import pytest
import torch
from tests.dissect.planted import ByColour, Planted

from ganatomy.dissect.layers import DissectionProtocol, dissect_layers, to_grid
from ganatomy.errors import LayerError, LayerNotFound


def dissected(**changes):
    protocol = DissectionProtocol(**{"num_images": 60, **changes})
    return dissect_layers(Planted(), ByColour(), ["layer1"], protocol)[0]


def test_each_planted_unit_gets_its_concept_and_a_null_below_it():
    sky, grass, copy, dead, noise = dissected().report.units
    assert [unit.concept for unit in (sky, grass, copy, dead)] == ["sky", "grass", "sky", None]
    assert [unit.iou for unit in (sky, grass, copy)] == [1.0, 1.0, 1.0]
    assert [unit.interpretable for unit in (sky, grass, copy, dead, noise)] == [True, True, True, False, False]
    assert all(unit.shuffled_iou < 0.9 for unit in (sky, grass, copy))
    assert abs(noise.iou - noise.shuffled_iou) < 0.01  # a unit that tells nothing scores what chance scores


def test_other_is_never_a_label():
    assert all(unit.concept != "other" for unit in dissected().report.units)


def test_the_batch_size_changes_nothing():
    one, two = dissected(batch_size=7), dissected(batch_size=60)
    assert torch.equal(one.test.joint.counts[:4], two.test.joint.counts[:4])
    assert one.report.units[:3] == two.report.units[:3]


def test_more_images_keep_the_first_samples():
    few, many = dissected(num_images=40), dissected(num_images=60)
    assert many.test.num_images == 60
    assert few.report.units[4].top[0][1] <= many.report.units[4].top[0][1]


def test_another_seed_gives_other_samples():
    assert dissected(seed=1).report.units[4].top != dissected().report.units[4].top


def test_the_grid_is_the_image_unless_asked():
    assert dissected().test.grid == (16, 16)
    small = dissected(grid=(8, 8))
    assert small.test.joint.counts[0].sum() == 60 * 64


def test_masks_take_the_concept_at_a_cells_centre():
    masks = torch.arange(6).repeat_interleave(3)[None].expand(6, 18)[None].contiguous()
    assert torch.equal(to_grid(masks, (2, 6)), torch.arange(6).expand(1, 2, 6))
    assert to_grid(masks, (6, 18)) is masks


def test_layers_that_cannot_be_dissected_are_refused():
    protocol = DissectionProtocol(num_images=2)
    with pytest.raises(LayerNotFound, match="no layer 'layer2' in Planted; did you mean 'layer1'"):
        dissect_layers(Planted(), ByColour(), ["layer2"], protocol)
    with pytest.raises(LayerError, match=r"layer 'dense' returns shape \(2, 320\); dissection needs featuremaps"):
        dissect_layers(Planted(), ByColour(), ["dense"], protocol)


def test_counts_of_both_sets_are_kept():
    dissection = dissected()
    counts = dissection.validation.joint.counts.sum((1, 2)).numpy()
    assert np.array_equal(counts, np.full(5, 60 * 256))
    assert not torch.equal(dissection.validation.joint.counts, dissection.test.joint.counts)
