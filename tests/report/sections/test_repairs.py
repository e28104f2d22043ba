"""Repairs on the page."""

import numpy as np
import pytest
from tests.report.fixture_run import image_grid, landscapes

from ganatomy.report.sections.repairs import RepairsView, repair_view, repair_weights
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.repairs import RepairRecord


def gain(before, after, low, high):
    return {"before": before, "after": after, "interval": [low, high]}


def move(concept, before, after, **more):
    change = after / before - 1 if before else None
    bounds = None if change is None else [change - 0.01, change + 0.01]
    return {
        "concept": concept, "before": before, "after": after, "change": change, "interval": bounds,
        "is_measured": before > 0.002, "keeps": True,
    } | more  # fmt: skip


def trial(units, plain, **more):
    moves = [move("sky", 0.4, 0.4), move("tree", 0.1, 0.11), move("boat", 0.0, 0.0)]
    return {
        "units": units, "plain": plain, "high": gain(2.0, 1.0, 0.8, 1.2), "moves": moves, "is_accepted": True,
    } | more  # fmt: skip


def record_json(**more):
    scores = [
        {"method": "distance", "values": [1.0, 5.0, None, 2.0], "random": 1.0, "deviation": 0.5, "candidates": [1]},
        {"method": "local", "values": [0.2, 0.9, None, 0.8], "random": None, "deviation": None, "candidates": [1, 3]},
    ]
    step = {"unit": 1, "gain": gain(0.2, 0.1, 0.05, 0.15), "num_images": 100, "is_kept": True, "moved": None}
    return {
        "schema": 1, "layer": "layer2", "weights": "ema", "generator": "g" * 16, "metric": "kd", "figure": "KD[toy]",
        "value": "zero", "extractor": "toy", "extractor_fingerprint": "e" * 16, "data": "photos.zip", "num_real": 200,
        "num_images": 100, "num_high": 20, "top_images": 5, "segmenter": "scenes", "fingerprint": "scenes-1",
        "budget": 0.1, "seed": 0, "scores": scores,
        "sets": [{"method": "distance", "units": [1], "gain": 0.1, "steps": [step]}],
        "method": "distance", "units": [1], "constants": [0.0], "trial": trial([1], gain(0.2, 0.1, 0.05, 0.15)),
        "random": [trial([0], gain(0.2, 0.3, -0.2, 0.0), is_accepted=False)], "refusal": None,
        "baked": {"way": "before", "difference": 1e-7, "num_images": 100, "generator": "b" * 16},
        "warnings": ["mind the gap"],
    } | more  # fmt: skip


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
