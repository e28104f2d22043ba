"""A pass can be left after any block; what it goes on to add up to is what it would have been."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.counting.counts import Concepts
from ganatomy.dissect.counting.masks import MaskSource, category_groups
from ganatomy.dissect.counting.passes import PARTS, LayerPass, Pass, split_blocks
from ganatomy.dissect.counting.tally import Tally

GRID, CATEGORIES = (4, 4), ("object", "object")
CONCEPTS = Concepts(("sky", "grass"), CATEGORIES, category_groups(CATEGORIES))
EDGES = torch.linspace(-1.0, 1.0, 5).expand(2, 5).contiguous()


def choose(validation, concepts):
    """Return two rules: the lowest thresholds, and those that as many samples choose as have been counted."""
    return {"lowest": np.zeros(2, np.int64), "counted": np.full(2, validation.num_images)}


def started():
    tallies = [Tally(EDGES, GRID, MaskSource(CATEGORIES, GRID, 0, "test").num_groups, top=2) for _ in range(2)]
    return Pass({"layer1": LayerPass(*tallies, CONCEPTS, choose)})


def count_block(counting, block):
    """Count block 0 (validation) or a later one (test) of three samples."""
    rng = torch.Generator().manual_seed(block)
    featuremaps, samples = torch.randn(3, 2, 4, 4, generator=rng), torch.arange(3) + 3 * block
    labels = torch.randint(0, 2, (3, 1, 4, 4), generator=rng)
    pixels = MaskSource(CATEGORIES, GRID, 0, "test" if block else "validation", nulls=block > 0).label(labels, samples)
    areas = torch.rand(3, 2, generator=rng, dtype=torch.float64).numpy() if block else None
    counting.count({"layer1": featuremaps}, pixels, samples, areas)
    counting.end_block(of_test=block > 0)


def equal(left, right):
    left, right = left.state(), right.state()
    return left.keys() == right.keys() and all(torch.equal(left[name], right[name]) for name in left)


@pytest.mark.parametrize("left_after", [1, 2, 3])
def test_a_pass_that_was_left_goes_on_to_the_same_counts(left_after):
    whole, first, rest = started(), started(), started()
    for block in range(4):
        count_block(whole, block)
    for block in range(left_after):
        count_block(first, block)
    rest.restore(first.state())
    assert rest.blocks_done == left_after
    for block in range(left_after, 4):
        count_block(rest, block)
    assert equal(rest, whole)


def test_blocks_of_test_samples_are_kept_apart_and_add_up_to_the_tally():
    counting = started()
    for block in range(4):
        count_block(counting, block)
    layer = counting.layers["layer1"]
    blocks = layer.counts().blocks
    assert list(blocks) == ["lowest", "counted"]
    for name in blocks:
        assert len(blocks[name].pixels) == 3  # the validation samples have none
        for part in PARTS:
            assert (getattr(blocks[name], part).sum(0) == getattr(layer.sums[name][-1], part)[0]).all()
        assert blocks[name].pixels[:, 0].tolist() == [48, 48, 48]  # three samples of 4 x 4


def test_validation_and_test_samples_are_counted_apart():
    counting = started()
    count_block(counting, 0)
    layer = counting.layers["layer1"]
    assert (layer.validation.num_images, layer.test.num_images, counting.areas) == (3, 0, [])
    count_block(counting, 1)
    assert (layer.validation.num_images, layer.test.num_images, len(counting.areas)) == (3, 3, 1)


def test_blocks_hold_all_samples_in_order_and_none_is_empty():
    assert [block.tolist() for block in split_blocks(7, 3)] == [[0, 1, 2], [3, 4], [5, 6]]
    assert [block.tolist() for block in split_blocks(2, 20)] == [[0], [1]]
