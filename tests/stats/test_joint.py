"""The joint histogram counts exactly, however the pixels are split."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.stats.joint import JointHistogram


def test_counts_each_pixel_of_each_unit_once():
    histogram = JointHistogram(units=2, concepts=2, levels=3)
    histogram.add(torch.tensor([[0, 2, 2, 1]], dtype=torch.int32), torch.tensor([0, 1, 1, 0]), first_unit=1)
    assert histogram.counts.tolist() == [[[0, 0, 0], [0, 0, 0]], [[1, 1, 0], [0, 0, 2]]]


@given(st.integers(0, 2**32 - 1), st.integers(0, 20), st.booleans())
def test_any_split_merges_to_one_pass(seed, cut, other_first):
    rng = torch.Generator().manual_seed(seed)
    levels = torch.randint(5, (3, 20), generator=rng)
    concepts = torch.randint(4, (20,), generator=rng)
    whole, left, right = (JointHistogram(3, 4, 5) for _ in range(3))
    whole.add(levels, concepts)
    left.add(levels[:, :cut], concepts[:cut])
    right.add(levels[:2, cut:], concepts[cut:])
    right.add(levels[2:, cut:], concepts[cut:], first_unit=2)
    first, second = (right, left) if other_first else (left, right)
    merged = JointHistogram.from_state(first.state())
    merged.merge(second)
    assert torch.equal(merged.counts, whole.counts)
    assert merged.counts.sum() == 60


def test_a_restored_histogram_shares_nothing_with_its_source():
    histogram = JointHistogram(1, 1, 2)
    restored = JointHistogram.from_state(histogram.state())
    histogram.add(torch.tensor([[1]]), torch.tensor([0]))
    assert restored.counts.sum() == 0
