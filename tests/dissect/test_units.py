"""The unit table of planted units, and the null beside it."""

import numpy as np
import pytest
import torch
from tests.reference import dissection as reference

from ganatomy.dissect.tally import Tally
from ganatomy.dissect.thresholds import Choice
from ganatomy.dissect.units import RANKED, LayerReport, UnitReport, report_layer, shuffled_iou


def tally_and_choice(seed, samples=6):
    featuremaps, masks = reference.random_layer(seed)
    edges = torch.tensor([-1.0, 0.5, 2.0, 5.0]).expand(3, 4).contiguous()
    choice = Choice(np.array([1, 3, -1]), np.array([1, 2, 4]))
    tally = Tally(edges, 4, (8, 8), torch.from_numpy(choice.threshold))
    tally.add(featuremaps[:samples], masks[:samples], torch.arange(samples))
    return tally, choice, featuremaps[:samples], masks[:samples]


def test_scores_are_those_of_the_masks_at_the_chosen_threshold():
    tally, choice, featuremaps, masks = tally_and_choice(0)
    report = report_layer("layer1", tally, choice, ("a", "b", "c", "d"))
    for unit, (concept, threshold) in enumerate([(1, 0.5), (3, 2.0)]):
        active, shown = reference.masks_above(featuremaps, (8, 8), unit, threshold), masks == concept
        row = report.units[unit]
        assert row.concept == "abcd"[concept]
        assert row.iou == reference.iou(active, shown)
        assert row.iqr == pytest.approx(reference.information_quality_ratio(active, shown), abs=1e-9)
        assert row.threshold == threshold
        assert row.shuffled_iou == pytest.approx(reference.shuffled_iou(active, shown))
        assert row.interpretable == (row.iqr > 0.01 and row.iou > 0.05)
        assert [report.iou[unit, c] for c in range(4)] == [reference.iou(active, masks == c) for c in range(4)]
    assert sum(report.concept_area) == pytest.approx(1.0)
    assert report.concept_area[2] == pytest.approx(float((masks == 2).double().mean()))


def test_a_unit_without_a_concept_has_no_scores():
    tally, choice, _, _ = tally_and_choice(0)
    row = report_layer("layer1", tally, choice, ("a", "b", "c", "d")).units[2]
    assert row.concept is None
    assert row.threshold == float("inf")
    assert not row.interpretable
    assert np.isnan([row.iou, row.iqr, row.level, row.shuffled_iou]).all()


def test_one_sample_has_no_others_to_be_paired_with():
    tally, choice, _, _ = tally_and_choice(0, samples=1)
    assert np.isnan(shuffled_iou(tally, choice)).all()


def unit(number, concept, iou, interpretable=True):
    return UnitReport(number, concept, iou, 0.1, 1.0, 0.1, 0.0, interpretable, ())


def test_ranking_and_concept_counts_put_the_best_first():
    iou = np.array([[0.1, 0.0], [0.3, 0.2], [np.nan, np.nan], [0.2, 0.4]])
    units = (unit(0, "a", 0.1), unit(1, "a", 0.3), unit(2, None, np.nan, False), unit(3, "b", 0.4))
    report = LayerReport("layer1", ("a", "b"), (0.5, 0.5), units, iou)
    assert report.ranking("a") == [(1, 0.3), (3, 0.2), (0, 0.1)]
    assert report.ranking("b") == [(3, 0.4), (1, 0.2)]
    assert report.concept_counts() == [("a", 2, 0.3), ("b", 1, 0.4)]
    assert report.interpretable == 3
    many = LayerReport("layer1", ("a",), (1.0,), (), np.linspace(0.1, 0.9, RANKED + 9)[:, None])
    assert len(many.ranking("a")) == RANKED
