"""The page of a comparison."""

import pytest
from tests.compare.tiny import plan, score

from ganatomy.compare.results import summarise
from ganatomy.compare.table import advantage_rows, answers, budget, number, sentence, signed, verdicts, write_page
from ganatomy.compare.verdict import Difference, SeedMean
from ganatomy.runs.files import write_json


def test_the_page_has_verdicts_scores_and_differences(tmp_path):
    planned = plan(tmp_path / "0001-compare", ("egan", "random", "hinge"))
    score(planned, {"egan": [1.0, 1.5], "random": [2.0, 2.5], "hinge": [1.0, 2.0]})
    page = write_page(planned, summarise(planned))
    assert page.startswith("# Comparison 0001-compare\n\n`8gaussians`, 4 generations a run, 2 seeds from 0 to 1.\n")
    assert (
        "- MMD: **it is undecided whether evolution helped**. Advantage of egan over random (random mutation): "
        "+1 (no interval: all differences are equal; better under 2 of 2 seeds), "
        "over hinge (the single objective): +0.25 (-2.93 to +3.43; better under 1 of 2 seeds)." in page
    )
    assert "| egan | 4 | 2 | 0.01 | 1.25 (0 to 4.43) |" in page
    assert (
        "## Differences to egan\n\n| arm | MMD |\n| --- | --- |\n"
        "| random | +1, 0 of 2 |\n| hinge | +0.25 (-2.93 to +3.43), 0 of 2 |\n" in page
    )
    assert "MMD (lower is better)" in page
    assert "Diverged" not in page
    assert page.endswith("metric goes.\n")


def test_a_training_that_diverged_is_told(tmp_path):
    planned = plan(tmp_path)
    score(planned, {"egan": [1.0, 1.5], "random": [2.0, 2.5]})
    write_json(planned.runs[0].run.path / "failed.json", {"reason": "all died"})
    assert write_page(planned, summarise(planned)).endswith("which favours their arm:\n\n- egan seed 0: all died\n")


def test_one_seed_and_no_control(tmp_path):
    planned = plan(tmp_path, ("egan", "quality"), seeds=1)
    score(planned, {"egan": [1.0], "quality": [2.0]})
    results = summarise(planned)
    assert sentence(results.metrics[0]) == (
        "MMD: no verdict; it takes an arm egan, and random or a single objective beside it."
    )
    assert "1 seed: 0." in write_page(planned, results)
    with_control = plan(tmp_path, seeds=1)
    score(with_control, {"egan": [1.0], "random": [3.0]})
    assert "over random (random mutation): +2 (no interval of one seed)" in sentence(summarise(with_control).metrics[0])


@pytest.mark.parametrize(
    ("equal", "words"),
    [
        ("steps", "4 generations a run"),
        ("compute", "a run the multiply-accumulates of 4 generations of egan"),
        ("seconds", "4 seconds a run at the timed cost of a generation"),
    ],
)
def test_what_is_equal_is_said(tmp_path, equal, words):
    assert budget(plan(tmp_path, equal=equal)) == words


def test_a_number_has_its_interval():
    nan = float("nan")
    assert number(SeedMean(1.23456, 1.0, 2.0, 3)) == "1.23 (1 to 2)"
    assert number(SeedMean(0.5, nan, nan, 1)) == "0.5"
    assert number(SeedMean(nan, nan, nan, 0)) == "none"


def test_a_difference_has_a_star_where_its_interval_leaves_out_0_and_the_seeds_that_are_better():
    nan = float("nan")
    assert signed(Difference(-1.5, -2.0, -1.0, 3, 0, 3), is_lower_better=True) == "-1.5 (-2 to -1)*, 3 of 3"
    assert signed(Difference(0.5, -2.0, 3.0, 3, 2, 1), is_lower_better=True) == "+0.5 (-2 to +3), 1 of 3"
    assert signed(Difference(0.5, -2.0, 3.0, 3, 2, 1), is_lower_better=False) == "+0.5 (-2 to +3), 2 of 3"
    assert signed(Difference(0.5, nan, nan, 1, 1, 0), is_lower_better=True) == "+0.5"
    assert signed(Difference(nan, nan, nan, 0, 0, 0), is_lower_better=True) == "none"


def test_the_verdict_is_told_once_and_what_has_no_interval_has_none(tmp_path):
    made = plan(tmp_path, ("egan", "random", "hinge"))
    score(made, {"egan": [1.0, 2.0], "random": [2.0, 3.0], "hinge": [1.5, 2.0]})
    results = summarise(made)
    assert answers(results) == [{"metric": "MMD", "verdict": "it is undecided whether evolution helped"}]
    random, hinge = advantage_rows(results)
    assert (random["over"], random["advantage"], random["interval"]) == ("random", 1.0, None)
    assert (hinge["better_under"], hinge["seeds"], len(hinge["interval"])) == (1, 2, 2)
    assert [row["over"] for row in verdicts(results)] == ["random", "hinge"]


def test_without_a_control_there_is_no_advantage(tmp_path):
    made = plan(tmp_path, ("egan",))
    score(made, {"egan": [1.0, 2.0]})
    assert advantage_rows(summarise(made)) == []
    assert verdicts(summarise(made)) == [{"metric": "MMD", "verdict": "none"}]
