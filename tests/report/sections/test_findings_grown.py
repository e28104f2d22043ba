"""What was repaired, and whether evolution helped, each as one sentence."""

import math

import pytest
from tests.report.repair_record import gain, record_json, trial

from ganatomy.compare.results import MetricResult
from ganatomy.compare.verdict import judge
from ganatomy.report.sections.findings_grown import evolved, repaired
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.repairs import RepairRecord

MINUS = "\N{MINUS SIGN}"
REFUSED = {"baked": None, "refusal": "on held-out images the distance rises by 0.1"}


def repair(**more):
    return record_from(RepairRecord, record_json(**more), "repair.json")


def metric(scores, kinds):
    return MetricResult("fd", "FD[toy]", True, (), judge(scores, kinds, is_lower_better=True))


def test_an_accepted_repair_is_held_against_random_units():
    finding = repaired([repair(**REFUSED), repair()])
    assert finding.part == "repairs"
    assert finding.sentence == (
        "It was repaired: with 1 unit of layer2 off, KD[toy] to held-out real images, 0.2 before, changes by "
        f"{MINUS}0.1 (95 % interval {MINUS}0.15 to {MINUS}0.05), with as many random ones off by +0.1."
    )


def test_a_refused_repair_tells_how_far_off_it_was():
    finding = repaired([repair(**REFUSED, trial=trial([1], gain(0.2, 0.3, -0.2, -0.05)))])
    assert finding.sentence.startswith("Nothing was repaired: with 1 unit of layer2 off")
    assert finding.sentence.endswith(
        "changes by +0.1 (95 % interval +0.05 to +0.2), with as many random ones off by +0.1."
    )


def test_a_repair_that_moves_a_concept_says_so():
    finding = repaired([repair(baked=None, refusal="'tree' moves by +20%, beyond the budget of 10%")])
    assert finding.sentence.endswith("random ones off by +0.1, but 'tree' moves by +20%, beyond the budget of 10%.")


@pytest.mark.parametrize("more", [{"trial": None}, {"random": []}])
def test_a_repair_without_a_control_is_not_told(more):
    assert repaired([repair(baked=None, refusal="nothing helps", **more)]) is None
    assert repaired([]) is None


KINDS = {"egan": "egan", "random": "random", "heuristic": "objective"}


def test_evolution_is_told_by_the_control_that_it_gained_least_on():
    better = metric({"egan": [1.0, 1.1, 1.2], "random": [2.0, 2.2, 2.1], "heuristic": [3.0, 3.3, 3.1]}, KINDS)
    finding = evolved(better, has_rivals=True)
    assert (finding.part, finding.number) == ("evolution", "+1")
    assert finding.sentence.startswith(
        "Evolution helped: the advantage of egan over random, random mutation, in FD[toy]"
    )
    assert finding.after.endswith("; better under 3 of 3 seeds).")
    worse = metric({"egan": [3.0, 3.1, 3.2], "random": [4.0, 2.2, 2.1], "heuristic": [1.0, 1.2, 1.1]}, KINDS)
    assert evolved(worse, has_rivals=False).before.startswith(
        "Evolution did not help: the advantage of egan over heuristic, the single objective,"
    )


def test_what_has_no_interval_says_why():
    one = metric({"egan": [1.0], "random": [2.0]}, KINDS)
    assert evolved(one, has_rivals=True).after == "(no interval of one seed)."
    equal = metric({"egan": [1.0, 1.0], "random": [2.0, 2.0]}, KINDS)
    assert evolved(equal, has_rivals=True).after == (
        "(no interval, since all differences are equal; better under 2 of 2 seeds)."
    )
    diverged = metric({"egan": [math.nan, 1.0], "random": [2.0, 2.0]}, KINDS)
    assert "no interval of one seed" in evolved(diverged, has_rivals=True).after


def test_a_run_that_was_not_compared_says_so_and_one_without_rivals_says_nothing():
    assert evolved(None, has_rivals=True).number == "not compared"
    assert evolved(None, has_rivals=False) is None
    assert evolved(metric({"egan": [1.0]}, {"egan": "egan"}), has_rivals=True) is None
