"""What is made of the last scores of all runs."""

import json
import math

import pytest
from tests.compare.tiny import plan, score

from ganatomy.compare.results import as_json, curve, summarise
from ganatomy.errors import IncompatibleRun
from ganatomy.runs.files import read_lines, write_json

SCORES = {"egan": [1.0, 1.5], "random": [2.0, 2.5]}


def test_means_differences_and_verdict_of_each_metric(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES)
    score(planned, {"egan": [8, 8], "random": [8, None]}, "modes")
    # the last line counts, and it has modes alone
    (mmd, modes) = summarise(planned).metrics
    assert (mmd.metric, mmd.name, mmd.is_lower_better) == ("mmd", "MMD", True), "what it was set up with comes first"
    assert all(math.isnan(value) for value in mmd.arms[0].values)
    assert (modes.name, modes.is_lower_better) == ("modes covered", False)
    assert modes.arms[0].values == (8.0, 8.0)
    assert modes.arms[1].mean.mean == 8.0


def test_an_arm_is_held_against_the_first(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES)
    (mmd,) = summarise(planned).metrics
    egan, random = mmd.arms
    assert egan.mean.mean == 1.25
    assert egan.difference.mean == 0.0
    assert random.difference.mean == 1.0
    assert math.isnan(random.difference.low)
    assert mmd.verdict.answer == "undecided", "all differences are equal"


def test_intervals_of_means_end_with_the_range_of_the_metric_and_those_of_differences_do_not(tmp_path):
    planned = plan(tmp_path)
    score(planned, {"egan": [0.9, 1.0], "random": [0.0, 0.2]}, "high_quality")
    egan, random = summarise(planned).metrics[1].arms
    assert egan.mean.high == 1.0
    assert egan.mean.low == pytest.approx(0.95 - 12.7062 * 0.05, rel=1e-4)
    assert random.mean.low == 0.0
    assert random.difference.low < -1.0


def test_no_more_modes_than_the_mixture_has_are_in_an_interval(tmp_path):
    planned = plan(tmp_path)
    score(planned, {"egan": [7, 8], "random": [8, 8]}, "modes")
    egan, random = summarise(planned).metrics[1].arms
    assert (egan.mean.mean, egan.mean.high) == (7.5, 8.0)
    assert math.isnan(random.mean.high), "all are equal"


def test_a_training_that_diverged_is_left_out_and_told(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES)
    write_json(planned.runs[1].run.path / "failed.json", {"reason": "all died"})
    results = summarise(planned)
    assert results.failures == {"random seed 0": "all died"}
    assert results.metrics[0].arms[1].mean.num_seeds == 1
    for run in planned.runs:
        write_json(run.run.path / "failed.json", {"reason": "all died"})
    with pytest.raises(IncompatibleRun, match=r"every training has diverged.*; lower --learning-rate"):
        summarise(planned)


def test_scores_of_different_protocols_are_not_compared(tmp_path):
    score(plan(tmp_path), {"egan": [1.0, 1.0]} | {"random": [2.0, 2.0]})
    other = plan(tmp_path, arms=("egan", "hinge"))
    score(other, {"egan": [1.0, 1.0], "hinge": [1.0, 1.0]}, version=2)
    three = plan(tmp_path, arms=("random", "egan", "hinge"))
    with pytest.raises(IncompatibleRun) as caught:
        summarise(three)
    assert str(caught.value) == (
        "random seed 0 was scored with version 1 and egan seed 0 with 2; compare anew with one version"
    )


def test_seeds_may_differ_between_protocols(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES)
    path = planned.runs[0].run.path / "scores.jsonl"
    path.write_text(path.read_text().replace('"seed": 0', '"seed": 5'))
    assert summarise(planned).metrics


def test_scores_against_other_real_samples_are_not_compared(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES, data_fingerprint="aaaa")
    assert summarise(planned).metrics
    score(planned, SCORES)  # of a version that did not note it
    assert summarise(planned).metrics
    planned.runs[2].run.append_score(line_of(planned.runs[2], data_fingerprint="aaaa"))
    assert summarise(planned).metrics
    planned.runs[3].run.append_score(line_of(planned.runs[3], data_fingerprint="bbbb"))
    with pytest.raises(IncompatibleRun) as caught:
        summarise(planned)
    assert str(caught.value) == (
        "egan seed 1 was scored against real samples of fingerprint aaaa and random seed 1 against bbbb; compare anew "
        "on one data set"
    )


def test_seeds_have_scenes_of_their_own_and_no_other_images(tmp_path):
    for data, are_compared in (("scenes", True), ("photos", False)):
        planned = plan(tmp_path / data, base={"data": data, "score_metric": "mmd"})
        score(planned, SCORES)
        for run in planned.runs:
            run.run.append_score(line_of(run, data_fingerprint=f"of seed {run.seed}"))
        if are_compared:
            assert summarise(planned).metrics
        else:
            with pytest.raises(IncompatibleRun, match=r"egan seed 0 .* of seed 0 and egan seed 1 against of seed 1"):
                summarise(planned)
    scenes = plan(tmp_path / "scenes", base={"data": "scenes", "score_metric": "mmd"})
    scenes.runs[1].run.append_score(line_of(scenes.runs[1], data_fingerprint="another"))
    with pytest.raises(IncompatibleRun, match=r"egan seed 0 was .* of seed 0 and random seed 0 against another"):
        summarise(scenes)


def line_of(run, **protocol):
    """Return a run's last score, measured by another protocol."""
    line = read_lines(run.run.path / "scores.jsonl")[-1]
    return {**line, "protocol": {**line["protocol"], **protocol}}


def test_a_curve_has_a_row_for_each_seed(tmp_path):
    planned = plan(tmp_path)
    score(planned, SCORES)
    generations, values = curve(planned, planned.arms[1], "mmd")
    assert (generations, values) == ([2, 4], [[4.0, 2.0], [5.0, 2.5]])
    assert all(math.isnan(value) for value in curve(planned, planned.arms[1], "fd")[1][0])


def test_a_file_without_nan_is_written_before_and_after(tmp_path):
    planned = plan(tmp_path)
    assert "metrics" not in as_json(planned, None)
    score(planned, {"egan": [1.0, None], "random": [2.0, 2.5]})
    kept = json.loads(json.dumps(as_json(planned, summarise(planned)), allow_nan=False))
    assert (kept["schema"], kept["equal"], kept["budget"], kept["seeds"]) == (1, "steps", 4, [0, 1])
    assert kept["metrics"][0]["arms"][0]["values"] == [1.0, None]
    assert kept["metrics"][0]["arms"][0]["mean"] == {"mean": 1.0, "low": None, "high": None, "num_seeds": 1}
    assert kept["metrics"][0]["verdict"]["answer"] == "undecided"
