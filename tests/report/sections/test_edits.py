"""Edits: what units were, what was done to them, and what became of every concept."""

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
    assert (edit.title, edit.random_sets, edit.num_images) == ("2 units of layer3 for tree ablated", 2, 200)
    assert (edit.count, edit.control, edit.has_others, edit.has_outside) == (2, "random units", False, False)
    assert "tree keeps 20%; sky keeps 120%" in edit.figure.svg
    assert edit.figure.svg.count("<circle") == 2 + 2 * 2


def test_what_was_set_and_where_is_told(tmp_path):
    edit = view(tmp_path)
    assert (edit.steps, edit.region, edit.shown) == ((("4, 7", "0"),), "on the whole map", "")
    edit = view(tmp_path, value=-2.5, strength=0.5, region="0,0,0.5,1", shown={"rule": "the first samples"})
    assert (edit.steps, edit.region) == ((("4, 7", "-2.5 at strength 0.5"),), "on the part 0,0,0.5,1 of it")
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


def portion(before, after):
    kept = after / before if before else None
    bounds = None if kept is None else [0.9 * kept, 1.1 * kept]
    added = after - before
    return {
        "before": before, "after": after, "kept": kept, "interval": bounds,
        "added": added, "added_interval": [added - 0.01, added + 0.01],
    }  # fmt: skip


def arm(whole, inside=None, outside=None):
    parts = {"whole": whole, "inside": inside, "outside": outside}
    return {name: given and portion(*given) for name, given in parts.items()}


def inserted(run, **more):
    """Return the view of an insertion of doors into a region, which takes the place of walls."""
    door = effect("door", 0.001, 0.004, 0.001) | {
        "edit": arm((0.001, 0.004), (0.0, 0.3), (0.001, 0.001)),
        "noncarriers": arm((0.001, 0.001), (0.0, 0.02), (0.001, 0.001)),
        "others": arm((0.001, 0.002), (0.0, 0.05), (0.001, 0.001)),
    }
    wall = effect("wall", 0.2, 0.19, 0.2) | {
        "edit": arm((0.2, 0.19), (0.5, 0.2), (0.19, 0.189)),
        "noncarriers": arm((0.2, 0.2), (0.5, 0.5), (0.19, 0.19)),
        "others": arm((0.2, 0.2), (0.5, 0.49), (0.19, 0.19)),
    }
    sky = effect("sky", 0.5, 0.5, 0.5) | dict.fromkeys(
        ("edit", "noncarriers", "others"), arm((0.5, 0.5), (0.0, 0.0), (0.5, 0.5))
    )
    step = {
        "action": "insert", "layer": "layer3", "concept": "door", "units": [4, 7], "labelled": 1, "value": "mean",
        "values": [1.5, 2.5], "where": "cell:random", "noncarriers": [[1, 2]], "others": [[1, 2]],
    }  # fmt: skip
    pixels = {"inside": 0.9, "interval": [0.8, 0.95], "outside": 0.01, "outside_interval": [0.0, 0.02]}
    return view(
        run, concept="door", value=None, effects=[sky, wall, door], steps=[step], title="the steps", region_share=0.004,
        changed_pixels={"edit": pixels}, passes={"lower": 10, "upper": 40, "plain": 40}, region="cell:random", **more,
    )  # fmt: skip


def test_an_insertion_shows_what_its_region_gains(tmp_path):
    edit = inserted(tmp_path)
    assert not edit.is_ablation
    assert [e.concept for e in edit.effects] == ["door", "wall", "sky"]
    door = edit.target
    assert (door.before, door.after, door.random_after) == (0.0, 0.3, 0.02)
    assert (door.edit.value, door.control.value, door.others.value, door.outside.value) == (0.3, 0.02, 0.05, 0.0)
    assert edit.drawn == 2, "the sky is not in the region"
    assert "door gains +30.0%; wall gains -30.0%" in edit.figure.svg
    assert (edit.control, edit.has_others, edit.has_outside) == ("random units without the concept", True, True)
    assert edit.steps == (("4, 7", "their mean where door is"),)
    assert edit.region == "in a random cell of each sample (0.4\N{NO-BREAK SPACE}% of all pixels)"
    assert edit.changed.edit.outside == 0.01
    assert (edit.title, edit.passes.plain) == ("the steps", 40)


