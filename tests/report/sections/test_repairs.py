"""Repairs on the page."""

import numpy as np
import pytest
from tests.report.fixture_run import image_grid, landscapes
from tests.report.repair_record import gain, record_json, trial

from ganatomy.report.sections.repairs import RepairsView, repair_view, repair_weights
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.repairs import RepairRecord


def record(**more):
    return record_from(RepairRecord, record_json(**more), "repair.json")


def view(run, **more):
    return repair_view(run, "0001-layer2", record(**more), "repair-1", {"tree": "c1"}, 100_000)


def test_all_values_are_the_files(tmp_path):
    shown = view(tmp_path)
    assert [(one.concept, one.colour, one.change, one.keeps) for one in shown.moves] == [
        ("tree", "c1", "+10.0%", True), ("sky", "c-rest", "+0.0%", True),
    ]  # fmt: skip
    assert [(arm.name, arm.gain) for arm in shown.arms] == [
        ("1 unit, random images", "+0.1"), ("1 unit, high activation", "+1"),
        ("random units 0, random images", "\N{MINUS SIGN}0.1"), ("random units 0, high activation", "+1"),
    ]  # fmt: skip
    assert (shown.constants, shown.random_accepted, shown.pictures) == ("0", 0, ())
    assert "from 0.2 to 0.1 without the units" in shown.held_out.svg
    assert [figure.key for figure in RepairsView((shown,)).figures] == [
        "repair-1-distance", "repair-1-local", "repair-1-held-out",
    ]  # fmt: skip
    assert repair_weights(record()) == {"sky": 0.4, "tree": 0.1, "boat": 0.0}


def test_scores_are_drawn_highest_first_beside_random_samples(tmp_path):
    distance, local = view(tmp_path).scores
    assert distance.title == "Top samples against real ones together"
    assert "Scores of 3 units; candidates are 1." in distance.svg
    assert "deviations above random" in distance.svg
    assert "0: as random samples are" in distance.caption
    assert local.caption == "Candidates: 1, 3."
    assert "chosen" in distance.svg


def test_nothing_found_has_scores_alone(tmp_path):
    shown = view(tmp_path, trial=None, random=[], baked=None, method=None, units=[], constants=[], refusal="no luck")
    assert (shown.held_out, shown.arms, shown.moves) == (None, (), ())
    assert len(shown.figures) == 2
    assert repair_weights(shown.record) == {}


def test_a_distance_that_is_not_above_0_has_no_part_that_goes(tmp_path):
    shown = view(tmp_path, trial=trial([1], gain(-0.01, -0.02, 0.0, 0.02)))
    assert shown.held_out.svg.count("<circle") == 2 + 3  # the legend, and what is known of two arms


def test_pictures_are_those_of_the_run(tmp_path):
    folder = tmp_path / "repair" / "0001-layer2"
    folder.mkdir(parents=True)
    image_grid(landscapes(np.random.default_rng(0), 6, 32, 0), 3).save(folder / "before.png")
    shown = view(tmp_path, before="before.png", after="after.png")
    assert [label for label, _ in shown.pictures] == ["before"]
    with pytest.raises(Exception, match="lies outside the run"):
        view(tmp_path, before="../../../secret.png")
