"""One pass counts what masks, one by one, would count: fused and plain, in any split."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.dissect.counting.contingency import Contingency
from ganatomy.dissect.counting.grid import CLAMPED, Upsampling
from ganatomy.dissect.counting.levels import FRACTIONS, PilotValues
from ganatomy.dissect.counting.masks import MaskSource
from ganatomy.dissect.counting.tally import Tally, check_featuremaps
from ganatomy.errors import DataError, LayerError

GRID = (8, 8)
CATEGORIES = ("object",) * 4


def edges_of(featuremaps, grid=GRID, how=CLAMPED, fractions=FRACTIONS):
    pilot = PilotValues(len(featuremaps), grid, torch.Generator().manual_seed(0), how)
    pilot.add(featuremaps)
    return pilot.edges(fractions)


def tally_of(featuremaps, masks, batches=((0, None),), edges=None, nulls=False):
    source = MaskSource(CATEGORIES, GRID, 0, "test", nulls)
    tally = Tally(edges_of(featuremaps) if edges is None else edges, GRID, source.num_groups, top=2)
    for start, stop in batches:
        part = slice(start, stop)
        if len(masks[part]):
            numbers = torch.arange(len(masks))[part]
            tally.add(featuremaps[part], source.label(masks[part][:, None], numbers), numbers)
    return tally


def same(left, right):
    labels = range(12)
    return (
        torch.equal(left.joint.table(labels), right.joint.table(labels))
        and torch.equal(left.joint.active, right.joint.active)
        and torch.equal(left.top.samples, right.top.samples)
        and left.num_images == right.num_images
    )


@pytest.mark.parametrize("seed", [0, 1])
def test_every_threshold_agrees_exactly_with_brute_force(seed):
    featuremaps, masks = reference.random_layer(seed)
    tally = tally_of(featuremaps, masks)
    tables = Contingency.at_every_threshold(tally.joint.table(range(4)).numpy())
    for unit in range(3):
        for threshold, value in enumerate(tally.edges[unit]):
            active = reference.masks_above(featuremaps, GRID, unit, value)
            assert int(active.sum()) == tables.active[unit, 0, threshold]
            for concept in range(4):
                shown = masks == concept
                assert int((active & shown).sum()) == tables.intersection[unit, concept, threshold]
                assert int((active | shown).sum()) == tables.union[unit, concept, threshold]


@settings(deadline=None, max_examples=25)
@given(
    st.integers(0, 10_000),
    st.tuples(st.integers(1, 9), st.integers(1, 9)),
    st.tuples(st.integers(1, 33), st.integers(1, 33)),
    st.booleans(),
    st.booleans(),
    st.booleans(),
)
def test_the_fused_kernel_counts_what_the_plain_version_counts(seed, cells, grid, sparse, misaligned, zeros):
    rng = torch.Generator().manual_seed(seed)
    featuremaps = torch.randn(3, 20, *cells, generator=rng)
    featuremaps[:, 3] = 0.5  # a unit that never changes
    featuremaps[:, 4] = 0.0
    featuremaps[:, 5] *= 1e20
    featuremaps[:, 6] *= 1e-25
    if sparse:
        featuremaps = (featuremaps - 1).relu()
    labels = torch.randint(-1, 4, (3, 2, *grid), generator=rng)
    source, how = MaskSource(CATEGORIES, grid, seed, "test"), Upsampling(misaligned, zeros)
    pixels, numbers = source.label(labels, torch.arange(3)), torch.arange(3)
    fused, plain = (
        Tally(edges_of(featuremaps, grid, how), grid, source.num_groups, how=how, plain=plain)
        for plain in (False, True)
    )
    fused.add(featuremaps, pixels, numbers)
    plain.add(featuremaps, pixels, numbers)
    assert same(fused, plain)
    assert fused.joint.active[:, 0].sum(1).tolist() == [3 * grid[0] * grid[1]] * 20


def test_more_units_than_a_block_are_all_counted():
    featuremaps, masks = reference.random_layer(2, units=40)
    tally = tally_of(featuremaps, masks)
    assert tally.joint.counts.sum((1, 2)).tolist() == [6 * 64] * 40
    alone = tally_of(featuremaps[:, 37:], masks, edges=tally.edges[37:])
    assert torch.equal(tally.joint.table(range(4))[37:], alone.joint.table(range(4)))


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


def test_batches_do_not_change_the_nulls():
    featuremaps, masks = reference.random_layer(5)
    whole = tally_of(featuremaps, masks, nulls=True)
    assert same(tally_of(featuremaps, masks, [(0, 1), (1, 4), (4, 6)], whole.edges, nulls=True), whole)
    assert whole.joint.table(range(4, 8)).sum() == 3 * 5 * 64  # the first sample has none before it
    assert whole.joint.table(range(8, 12)).sum() == 3 * 6 * 64


def test_a_tally_comes_back_from_its_state():
    featuremaps, masks = reference.random_layer(1)
    tally = tally_of(featuremaps[:4], masks[:4], nulls=True)
    other = Tally(tally.edges, GRID, tally.joint.active.shape[1])
    other.restore(tally.state())
    assert same(other, tally)


def test_featuremaps_that_are_not_finite_are_refused():
    featuremaps, masks = reference.random_layer(0)
    edges = edges_of(featuremaps)
    featuremaps[2, 1, 0, 0] = float("-inf")
    with pytest.raises(DataError, match="featuremaps are NaN or infinite; the weights have diverged"):
        tally_of(featuremaps, masks, edges=edges)


def test_only_featuremaps_can_be_dissected():
    with pytest.raises(LayerError, match=r"layer 'fc' returns shape \(2, 5\); dissection needs featuremaps"):
        check_featuremaps("fc", torch.zeros(2, 5))