def test_the_steps_of_a_file_are_said_where_it_has_no_title(tmp_path):
    edit = inserted(tmp_path)
    assert edit.title == "the steps"
    steps = [
        {"action": "ablate", "layer": "layer3", "concept": "tree", "units": list(range(60)), "labelled": 9, "value": "low-quantile"},  # noqa: E501
        {"action": "copy", "layer": "layer2", "concept": None, "units": [1], "source": [3, 4, 5], "value": "a copied cell"},  # noqa: E501
    ]  # fmt: skip
    edit = view(tmp_path, steps=steps)
    assert edit.title == (
        "60 units of layer3, 9 of them labelled tree, ablated; 1 unit of layer2 copied from sample 3, cell 4,5"
    )
    assert [units[-12:] for units, _ in edit.steps] == [" and 20 more", "1"]
    assert [value for _, value in edit.steps] == ["their 1 % quantile each", "what they are in that cell"]
    assert edit.random_sets == 0


@pytest.mark.parametrize(
    ("where", "said"),
    [
        ("cell:3,4", "in cell 3,4"),
        ("masks/wall.png", "on the part masks/wall.png of it"),
        ("concept:grass", "where grass is seen"),
        ("grass", "where grass is seen"),
    ],
)
def test_regions_are_in_words(tmp_path, where, said):
    assert view(tmp_path, region=where).region == said


def test_an_edit_that_nothing_is_left_to_compare_with(tmp_path):
    sky = effect("sky", 0.5, 0.4, 0.5) | {"edit": arm((0.5, 0.4)), "random_kept": None, "random_interval": None}
    edit = view(tmp_path, effects=[sky], concept="sky", random_sets=[])
    assert edit.target.control.value is None
    assert edit.target.random_after is None
    assert (edit.random_sets, edit.target.edit.value) == (0, 0.8)


def test_of_an_ablation_in_a_region_what_is_kept_there_is_shown(tmp_path):
    tree = effect("tree", 0.2, 0.15, 0.2) | {"edit": arm((0.2, 0.15), (0.5, 0.1), (0.1, 0.16))}
    edit = view(tmp_path, effects=[tree], region="0,0,0.5,1", region_share=0.5)
    assert edit.target.edit.value == 0.2
    assert (edit.target.before, edit.target.after) == (0.5, 0.1)
    assert edit.target.outside.value == pytest.approx(0.06)
    assert edit.has_outside


def test_photos_have_no_empty_columns_and_are_called_what_they_are(tmp_path):
    folder = tmp_path / "edits" / "0001-e"
    folder.mkdir(parents=True)
    for name in ("before", "photo", "changed", "after-random"):
        image_grid(landscapes(np.random.default_rng(0), 2, 32, noise=0.0), 6).save(folder / f"{name}.png")
    edit = view(
        tmp_path, on=["0001-a", "0002-b"], photo="photo.png", changed="changed.png", shown={"rule": "the first samples"}
    )
    assert [label for label, _ in edit.pictures] == ["photo", "inverted", "changes outlined", "random units"]
    assert {(picture.width, picture.height) for _, picture in edit.pictures} == {(66, 32)}
    assert (edit.photos, edit.shown) == (2, "")


def test_units_that_carry_the_concept_are_told(tmp_path):
    edit = edit_view(tmp_path, "0001-e", record(), "edit-1", {}, 100_000, 53)
    assert (edit.layer, edit.count, edit.carriers) == ("layer3", 2, 53)
