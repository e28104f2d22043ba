"""Concepts of a layer and cards of its units."""

import json

import pytest
from tests.report.fixture_run import CONCEPTS

from ganatomy.report.units import NO_CONCEPT, colours_of, concept_weights, in_turn, layer_view, number


def unit(n, concept, iou, interpretable=True, **more):
    scores = {"unit": n, "concept": concept, "iou": iou, "iqr": 0.02, "shuffled_iou": 0.05}
    return scores | {"interpretable": interpretable, "top": [], "card": f"cards/unit-{n:03d}.png"} | more


def record(units, **more):
    ranking = {"tree": [{"unit": 3, "iou": 0.3}], "water": [{"unit": 4, "iou": 0.04}]}
    return {
        "layer": "layer3", "units": units, "interpretable": sum(u["interpretable"] for u in units),
        "concepts": ["other", "sky", "tree", "water", "boat"], "concept_area": [0.1, 0.5, 0.3, 0.09, 0.001],
        "ranking": ranking, "num_images": 600, "image_size": 64, "grid": [64, 64], "segmenter": "scenes",
        "fingerprint": "scenes-1-64", "profile": "compat", "seed": 3,
    } | more  # fmt: skip


UNITS = [
    unit(0, "sky", 0.4), unit(1, "sky", 0.5, shuffled_iou=0.5), unit(2, None, None, False, shuffled_iou=None, iqr=None),
    unit(3, "tree", 0.3), unit(4, "water", 0.04, False), unit(5, "sky", 0.45),
]  # fmt: skip


def view(tmp_path, units=UNITS, most=48, **more):
    whole = record(units, **more)
    return layer_view(tmp_path, whole, colours_of([concept_weights(whole)]), most, 1_000_000)


def test_rows_are_counted_from_the_units(tmp_path):
    layer = view(tmp_path)
    assert (layer.units, layer.interpretable, layer.by_chance, layer.top) == (6, 4, 1, 3)
    assert [(r.name, r.units, r.best_iou, r.shuffled_iou, r.area) for r in layer.rows] == [
        ("sky", 3, 0.5, 0.5, 0.5), ("tree", 1, 0.3, 0.05, 0.3),
        ("water", 0, 0.04, None, 0.09), ("other", 0, None, None, 0.1),
    ]  # fmt: skip
    assert layer.others == 1
    assert (layer.grid, layer.num_images, layer.fingerprint, layer.seed) == ("64 × 64", 600, "scenes-1-64", 3)


def test_each_concept_has_its_turn_and_what_does_not_count_comes_last(tmp_path):
    assert [card.unit for card in view(tmp_path).cards] == [1, 3, 5, 0, 4, 2]
    assert [card.unit for card in view(tmp_path, most=2).cards] == [1, 3]
    assert in_turn([]) == []


def test_a_dead_unit_has_no_concept_and_no_colour(tmp_path):
    dead = view(tmp_path).cards[-1]
    assert (dead.concept, dead.colour, dead.iou, dead.interpretable) == (NO_CONCEPT, "none", None, False)


def test_a_layer_without_interpretable_units(tmp_path):
    layer = view(tmp_path, [unit(0, "sky", 0.01, False)])
    assert (layer.interpretable, layer.top) == (0, 1)
    assert [row.units for row in layer.rows] == [0, 0, 0, 0]


def test_cards_are_the_runs_pictures(full_run):
    whole = json.loads((full_run / "dissect/layer2/units.json").read_text())
    layer = layer_view(full_run, whole, colours_of([concept_weights(whole)]), 48, 1_000_000)
    assert len(layer.cards) == 24
    for card in layer.cards:
        (expected,) = (u for u in whole["units"] if u["unit"] == card.unit)
        assert (card.concept, card.iou, card.shuffled_iou) == tuple(
            expected[key] for key in ("concept", "iou", "shuffled_iou")
        )
        assert (card.picture.width, card.picture.height) == (4 * 16 + 3 * 2, 2 * 16 + 2)
    assert {row.name for row in layer.rows} <= set(CONCEPTS)


def test_colours_go_to_the_concepts_with_most_units():
    weights = [{f"thing {n}": float(n) for n in range(12)}, {"thing 0": 100.0}]
    colours = colours_of(weights)
    assert {name for name, colour in colours.items() if colour == "c-rest"} == {"thing 1", "thing 2"}


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "0.5"])
def test_what_is_no_finite_number_is_none(value):
    assert number(value) is None
