"""The rule by which evolution is judged, on scores whose intervals are worked out by hand."""

import math

import pytest

from ganatomy.compare.verdict import Difference, SeedMean, difference, judge, mean

KINDS = {"egan": "egan", "egan:gamma=1": "egan", "random": "random", "quality": "quality"} | {
    "hinge": "objective",
    "minimax": "objective",
}
T_OF_2 = 4.302652729911275
"""The 97.5 % quantile of Student's t at two degrees of freedom."""
NAN = math.nan


def test_a_difference_is_the_mean_over_pairs_with_its_t_interval():
    found = difference([1.0, 2.0, 3.0], [2.0, 4.0, 6.0])
    half = T_OF_2 / math.sqrt(3)  # differences 1, 2, 3: deviation 1
    assert found == Difference(2.0, pytest.approx(2 - half), pytest.approx(2 + half), 3, 3, 0)
    assert found.sign == 0
    assert mean([1.0, 2.0, 3.0]) == SeedMean(found.mean, found.low, found.high, 3)


def test_seeds_without_a_score_are_left_out_of_both():
    found = difference([1.0, NAN, 3.0, 5.0], [2.0, 9.0, NAN, 7.0])
    assert (found.mean, found.num_seeds) == (1.5, 2)
    assert difference([1.0, 2.0], [2.0, 3.01]).sign == 1
    assert difference([2.0, 3.01], [1.0, 2.0]).sign == -1


@pytest.mark.parametrize(
    ("a", "b"), [([7, 7], [8, 8]), ([7, 8, 6], [8, 9, 7]), ([0.1, 0.2, 0.7], [1.1, 1.2, 1.7]), ([3, 3], [3, 3])]
)
def test_differences_that_are_all_equal_have_no_interval(a, b):
    found = difference(a, b)
    assert (found.mean, found.num_seeds, found.sign) == (pytest.approx(b[0] - a[0]), len(a), 0)
    assert math.isnan(found.low)
    assert math.isnan(found.high)


def test_small_differences_between_seeds_are_not_equal():
    assert difference([0.1, 0.2], [1.1, 1.2 + 1e-9]).sign == 1


def test_seeds_are_counted_on_either_side():
    """Two are better by little, one is much worse, and two are equal but for rounding."""
    found = difference([1.0, 1.0, 1.0, 3.0, 0.3], [1.1, 1.2, 0.0, 3.0, 0.1 + 0.2])
    assert (found.num_seeds, found.num_above, found.num_below) == (5, 2, 1)
    assert found.mean < 0
    equal = difference([7.0, 8.0], [8.0, 9.0])
    assert (equal.num_above, equal.num_below) == (2, 0)


def test_one_seed_has_no_interval_and_none_no_mean():
    one, none = difference([1.0], [3.0]), difference([NAN], [3.0])
    assert (one.mean, one.num_seeds, one.sign) == (2.0, 1, 0)
    assert math.isnan(one.low)
    assert math.isnan(none.mean)


def verdict(is_lower_better=True, **scores):
    return judge({name.replace("_", ":"): value for name, value in scores.items()}, KINDS, is_lower_better)


def test_helped_where_it_is_better_than_chance_and_than_the_best_objective():
    found = verdict(egan=[1, 1.1, 1.2], random=[2, 2, 2.3], hinge=[4, 4, 4], minimax=[3, 3, 3.1])
    assert found.answer == "helped"
    assert [(one.control, one.role) for one in found.advantages] == [
        ("random", "random mutation"),
        ("minimax", "the best single objective"),
    ]
    assert found.advantages[0].estimate.mean == pytest.approx(1.0), "positive where it is better"


def test_higher_may_be_better():
    scores = {"egan": [1, 1.1, 1.2], "random": [2, 2, 2.3], "hinge": [4, 4, 4], "minimax": [3, 3, 3.1]}
    found = verdict(is_lower_better=False, **scores)
    assert found.answer == "did not help"
    assert found.advantages[1].control == "hinge"
    assert found.advantages[0].estimate.mean == pytest.approx(-1.0)


def test_one_control_that_is_surely_better_is_enough_to_say_it_did_not_help():
    assert verdict(egan=[2, 2.1, 2], random=[9, 9, 9], hinge=[1, 1, 1]).answer == "did not help"
    assert verdict(egan=[2, 2.1, 2], random=[1, 1, 1], hinge=[9, 9, 9]).answer == "did not help"


@pytest.mark.parametrize("hinge", [[2, 2.1, 2], [0, 5, 10], [1, 2.2, 2.8]])
def test_undecided_where_an_interval_holds_0(hinge):
    assert verdict(egan=[2, 2.1, 2], random=[9, 9, 9], hinge=hinge).answer == "undecided"


def test_differences_without_spread_decide_nothing():
    assert verdict(is_lower_better=False, egan=[8, 8], random=[7, 7], hinge=[7, 7]).answer == "undecided"
    assert verdict(egan=[8, 8], random=[7, 7], hinge=[7, 7]).answer == "undecided"


def test_one_seed_decides_nothing():
    assert verdict(egan=[1], random=[2], hinge=[3]).answer == "undecided"


def test_the_first_egan_arm_is_judged_and_one_control_may_do():
    scores = {"egan:gamma=1": [1, 1.1, 1.2], "egan": [9, 9, 9], "quality": [0, 0, 0], "hinge": [2, 2, 2]}
    found = judge(scores, KINDS, True)
    assert (found.arm, found.answer) == ("egan:gamma=1", "helped")
    assert [one.role for one in found.advantages] == ["the single objective"]


def test_an_objective_whose_trainings_all_diverged_is_no_control():
    found = verdict(egan=[1, 1], hinge=[NAN, NAN], minimax=[3, 3.1])
    assert [one.control for one in found.advantages] == ["minimax"]


def test_there_is_no_verdict_without_evolution_or_without_a_control():
    assert verdict(random=[1, 2], hinge=[1, 2]) is None
    assert verdict(egan=[1, 2], quality=[1, 2]) is None
    assert verdict(egan=[1, 2], hinge=[NAN, NAN]) is None
