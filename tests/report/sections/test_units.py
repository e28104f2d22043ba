"""Cards of units: their order, their scores, and what is said about chance."""

import json

import pytest

from ganatomy.draw.rows import Interval
from ganatomy.report.sections.units import (
    NO_CONCEPT,
    Score,
    by_iou,
    cards_view,
    chance_in_words,
    colours_of,
    concept_weights,
    in_turn,
    number,
    score_of,
)


def unit(n, concept, iou, interpretable=True, **more):
    nothing = {"category": concept and "object", "iou_interval": [iou, iou], "explained_by": None}
    scores = {"unit": n, "concept": concept, "iou": iou, "iqr": 0.02, "shuffled_iou": 0.05, "shifted_iou": 0.06}
    return nothing | scores | {"z": 4.0, "q": 0.01, "interpretable": interpretable, "top": []} | more


DEAD = dict.fromkeys(("iqr", "shuffled_iou", "shifted_iou", "z", "q"))
UNITS = [
    unit(0, "sky", 0.4), unit(1, "sky", 0.5), unit(2, None, None, False, **DEAD),
    unit(3, "tree", 0.3), unit(4, "water", 0.04, False), unit(5, "sky", 0.45),
]  # fmt: skip


def record(units):
    concepts = ["other", "sky", "tree", "water", "boat"]
    return {"layer": "layer3", "units": units, "concepts": concepts, "concept_area": [0.1, 0.5, 0.3, 0.09, 0.001]}


def cards(tmp_path, units=UNITS, most=48):
    whole = record(units)
    return cards_view(tmp_path, whole, colours_of([concept_weights(whole)]), most, 1_000_000)


def test_each_concept_has_its_turn_and_what_does_not_count_comes_last(tmp_path):
    assert [card.unit for card in cards(tmp_path)] == [1, 3, 5, 0, 4, 2]
    assert [card.unit for card in cards(tmp_path, most=2)] == [1, 3]
    assert in_turn([]) == []


def test_units_are_sorted_by_iou_and_those_without_come_last():
    assert [one["unit"] for one in by_iou(UNITS)] == [1, 5, 0, 3, 4, 2]


def test_a_dead_unit_has_no_concept_no_category_and_no_colour(tmp_path):
    dead = cards(tmp_path)[-1]
    assert (dead.concept, dead.category, dead.colour, dead.interpretable) == (NO_CONCEPT, "", "none", False)
    nothing = Interval(None, None, None)
    assert dead.score == Score(iou=nothing, place=None, area=None, iqr=None, z=None, q=None, chance="")
    assert (dead.score.is_above_chance, dead.score.highest) == (False, 0.0)


def test_a_score_holds_the_intervals_and_both_nulls():
    score = score_of(unit(0, "sky", 0.4, iou_interval=[0.35, float("nan")], z=float("inf")))
    assert score.iou == Interval(0.4, 0.35, None)
    assert (score.place, score.area, score.iqr, score.z, score.q) == (0.05, 0.06, 0.02, None, 0.01)
    assert score.highest == 0.4
    assert score_of(unit(0, "sky", 0.1, shifted_iou=0.7)).highest == 0.7


@pytest.mark.parametrize(
    ("more", "above", "words"),
    [
        ({"q": 0.05}, True, ""),
        ({"q": 0.051, "explained_by": "place"}, False, "Place alone explains it."),
        ({"q": 1.0, "explained_by": "area"}, False, "Area alone explains it."),
        ({"q": 1.0, "interpretable": False}, False, "It is no more than chance."),
        ({"q": None, "explained_by": "place"}, False, "Its concept is too rare to be tested against chance."),
        ({"q": None, "concept": None}, False, ""),
    ],
)
def test_what_explains_an_iou_is_said_in_words(more, above, words):
    one = unit(0, "sky", 0.4) | more
    assert chance_in_words(one) == words
    assert score_of(one).is_above_chance == above


def test_cards_are_the_runs_pictures(full_run):
    whole = json.loads((full_run / "dissect/layer2/units.json").read_text())
    shown = cards_view(full_run, whole, colours_of([concept_weights(whole)]), 48, 1_000_000)
    assert len(shown) == 24
    for card in shown:
        (expected,) = (u for u in whole["units"] if u["unit"] == card.unit)
        assert (card.concept, card.category, card.score.iou.value, card.score.place, card.score.area) == tuple(
            expected[key] for key in ("concept", "category", "iou", "shuffled_iou", "shifted_iou")
        )
        assert (card.picture.width, card.picture.height) == (4 * 16 + 3 * 2, 2 * 16 + 2)


def test_colours_go_to_the_concepts_with_most_units():
    weights = [{f"thing {n}": float(n) for n in range(12)}, {"thing 0": 100.0}]
    colours = colours_of(weights)
    assert {name for name, colour in colours.items() if colour == "c-rest"} == {"thing 1", "thing 2"}


@pytest.mark.parametrize("value", [None, float("nan"), float("inf"), "0.5"])
def test_what_is_no_finite_number_is_none(value):
    assert number(value) is None
