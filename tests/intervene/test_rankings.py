"""Units ranked in the planted world."""

import pytest
import torch

from ganatomy.dissect.latents import LatentSet
from ganatomy.intervene.baseline import Baseline, observe
from ganatomy.intervene.rankings import concept_scores, gradient_times_activation, ranked, single_unit_areas
from ganatomy.models.planted import NUMBER, UNITS
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()


def observed(n: int = 40) -> Baseline:
    generator = PlantedGenerator()
    return observe(generator, SEGMENTER, "layer1", LatentSet(generator, 0, "test", n).take(torch.arange(n)))


def test_gradient_times_activation_is_highest_for_the_causes() -> None:
    scores = gradient_times_activation(observed(), SEGMENTER, "tree", batch_size=7)
    assert set(ranked(scores)[:2]) == {NUMBER["crown"], NUMBER["trunk"]}
    assert scores[NUMBER["tree copy"]] == 0
    whole = gradient_times_activation(observed(), SEGMENTER, "tree")
    assert torch.allclose(scores, whole, rtol=1e-5)


def test_units_ablated_alone_leave_what_they_do_not_cause() -> None:
    baseline = observed()
    areas, tree = single_unit_areas(baseline), SEGMENTER.concepts.index("tree")
    assert areas.shape == (len(UNITS), len(SEGMENTER.concepts))
    assert areas[NUMBER["crown"], tree] == pytest.approx(baseline.areas[:, tree].mean() / 3)
    assert areas[NUMBER["tree copy"], tree] == baseline.areas[:, tree].mean()


def test_ties_are_broken_by_the_second_score_and_then_by_number() -> None:
    assert ranked(torch.tensor([1.0, 0.0, 1.0, 1.0]), torch.tensor([0.1, 0.9, 0.5, 0.1])) == (2, 0, 3, 1)
    assert ranked(torch.tensor([0.0, 0.0, 1.0])) == (2, 0, 1)


def test_units_carry_a_concept_by_iou_or_by_label() -> None:
    scores = concept_scores(4, [(2, 0.3), (0, 0.03), (1, 0.02)], [0])
    assert scores.scores.tolist() == pytest.approx([0.03, 0.02, 0.3, 0])
    assert scores.carriers == (2, 0)
