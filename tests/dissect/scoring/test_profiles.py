"""Concept and threshold of each unit by the rules of each profile, against searches over all pairs."""

import numpy as np
import pytest
import torch

from ganatomy.dissect.counting.contingency import Contingency
from ganatomy.dissect.counting.counts import Concepts
from ganatomy.dissect.counting.covariance import PixelCovariance
from ganatomy.dissect.counting.tally import Tally
from ganatomy.dissect.protocol import CountingRules
from ganatomy.dissect.scoring.profiles import (
    PROFILES,
    best_concepts,
    choose_thresholds,
    named,
    profile_of,
    sharing_counts,
    threshold_values,
)
from ganatomy.errors import ConfigError
from ganatomy.stats.joint import JointHistogram

EDGES = torch.tensor([[0.0, 1.0, 2.0, 3.0]])
PAPER, COMPAT, PNAS = (PROFILES[name] for name in ("paper", "compat", "pnas2020"))


def vocabulary(*categories):
    names = sorted(set(categories))
    return Concepts(
        tuple("abcdefg"[: len(categories)]), categories, tuple(2 + names.index(category) for category in categories)
    )


TWO, SECOND_ONLY = vocabulary("object", "object"), vocabulary("other", "object")


def tally(*units, edges=EDGES, groups=None):
    """Return the tally of units: each a row of pixels per level for each concept."""
    counts = torch.tensor(units)
    made = Tally(edges.expand(len(units), 4).contiguous(), (8, 8), 4)
    made.joint = JointHistogram(len(units), 4, 5)
    made.joint.rows_of(range(counts.shape[1]))
    made.joint.counts = counts
    whole = counts.sum(1, keepdim=True)
    made.joint.active = whole.repeat(1, 4, 1) if groups is None else torch.cat([whole, whole, groups], 1)
    return made


def table_of(made):
    return Contingency.at_every_threshold(made.joint.counts.numpy())


def test_takes_the_best_pair():
    # Concept 1 is exactly "above threshold 2": levels 3 and 4.
    made = tally(([50, 10, 10, 0, 0], [0, 0, 0, 20, 10]))
    choice = choose_thresholds(PAPER, made, TWO)
    assert table_of(made).iou[0, 1, 2] == 1.0
    assert choice.threshold.tolist() == [2]
    alone = choose_thresholds(PAPER, made, SECOND_ONLY)
    assert (alone.concept.tolist(), alone.threshold.tolist()) == ([1], [2])
    assert threshold_values(EDGES, alone.threshold).tolist() == [2.0]


@pytest.mark.parametrize("profile", [PAPER, COMPAT])
def test_equals_a_search_over_all_pairs(profile):
    rng = np.random.default_rng(0)
    masks = rng.integers(0, 3, 2000)
    tables = np.zeros((20, 3, 5), np.int64)
    for unit in range(20):
        levels = np.clip(rng.integers(0, 5, 2000) + (masks == unit % 3) * rng.integers(0, 4, 2000), 0, 4)
        np.add.at(tables[unit], (masks, levels), 1)
    made = tally(*tables.tolist(), edges=EDGES - 0.5)
    choice = choose_thresholds(profile, made, vocabulary("other", "object", "object"))
    for unit, table in enumerate(tables):
        found = Contingency.at_every_threshold(table[None])
        ratio, matching = found.information_quality_ratio[0], found.matching[0]
        pairs = [(c, t) for c in (1, 2) for t in (1, 2, 3)]
        strict = [pair for pair in pairs if matching[pair] > 0.8]
        if not strict and profile is COMPAT:
            assert choice.concept[unit] == -1
        else:
            best = max(strict or pairs, key=lambda pair: ratio[pair])
            assert (choice.concept[unit], choice.threshold[unit]) == best


@pytest.mark.parametrize(
    ("unit", "edges"),
    [
        (([60, 0, 0, 0, 0], [40, 0, 0, 0, 0]), EDGES),  # never above any threshold
        (([60, 0, 0, 0, 0], [0, 40, 0, 0, 0]), EDGES),  # only the threshold of all pixels, and it is 0
        (([60, 0, 0, 0, 0], [0, 0, 0, 40, 0]), EDGES - 3),  # thresholds of 0 and below
    ],
)
def test_a_unit_without_a_usable_threshold_has_none(unit, edges):
    choice = choose_thresholds(PAPER, tally(unit, edges=edges), TWO)
    assert choice.concept.tolist() == [-1]
    assert choice.threshold.tolist() == [4]
    assert threshold_values(edges, choice.threshold).tolist() == [float("inf")]


def test_a_concept_of_less_than_a_thousandth_is_no_candidate():
    rare = tally(([9000, 900, 91, 0, 0], [0, 0, 0, 0, 9]))
    assert choose_thresholds(PAPER, rare, SECOND_ONLY).concept.tolist() == [-1]
    enough = tally(([9000, 900, 90, 0, 0], [0, 0, 0, 0, 10]))
    assert choose_thresholds(PAPER, enough, SECOND_ONLY).concept.tolist() == [1]


