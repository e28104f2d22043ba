"""Presence is counted per position, exactly."""

import torch

from ganatomy.stats.positions import PositionCounts


def test_merges_and_restores_to_one_pass():
    present = torch.tensor([[[1, 0], [1, 1]], [[0, 0], [0, 1]]], dtype=torch.bool)
    whole, left, right = (PositionCounts(rows=2, pixels=2) for _ in range(3))
    whole.add(present)
    left.add(present[:, :1])
    right.add(present[:1, 1:])
    right.add(present[1:, 1:], first_row=1)
    merged = PositionCounts.from_state(left.state())
    merged.merge(right)
    assert whole.counts.tolist() == [[2, 1], [0, 1]]
    assert torch.equal(merged.counts, whole.counts)
    assert left.counts.tolist() == [[1, 0], [0, 0]]
