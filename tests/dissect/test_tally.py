"""One pass counts what masks, one by one, would count."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.dissect.agreement import Agreement
from ganatomy.dissect.levels import measure_edges
from ganatomy.dissect.tally import Tally, check_featuremaps
from ganatomy.errors import DataError, LayerError

GRID = (8, 8)


def tally_of(featuremaps, masks, batches=((0, None),), edges=None, units=3):
    edges = measure_edges(featuremaps, GRID, torch.Generator().manual_seed(0)) if edges is None else edges
    tally = Tally(edges, 4, GRID, torch.full((units,), 60), top=2)
    for start, stop in batches:
        part = slice(start, stop)
        if len(masks[part]):
            tally.add(featuremaps[part], masks[part], torch.arange(len(masks))[part])
    return tally


def same(left, right):
    return (
        torch.equal(left.joint.counts, right.joint.counts)
        and torch.equal(left.active.counts, right.active.counts)
        and torch.equal(left.shown.counts, right.shown.counts)
        and torch.equal(left.top.samples, right.top.samples)
        and left.num_images == right.num_images
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_every_threshold_agrees_exactly_with_brute_force(seed):
    featuremaps, masks = reference.random_layer(seed)
    tally = tally_of(featuremaps, masks)
    agreement = Agreement(tally.joint.counts.numpy())
    for unit in range(3):
        for threshold, value in enumerate(tally.edges[unit]):
            active = reference.masks_above(featuremaps, GRID, unit, value)
            assert int(active.sum()) == agreement.active[unit, 0, threshold]
            for concept in range(4):
                shown = masks == concept
                assert int((active & shown).sum()) == agreement.intersection[unit, concept, threshold]
                assert int((active | shown).sum()) == agreement.union[unit, concept, threshold]


def test_more_units_than_a_block_are_all_counted():
    featuremaps, masks = reference.random_layer(2, units=40)
    tally = tally_of(featuremaps, masks, units=40)
    assert tally.joint.counts.sum((1, 2)).tolist() == [6 * 64] * 40
    alone = tally_of(featuremaps[:, 37:], masks, edges=tally.edges[37:])
    assert torch.equal(tally.joint.counts[37:], alone.joint.counts)


@settings(deadline=None, max_examples=25)
@given(st.integers(0, 1000), st.integers(0, 6), st.booleans())
def test_any_split_into_batches_and_tallies_equals_one_pass(seed, cut, other_first):
    featuremaps, masks = reference.random_layer(seed)
    whole = tally_of(featuremaps, masks)
    assert same(tally_of(featuremaps, masks, [(0, cut), (cut, None)]), whole)
    parts = [tally_of(featuremaps, masks, [part], whole.edges) for part in ((0, cut), (cut, None))]
    first, second = parts[::-1] if other_first else parts
    first.merge(second)
    assert same(first, whole)


def test_presence_per_position_is_counted_at_the_chosen_threshold():
    featuremaps, masks = reference.random_layer(3)
    tally = tally_of(featuremaps, masks)
    for unit in range(3):
        active = reference.masks_above(featuremaps, GRID, unit, tally.edges[unit, 60])
        assert torch.equal(tally.active.counts[unit], active.sum(0).flatten())
    assert torch.equal(tally.shown.counts[2], (masks == 2).sum(0).flatten())


def test_masks_off_the_grid_or_beyond_the_concepts_are_refused():
    featuremaps, masks = reference.random_layer(0)
    with pytest.raises(DataError, match=r"masks are \(4, 4\) pixels; the grid of this tally is \(8, 8\)"):
        tally_of(featuremaps, masks[:, :4, :4])
    with pytest.raises(DataError, match="masks hold values 0 to 9; with 4 concepts they must lie in 0 to 3"):
        tally_of(featuremaps, masks.clone().index_fill_(0, torch.tensor([1]), 9).scatter_(0, masks[:1] * 0, 0))


def test_only_featuremaps_can_be_dissected():
    with pytest.raises(LayerError, match=r"layer 'fc' returns shape \(2, 5\); dissection needs featuremaps"):
        check_featuremaps("fc", torch.zeros(2, 5))
