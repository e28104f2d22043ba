"""Ablations."""

import numpy as np
import pytest
from tests.report.fixture_run import image_grid, landscapes

from ganatomy.report.sections.edits import area_weights, edit_view
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.reading import record_from


def effect(concept, before, after, random_after, **more):
    kept = (after / before, random_after / before) if before else (None, None)
    bounds = [[0.9 * k, 1.1 * k] if k is not None else None for k in kept]
    return {
        "concept": concept, "area_before": before, "area_after": after, "kept": kept[0], "interval": bounds[0],
        "random_area_after": random_after, "random_kept": kept[1], "random_interval": bounds[1],
    } | more  # fmt: skip


def record(**more):
    effects = [effect("sky", 0.5, 0.6, 0.5), effect("tree", 0.1, 0.02, 0.09), effect("boat", 0.0, 0.0, 0.0)]
    whole = {
        "schema": 1, "layer": "layer3", "concept": "tree", "units": [4, 7], "value": 0.0, "strength": 1.0,
        "region": None, "num_images": 200, "segmenter": "scenes", "fingerprint": "scenes-1-64", "effects": effects,
        "random_sets": [[1, 2], [3, 5]], "before": "before.png", "after": "after.png",
        "after_random": "after-random.png",
    } | more  # fmt: skip
    return record_from(EffectsRecord, whole, "effects.json")


def view(run, **more):
    return edit_view(run, "0001-e", record(**more), "edit-1", {"tree": "c1"}, 100_000)


def test_the_target_comes_first_and_all_values_are_the_files(tmp_path):
    edit = view(tmp_path)
    assert [e.concept for e in edit.effects] == ["tree", "sky", "boat"]
    assert edit.drawn == 2
    target = edit.target
    assert (target.before, target.after, target.random_after) == (0.1, 0.02, 0.09)
    assert (target.edit.value, target.edit.low, target.edit.high) == pytest.approx((0.2, 0.18, 0.22))
    assert target.control.value == pytest.approx(0.9)
    assert (target.colour, edit.effects[1].colour) == ("c1", "c-rest")
    assert (edit.units, edit.random_sets, edit.num_images) == ((4, 7), 2, 200)
    assert "tree keeps 20%; sky keeps 120%" in edit.figure.svg
    assert edit.figure.svg.count("<circle") == 2 + 2 * 2


def test_what_was_set_and_where_is_told(tmp_path):
    assert (view(tmp_path).value, view(tmp_path).region, view(tmp_path).shown) == ("0", "the whole map", "")
    edit = view(tmp_path, value=-2.5, strength=0.5, region="0,0,0.5,1", shown={"rule": "the first samples"})
    assert (edit.value, edit.region) == ("-2.5 at strength 0.5", "the part 0,0,0.5,1 of it")
    assert edit.shown == "the first samples"


def test_units_by_number_have_no_target(tmp_path):
    edit = view(tmp_path, concept=None)
    assert edit.target is None
    assert [e.concept for e in edit.effects] == ["sky", "tree", "boat"]


def test_a_target_without_area_is_drawn_without_values(tmp_path):
    edit = view(tmp_path, concept="boat")
    assert edit.target.edit.value is None
    assert edit.effects[0].concept == "boat"
    assert edit.drawn == 3


def test_many_concepts_are_cut_to_a_figure(tmp_path):
    effects = [effect(f"thing {n}", 0.01 * (n + 1), 0.01, 0.01) for n in range(30)]
    edit = view(tmp_path, effects=effects, concept="thing 0")
    assert edit.drawn == 14
    assert [e.concept for e in edit.effects[:3]] == ["thing 0", "thing 29", "thing 28"]


def test_pictures_that_are_there_are_shown(tmp_path):
    (tmp_path / "edits/0001-e").mkdir(parents=True)
    image_grid(landscapes(np.random.default_rng(0), 4, 16, 0.0), 2).save(tmp_path / "edits/0001-e/after.png")
    edit = view(tmp_path, after_random=None)
    assert [label for label, _ in edit.pictures] == ["after"]
    assert edit.pictures[0][1].width == 34


def test_area_is_what_a_colour_goes_by():
    assert area_weights(record()) == {"sky": 0.5, "tree": 0.1, "boat": 0.0}
