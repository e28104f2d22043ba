"""Scores at all thresholds, against brute force and numbers worked out by hand."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.reference import dissection as reference

from ganatomy.dissect.agreement import Agreement
from ganatomy.dissect.levels import measure_edges
from ganatomy.dissect.tally import Tally


def test_one_table_by_hand():
    table = Agreement(np.array([[[4, 0], [1, 5]]]))
    assert table.intersection.tolist() == [[[0], [5]]]
    assert table.union.tolist() == [[[9], [6]]]
    assert table.matching.ravel() == pytest.approx([0.1, 0.9])
    # I = .5 ln(.5/.3) + .1 ln(.1/.3) + 0 + .4 ln(.4/.2) nats; H = -(.5 ln .5 + .1 ln .1 + .4 ln .4)
    information = 0.5 * np.log(0.5 / 0.3) + 0.1 * np.log(0.1 / 0.3) + 0.4 * np.log(0.4 / 0.2)
    entropy = -(0.5 * np.log(0.5) + 0.1 * np.log(0.1) + 0.4 * np.log(0.4))
    assert table.information_quality_ratio[0, 1, 0] == pytest.approx(information / entropy)


def test_an_empty_union_has_no_iou_and_a_certain_table_no_information():
    table = Agreement(np.array([[[7, 0], [0, 0]]]))
    assert table.iou[0, 0, 0] == 0.0
    assert np.isnan(table.iou[0, 1, 0])
    assert table.information_quality_ratio[0, 1, 0] == 0.0


def test_perfect_agreement_scores_one():
    table = Agreement(np.array([[[30, 0], [0, 70]]]))
    assert table.iou[0, 1, 0] == 1.0
    assert table.information_quality_ratio[0, 1, 0] == pytest.approx(1.0)


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_scores_equal_brute_force_at_every_threshold(seed):
    featuremaps, masks = reference.random_layer(seed)
    edges = measure_edges(featuremaps, (8, 8), torch.Generator().manual_seed(0))
    tally = Tally(edges, 4, (8, 8), torch.zeros(3, dtype=torch.int64))
    tally.add(featuremaps, masks, torch.arange(6))
    agreement = Agreement(tally.joint.counts.numpy())
    iou, ratio = agreement.iou, agreement.information_quality_ratio
    for unit in range(3):
        for threshold in range(0, 100, 7):
            active = reference.masks_above(featuremaps, (8, 8), unit, edges[unit, threshold])
            for concept in range(4):
                shown = masks == concept
                assert iou[unit, concept, threshold] == reference.iou(active, shown)
                expected = reference.information_quality_ratio(active, shown)
                assert ratio[unit, concept, threshold] == pytest.approx(expected, abs=1e-12)
