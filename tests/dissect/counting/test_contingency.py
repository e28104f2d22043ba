"""Scores at all thresholds, against brute force and numbers worked out by hand."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.dissect.counting.test_tally import tally_of
from tests.reference import dissection as reference

from ganatomy.dissect.counting.contingency import Contingency


def test_one_table_by_hand():
    table = Contingency.at_every_threshold(np.array([[[4, 0], [1, 5]]]))
    assert table.intersection.tolist() == [[[0], [5]]]
    assert table.union.tolist() == [[[9], [6]]]
    assert table.matching.ravel() == pytest.approx([0.1, 0.9])
    # I = .5 ln(.5/.3) + .1 ln(.1/.3) + 0 + .4 ln(.4/.2) nats; H = -(.5 ln .5 + .1 ln .1 + .4 ln .4)
    information = 0.5 * np.log(0.5 / 0.3) + 0.1 * np.log(0.1 / 0.3) + 0.4 * np.log(0.4 / 0.2)
    entropy = -(0.5 * np.log(0.5) + 0.1 * np.log(0.1) + 0.4 * np.log(0.4))
    assert table.information_quality_ratio[0, 1, 0] == pytest.approx(information / entropy)


def test_an_empty_union_has_no_iou_and_a_certain_table_no_information():
    table = Contingency.at_every_threshold(np.array([[[7, 0], [0, 0]]]))
    assert table.iou[0, 0, 0] == 0.0
    assert np.isnan(table.iou[0, 1, 0])
    assert table.information_quality_ratio[0, 1, 0] == 0.0


def test_perfect_agreement_scores_one():
    table = Contingency.at_every_threshold(np.array([[[30, 0], [0, 70]]]))
    assert table.iou[0, 1, 0] == 1.0
    assert table.information_quality_ratio[0, 1, 0] == pytest.approx(1.0)


def test_precision_recall_and_information_by_hand():
    table = Contingency.at_every_threshold(np.array([[[4, 0], [1, 5], [0, 0]]]))
    assert table.precision[0, :, 0].tolist() == [0.0, 1.0, 0.0]
    assert table.recall[0, :2, 0].tolist() == [0.0, 5 / 6]
    assert np.isnan(table.recall[0, 2, 0])
    information = 0.5 * np.log(0.5 / 0.3) + 0.1 * np.log(0.1 / 0.3) + 0.4 * np.log(0.4 / 0.2)
    assert table.mutual_information[0, 1, 0] == pytest.approx(information)
    silent = Contingency.at_every_threshold(np.array([[[4, 0], [6, 0]]]))
    assert np.isnan(silent.precision).all()


def test_the_activity_may_be_counted_apart_from_the_concepts():
    counts, active = np.array([[[0, 3]]]), np.array([[[4, 6]]])
    table = Contingency.at_every_threshold(counts, active)
    assert (table.total, table.union.tolist(), table.iou.tolist()) == (10, [[[6]]], [[[0.5]]])
    assert Contingency.at_every_threshold(counts, active, total=20).matching.tolist() == [[[0.85]]]


@settings(deadline=None, max_examples=10)
@given(st.integers(0, 1000))
def test_scores_equal_brute_force_at_every_threshold(seed):
    featuremaps, masks = reference.random_layer(seed)
    tally = tally_of(featuremaps, masks)
    edges, tables = tally.edges, Contingency.at_every_threshold(tally.joint.table(range(4)).numpy())
    iou, ratio = tables.iou, tables.information_quality_ratio
    for unit in range(3):
        for threshold in range(0, 100, 7):
            active = reference.masks_above(featuremaps, (8, 8), unit, edges[unit, threshold])
            for concept in range(4):
                shown = masks == concept
                assert iou[unit, concept, threshold] == reference.iou(active, shown)
                expected = reference.information_quality_ratio(active, shown)
                assert ratio[unit, concept, threshold] == pytest.approx(expected, abs=1e-12)
