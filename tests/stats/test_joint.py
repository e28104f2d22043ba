"""The joint histogram counts exactly, however the pixels are split."""

import torch
from hypothesis import given
from hypothesis import strategies as st

from ganatomy.stats.joint import JointHistogram

ONE_GROUP = torch.ones(1, 1, dtype=torch.bool)


def test_counts_each_pixel_of_each_unit_once_in_each_channel():
    histogram = JointHistogram(units=2, groups=1, levels=3)
    rows = histogram.rows_of([7, 3])
    assert rows.tolist() == [0, 1]
    levels = torch.tensor([[[0, 2, 2, 1]]], dtype=torch.int32)
    histogram.add(levels, torch.tensor([[[0, 1, 1, 0], [-1, -1, 0, -1]]]), ONE_GROUP, first_unit=1)
    assert histogram.table([3, 7]).tolist() == [[[0, 0, 0], [0, 0, 0]], [[0, 0, 2], [1, 1, 1]]]
    assert histogram.active.tolist() == [[[0, 0, 0]], [[1, 1, 2]]]


def test_an_image_counts_in_every_group_it_belongs_to():
    histogram = JointHistogram(units=1, groups=3, levels=2)
    groups = torch.tensor([[True, False, True], [True, False, False]])
    histogram.add(torch.tensor([[[0, 1], [1, 1]]]), torch.full((2, 1, 2), -1), groups)
    assert histogram.active.tolist() == [[[1, 3], [0, 0], [1, 1]]]
    assert histogram.counts.shape == (1, 0, 2)


def test_labels_keep_their_rows_and_those_never_seen_count_nothing():
    histogram = JointHistogram(1, 1, 2)
    assert histogram.rows_of([5, 2]).tolist() == [0, 1]
    assert histogram.rows_of([9, 5]).tolist() == [2, 0]
    assert histogram.labels == [5, 2, 9]
    assert histogram.table([1, 2]).tolist() == [[[0, 0], [0, 0]]]


@given(st.integers(0, 2**32 - 1), st.integers(0, 5), st.booleans())
def test_any_split_merges_to_one_pass(seed, cut, other_first):
    rng = torch.Generator().manual_seed(seed)
    levels = torch.randint(5, (3, 5, 4), generator=rng)
    labels = torch.randint(4, (5, 1, 4), generator=rng)
    groups = torch.rand(5, 2, generator=rng) < 0.5

    def counted(*parts):
        histogram = JointHistogram(3, 2, 5)
        for part in parts:
            present = torch.unique(labels[part]).tolist()
            place = {label: int(row) for label, row in zip(present, histogram.rows_of(present), strict=True)}
            rows = torch.tensor([[[place[int(label)] for label in line] for line in image] for image in labels[part]])
            if present:
                histogram.add(levels[:2, part], rows, groups[part])
                histogram.add(levels[2:, part], rows, groups[part], first_unit=2)
        return histogram

    whole = counted(slice(0, 5))
    first, second = (slice(cut, 5), slice(0, cut)) if other_first else (slice(0, cut), slice(cut, 5))
    merged = JointHistogram.from_state(counted(first).state())
    merged.merge(counted(second))
    for histogram in (merged, counted(first, second)):
        assert torch.equal(histogram.table(range(4)), whole.table(range(4)))
        assert torch.equal(histogram.active, whole.active)
    assert whole.table(range(4)).sum() == 60


def test_a_restored_histogram_shares_nothing_with_its_source():
    histogram = JointHistogram(1, 1, 2)
    rows = histogram.rows_of([4])
    restored = JointHistogram.from_state(histogram.state())
    histogram.add(torch.tensor([[[1]]]), rows.view(1, 1, 1), ONE_GROUP)
    assert restored.labels == [4]
    assert (restored.counts.sum(), restored.active.sum()) == (0, 0)


def test_counts_above_a_threshold_are_sums_of_the_table():
    rng = torch.Generator().manual_seed(0)
    histogram = JointHistogram(units=3, groups=2, levels=5)
    rows = histogram.rows_of([8, 2, 4])
    levels, of_pixels = torch.randint(5, (3, 2, 40), generator=rng), torch.randint(3, (2, 1, 40), generator=rng)
    histogram.add(levels, rows[of_pixels], torch.tensor([[True, False], [True, True]]))
    labels, thresholds = [4, 5, 8], [0, 3, 4]
    counts, active = histogram.above(thresholds, labels)
    table = histogram.table(labels)
    for unit, threshold in enumerate(thresholds):
        assert torch.equal(counts[unit], table[unit, :, threshold + 1 :].sum(1))
        assert torch.equal(active[unit], histogram.active[unit, :, threshold + 1 :].sum(1))
    assert counts[0].sum() > 0
    assert not counts[2].any()  # nothing is above the highest level
    assert torch.equal(histogram.shown(labels), table[1].sum(1))
    assert torch.equal(histogram.table(labels, slice(1, 3)), table[1:3])
