"""Random sets leave out what they shall, and carriers are those that agree."""

import json

import pytest
from tests.unit_table import unit_row, unit_table

from ganatomy.errors import ConfigError
from ganatomy.intervene.controls import carriers, draw_sets
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
