"""Confusion and IoU by hand."""

import pytest
import torch

from ganatomy.segment.training.accuracy import confusion, intersection_over_union

TRUTH = torch.tensor([[0, 0, 1, 1], [1, -1, 7, 2]])
PREDICTED = torch.tensor([[0, 1, 1, 1], [-1, 0, 0, 0]])


def test_counts_pixels_by_truth_and_prediction():
    # the void pixels (-1 and 7) are left out; the last column counts predictions of no concept
    assert confusion(PREDICTED, TRUTH, 4).tolist() == [[1, 1, 0, 0, 0], [0, 2, 0, 0, 1], [1, 0, 0, 0, 0], [0] * 5]


def test_iou_is_the_intersection_over_the_union():
    iou = intersection_over_union(confusion(PREDICTED, TRUTH, 4))
    assert iou[:3].tolist() == pytest.approx([1 / 3, 2 / 4, 0])
    assert iou[3].isnan()


def test_batches_add_up():
    parts = confusion(PREDICTED[:1], TRUTH[:1], 4) + confusion(PREDICTED[1:], TRUTH[1:], 4)
    assert torch.equal(parts, confusion(PREDICTED, TRUTH, 4))