def test_a_poor_match_is_chosen_only_where_there_is_no_good_one_and_never_by_compat():
    made = tally(([35, 0, 25, 0, 0], [0, 0, 35, 0, 5]))
    choice = choose_thresholds(PAPER, made, SECOND_ONLY)
    assert table_of(made).matching[0, 1, 1] == pytest.approx(0.75)
    assert table_of(made).matching[0, 1, 3] == pytest.approx(0.65)
    assert (choice.concept.tolist(), choice.threshold.tolist()) == ([1], [1])
    assert choose_thresholds(COMPAT, made, SECOND_ONLY).concept.tolist() == [-1]
    good = tally(([55, 0, 25, 0, 0], [0, 0, 5, 0, 15]))
    assert table_of(good).matching[0, 1, 2] == pytest.approx(0.95)
    assert choose_thresholds(PAPER, good, SECOND_ONLY).threshold.tolist() == [2]


def test_compat_counts_the_activity_in_images_of_the_category_alone():
    # Of 100 pixels 60 belong to images with a part; the unit is active elsewhere too.
    unit = ([40, 0, 0, 0, 40], [0, 0, 0, 0, 20])
    groups = torch.tensor([[[40, 0, 0, 0, 60], [40, 0, 0, 0, 20]]])
    made = tally(unit, groups=groups)
    concepts = vocabulary("object", "part")
    everywhere = choose_thresholds(PAPER, made, concepts)
    where_parts_are = choose_thresholds(COMPAT, made, concepts)
    assert everywhere.concept.tolist() == [0]
    assert where_parts_are.concept.tolist() == [1]


def test_a_fixed_threshold_leaves_the_concept_to_iou():
    choice = choose_thresholds(PNAS, Tally(torch.tensor([[3.0], [7.0]]), (8, 8), 3), TWO)
    assert (choice.concept.tolist(), choice.threshold.tolist()) == ([-1, -1], [0, 0])


def test_another_top_fraction_is_taken_by_profiles_that_have_one():
    assert [PROFILES[name].fraction for name in ("pnas2020", "netdissect", "paper")] == [0.01, 0.005, None]
    assert profile_of("pnas2020", 0.2).counting == CountingRules(0.2, zeros=True)
    assert profile_of("paper") is PAPER
    with pytest.raises(
        ConfigError, match=r"top_fraction is 0.2, but profile 'paper' chooses .* pnas2020 or netdissect"
    ):
        profile_of("paper", 0.2)
    with pytest.raises(ConfigError, match=r"top_fraction is 1.0; give a part above 0 and below 1, such as 0.005"):
        profile_of("netdissect", 1.0)


def test_profiles_of_the_same_counting_share_their_counts():
    assert list(sharing_counts(COMPAT)) == ["paper", "compat", "max-iou"]
    assert list(sharing_counts(profile_of("pnas2020", 0.2))) == ["pnas2020"]
    assert list(sharing_counts(profile_of("correlation"))) == ["correlation"]


def test_max_iou_takes_the_pair_of_the_highest_iou():
    # Concept 1 at threshold 3: 10 / 10; at threshold 1: 20 / 50. The IQR of a larger, poorer match does not matter.
    made = tally(([50, 30, 0, 0, 0], [0, 10, 0, 0, 10]))
    choice = choose_thresholds(PROFILES["max-iou"], made, SECOND_ONLY)
    iou = Contingency.at_every_threshold(made.joint.counts.numpy()).iou[0, 1]
    assert (choice.concept.tolist(), choice.threshold.tolist()) == ([1], [int(iou.argmax())])
    everywhere = tally(([0, 0, 0, 0, 10], [0, 0, 0, 0, 90]), edges=EDGES - 9)  # "all pixels" and thresholds below 0 too
    assert choose_thresholds(PROFILES["max-iou"], everywhere, SECOND_ONLY).concept.tolist() == [1]


def test_correlation_takes_the_concept_first_and_then_its_best_threshold():
    made = tally(([40, 10, 0, 10, 0], [0, 10, 20, 10, 0]))
    made.covariance = PixelCovariance(1, 2, (8, 8))
    made.covariance.restore({
        "pixels": torch.tensor(100.0), "mean": torch.zeros(1), "squares": torch.ones(1),
        "area": torch.tensor([0.6, 0.4]), "products": torch.tensor([[1.0, 2.0]]),
    })  # fmt: skip
    choice = choose_thresholds(PROFILES["correlation"], made, TWO)
    ratio = table_of(made).information_quality_ratio[0, 1, 1:]
    assert (choice.concept.tolist(), choice.threshold.tolist()) == ([1], [1 + int(ratio.argmax())])
    made.covariance.products = torch.tensor([[-1.0, -2.0]], dtype=torch.float64)
    assert choose_thresholds(PROFILES["correlation"], made, TWO).concept.tolist() == [-1]


def test_the_best_concept_is_a_named_one_that_exceeds_the_least():
    iou = np.array([[0.9, 0.2, 0.3], [0.9, np.nan, 0.04], [np.nan] * 3])
    assert best_concepts(iou, named(vocabulary("other", "object", "part")), 0.04).tolist() == [2, -1, -1]
