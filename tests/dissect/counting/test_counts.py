"""Counts at one threshold, block by block, against brute force over boolean masks."""

import numpy as np
import pytest
import torch
from tests.dissect.counting.test_masks import shifts
from tests.dissect.counting.test_tally import edges_of
from tests.reference import dissection as reference

from ganatomy.dissect.counting.counts import AtThreshold, Concepts, concept_areas_of, contingency_of
from ganatomy.dissect.counting.masks import ALIGNED, SHIFTED, SHUFFLED, MaskSource, category_groups
from ganatomy.dissect.counting.tally import Tally

CATEGORIES = ("other", "object", "object", "part")
CONCEPTS = Concepts(("a", "b", "c", "d"), CATEGORIES, category_groups(CATEGORIES))
GRID = (8, 8)
THRESHOLDS = np.array([20, 60, 100])


def labelled(seed, n=6):
    rng = torch.Generator().manual_seed(seed)
    objects = torch.randint(0, 3, (n, 1, *GRID), generator=rng)
    parts = torch.where((objects == 1) & (torch.rand(n, 1, *GRID, generator=rng) < 0.5), 3, -1)
    parts[3] = -1
    return torch.cat([objects, parts], 1)


@pytest.fixture
def counted():
    featuremaps, _ = reference.random_layer(4)
    labels = labelled(4)
    tally = Tally(edges_of(featuremaps), GRID, MaskSource(CATEGORIES, GRID, 0, "test").num_groups)
    sums = []
    for block in (torch.arange(0, 4), torch.arange(4, 6)):
        source = MaskSource(CATEGORIES, GRID, 0, "test")
        tally.add(featuremaps[block], source.label(labels[block], block), block)
        sums.append(AtThreshold.of(tally, CONCEPTS, THRESHOLDS))
    return tally, sums, featuremaps, labels


def test_blocks_are_the_differences_of_running_sums(counted):
    tally, sums, featuremaps, labels = counted
    blocks = AtThreshold.from_running(sums)
    steps = list(shifts(6, 8))
    for b, block in enumerate((range(0, 4), range(4, 6))):
        tables = reference.channels(labels[block], 0, [steps[i] for i in block])
        for unit, threshold in enumerate(THRESHOLDS[:2]):
            active = reference.masks_above(featuremaps[block], GRID, unit, tally.edges[unit, threshold])
            assert blocks.active[b, unit, 0] == int(active.sum())
            assert blocks.active[b, unit, 1] == int(active[1:].sum())
            for table, concept in np.ndindex(3, 4):
                overlap = sum(
                    int((active[i] & (row[table] == concept).any(0)).sum())
                    for i, row in enumerate(tables)
                    if row[table] is not None
                )
                assert blocks.both[b, table, unit, concept] == overlap
        assert blocks.both[b, :, 2].sum() == 0  # a unit without a threshold
        assert blocks.pixels[b, :2].tolist() == [64 * len(block), 64 * (len(block) - 1)]
    whole = blocks.sum()
    assert np.array_equal(whole.both, sums[-1].both)


def test_shuffled_masks_count_where_a_sample_has_one_before_it(counted):
    blocks = AtThreshold.from_running(counted[1]).sum()
    for table, pixels in ((ALIGNED, 6 * 64), (SHUFFLED, 4 * 64), (SHIFTED, 6 * 64)):
        tables = blocks.contingency(table)
        assert blocks.shown[0, table, :3].sum() == tables.total[0, 0, 0] == pixels
        assert (tables.union >= tables.intersection).all()
        assert (tables.union <= pixels).all()


def test_resamples_take_whole_blocks(counted):
    blocks = AtThreshold.from_running(counted[1])
    drawn = blocks.weighted(np.array([[2, 0], [1, 1]]))
    assert np.array_equal(drawn.both[0], 2 * blocks.both[0])
    assert np.array_equal(drawn.both[1], blocks.both.sum(0))
    without = blocks.leave_one_out()
    assert np.array_equal(without.both, blocks.both[::-1])
    assert blocks.as_segmented().both.shape[1] == 1


def test_one_concept_of_each_unit_is_scored_as_among_all(counted):
    blocks = AtThreshold.from_running(counted[1])
    own = blocks.of_concepts(np.array([1, 3, 0]))
    for table in (ALIGNED, SHUFFLED, SHIFTED):
        everything = blocks.contingency(table).iou
        expected = np.stack([everything[:, 0, 1], everything[:, 1, 3], everything[:, 2, 0]], 1)
        np.testing.assert_array_equal(own.contingency(table).iou[..., 0], expected)


def test_activity_by_category_is_that_of_the_images_in_which_it_occurs(counted):
    tally, sums, featuremaps, labels = counted
    has_part = (labels[:, 1] == 3).flatten(1).any(1)
    assert has_part.tolist() == [True, True, True, False, True, True]
    active = reference.masks_above(featuremaps, GRID, 0, tally.edges[0, 20])
    shown = labels[:, 1] == 3
    both, in_category = int((active & shown).sum()), int(active[has_part].sum())
    whole = AtThreshold.from_running(sums).sum()
    iou = whole.contingency(ALIGNED, CONCEPTS.groups).iou[0, 0, 3]
    assert iou == both / (in_category + int(shown.sum()) - both)
    by_category = contingency_of(tally, CONCEPTS, slice(0, 1), by_category=True)
    assert by_category.active[0, 3, 20] == pytest.approx(in_category * 6 / 5)
    assert by_category.active[0, 0, 20] == int(active.sum())
    assert contingency_of(tally, CONCEPTS, slice(0, 1)).active[0, 0, 20] == int(active.sum())


def test_areas_are_parts_of_all_pixels(counted):
    tally, _, _, labels = counted
    assert concept_areas_of(tally, CONCEPTS)[3] == pytest.approx(float((labels[:, 1] == 3).double().mean()))
    assert concept_areas_of(tally, CONCEPTS)[:3].sum() == pytest.approx(1.0)
