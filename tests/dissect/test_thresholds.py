"""Concept and threshold maximise the information quality ratio among the candidates."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.agreement import Agreement
from ganatomy.dissect.thresholds import choose_thresholds, threshold_values

EDGES = torch.tensor([[0.0, 1.0, 2.0, 3.0]])
NONE_IGNORED = np.zeros(2, dtype=bool)


def joint(*rows):
    """Return the (1, k, 5) histogram of one unit: a row of pixels per level for each concept."""
    return torch.tensor([rows])


def test_takes_the_best_pair():
    # Concept 1 is exactly "above threshold 2": levels 3 and 4.
    table = joint([50, 10, 10, 0, 0], [0, 0, 0, 20, 10])
    choice = choose_thresholds(table, EDGES, NONE_IGNORED)
    assert Agreement(table.numpy()).iou[0, 1, 2] == 1.0
    assert choice.threshold.tolist() == [2]
    alone = choose_thresholds(table, EDGES, np.array([True, False]))
    assert (alone.concept.tolist(), alone.threshold.tolist()) == ([1], [2])
    assert threshold_values(EDGES, alone).tolist() == [2.0]


def test_equals_a_search_over_all_pairs():
    rng = np.random.default_rng(0)
    masks = rng.integers(0, 3, 2000)
    tables = torch.zeros(20, 3, 5, dtype=torch.int64)
    for unit in range(20):
        levels = np.clip(rng.integers(0, 5, 2000) + (masks == unit % 3) * rng.integers(0, 4, 2000), 0, 4)
        np.add.at(tables[unit].numpy(), (masks, levels), 1)
    edges = EDGES.expand(20, 4) - 0.5
    choice = choose_thresholds(tables, edges, np.array([True, False, False]))
    for unit, table in enumerate(tables.numpy()):
        agreement = Agreement(table[None])
        ratio, matching = agreement.information_quality_ratio[0], agreement.matching[0]
        pairs = [(c, t) for c in (1, 2) for t in (1, 2, 3)]
        strict = [pair for pair in pairs if matching[pair] > 0.8] or pairs
        assert (choice.concept[unit], choice.threshold[unit]) == max(strict, key=lambda pair: ratio[pair])


@pytest.mark.parametrize(
    ("table", "edges"),
    [
        (joint([60, 0, 0, 0, 0], [40, 0, 0, 0, 0]), EDGES),  # never above any threshold
        (joint([60, 0, 0, 0, 0], [0, 40, 0, 0, 0]), EDGES),  # only the threshold of all pixels, and it is 0
        (joint([60, 0, 0, 0, 0], [0, 0, 0, 40, 0]), EDGES - 3),  # thresholds of 0 and below
    ],
)
def test_a_unit_without_a_usable_threshold_has_none(table, edges):
    choice = choose_thresholds(table, edges, NONE_IGNORED)
    assert choice.concept.tolist() == [-1]
    assert choice.threshold.tolist() == [4]
    assert threshold_values(edges, choice).tolist() == [float("inf")]


def test_a_concept_of_less_than_a_thousandth_is_no_candidate():
    rare = joint([9000, 900, 91, 0, 0], [0, 0, 0, 0, 9])
    assert choose_thresholds(rare, EDGES, np.array([True, False])).concept.tolist() == [-1]
    enough = joint([9000, 900, 90, 0, 0], [0, 0, 0, 0, 10])
    assert choose_thresholds(enough, EDGES, np.array([True, False])).concept.tolist() == [1]


def test_a_poor_match_is_chosen_only_where_there_is_no_good_one():
    table = joint([35, 0, 25, 0, 0], [0, 0, 35, 0, 5])
    choice = choose_thresholds(table, EDGES, np.array([True, False]))
    agreement = Agreement(table.numpy())
    assert agreement.matching[0, 1, 1] == pytest.approx(0.75)
    assert agreement.matching[0, 1, 3] == pytest.approx(0.65)
    assert (choice.concept.tolist(), choice.threshold.tolist()) == ([1], [1])
    good = joint([55, 0, 25, 0, 0], [0, 0, 5, 0, 15])
    assert Agreement(good.numpy()).matching[0, 1, 2] == pytest.approx(0.95)
    assert choose_thresholds(good, EDGES, np.array([True, False])).threshold.tolist() == [2]
