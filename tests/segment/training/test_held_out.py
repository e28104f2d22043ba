import math

import pytest
import torch
from torch import Tensor

from ganatomy.segment.training.held_out import HeldOut, from_counts, held_out_json, measure_held_out

# Of ten pixels of `a` eight are found, one is taken for `b` and one for nothing; of four of `b` three are found.
COUNTS = torch.tensor([[8, 1, 0, 1], [1, 3, 0, 0], [0, 0, 0, 0]])


def test_figures_of_counted_pixels() -> None:
    figures = from_counts(COUNTS)
    assert figures.iou[:2] == pytest.approx((8 / 11, 3 / 5))
    assert math.isnan(figures.iou[2])
    assert figures.share == pytest.approx((10 / 14, 4 / 14, 0))
    assert figures.mean_iou == pytest.approx((8 / 11 + 3 / 5) / 2)
    assert figures.accuracy == pytest.approx(11 / 14)


def test_the_trivial_answer_names_the_most_frequent_concept_everywhere() -> None:
    figures = from_counts(COUNTS)
    always_a = from_counts(torch.tensor([[10, 0, 0, 0], [4, 0, 0, 0], [0, 0, 0, 0]]))
    assert figures.trivial_accuracy == pytest.approx(always_a.accuracy)
    assert figures.trivial_mean_iou == pytest.approx(always_a.mean_iou)


def test_batches_add_up_and_pixels_that_are_void_are_left_out() -> None:
    class Brightest:
        name, concepts, categories, fingerprint = "toy", ("dark", "bright"), ("object", "object"), "toy"

        def segment(self, images: Tensor) -> Tensor:
            return (images[:, :1] > 0).long()

    images = torch.tensor([-1.0, 1.0, 1.0, -1.0]).view(1, 1, 2, 2).expand(1, 3, 2, 2)
    batches = [(images, torch.tensor([[[0, 1], [0, -1]]])), (images, torch.tensor([[[0, 1], [1, 1]]]))]
    figures = measure_held_out(Brightest(), batches)
    assert figures == HeldOut(iou=(2 / 4, 3 / 5), share=(3 / 7, 4 / 7), mean_iou=0.55, accuracy=5 / 7)


def test_as_json_they_are_rounded_and_have_names() -> None:
    assert held_out_json(from_counts(COUNTS), ("a", "b", "c")) == {
        "mean_iou": 0.6636,
        "accuracy": 0.7857,
        "iou": {"a": 0.7273, "b": 0.6, "c": None},
        "share": {"a": 0.7143, "b": 0.2857, "c": 0.0},
    }
