"""Random sets leave out what they shall, and carriers are those that agree."""

import json

import pytest
from tests.unit_table import unit_row, unit_table

from ganatomy.errors import ConfigError
from ganatomy.intervene.controls import carriers, draw_arms, draw_sets
from ganatomy.intervene.steps import Agreement, Step
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.units import UnitTable


def test_sets_are_drawn_from_the_others_alone_and_again_the_same():
    sets = draw_sets(10, 3, 50, seed=1, without=(0, 4, 9))
    assert sets == draw_sets(10, 3, 50, seed=1, without=(0, 4, 9))
    assert sets != draw_sets(10, 3, 50, seed=2, without=(0, 4, 9))
    assert all(len(set(units)) == 3 and list(units) == sorted(units) for units in sets)
    assert {unit for units in sets for unit in units} == {1, 2, 3, 5, 6, 7, 8}


def test_too_few_others_are_refused():
    with pytest.raises(ConfigError, match=r"2 of 4 units are left to draw random sets of 3 from; change fewer units"):
        draw_sets(4, 3, 1, seed=0, without=(0, 1))


def test_units_carry_a_concept_by_agreeing_or_by_being_labelled(tmp_path):
    rows = [unit_row(0, "tree"), unit_row(1, "tree", interpretable=False), unit_row(2, "sky"), unit_row(3, "tree")]
    ious = {2: 0.3, 0: 0.04, 1: 0.03, 3: 0.02}
    ranking = {"tree": [{"unit": unit, "iou": iou} for unit, iou in ious.items()]}
    path = tmp_path / "units.json"
    path.write_text(json.dumps(unit_table(rows, ["tree", "sky"], ranking=ranking)))
    table = read_record(UnitTable, path)
    assert carriers(table, "tree") == (2, 0, 3)
    assert carriers(table, "sky") == ()


def carried(layer, units, carriers):
    return Step(layer, units, concept="tree", agreement=Agreement((0.1,) * len(units), 0, carriers))


def test_sets_of_an_edit_spare_what_it_changes_and_one_kind_what_carries_its_concepts():
    steps = carried("a", (0,), (1, 2)), carried("b", (0, 1), (5,)), carried("a", (3,), (4,))
    noncarriers, others = draw_arms(steps, {"a": 8, "b": 6}, 40, seed=0)
    assert {unit for first, _, third in noncarriers for unit in first + third} == {5, 6, 7}
    assert {unit for _, second, _ in noncarriers for unit in second} == {2, 3, 4}
    assert {unit for first, _, third in others for unit in first + third} == {1, 2, 4, 5, 6, 7}
    assert {unit for _, second, _ in others for unit in second} == {2, 3, 4, 5}
    assert any(first != third for first, _, third in others), "steps of one layer draw sets of their own"
    assert [draw[0] for draw in others] == list(draw_sets(8, 1, 40, seed=0, without=(0, 3)))


def test_where_too_few_do_not_carry_it_or_nothing_tells_there_is_the_other_kind_alone():
    assert draw_arms([carried("a", (0, 1), (2, 3, 4))], {"a": 6}, 2, seed=0)[0] == ()
    noncarriers, others = draw_arms([Step("a", (0,)), carried("a", (1,), ())], {"a": 6}, 2, seed=0)
    assert (noncarriers, len(others)) == ((), 2)


def test_an_edit_of_all_units_has_no_random_sets():
    assert draw_arms([Step("a", (0, 1)), Step("a", (0,))], {"a": 2}, 2, seed=0) == ((), ())
