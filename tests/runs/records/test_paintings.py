"""Pictures edited by hand, as JSON."""

import pytest
from tests.web.planted_paint import edit, stroke

from ganatomy.errors import DataError
from ganatomy.runs.records.paintings import AssertedRow, painting_from, painting_json


def test_a_painting_is_read_and_written_the_same() -> None:
    for content in (edit(), edit([stroke(1, 2)], {"seed": 3}, **{"class": 1}), edit((), {"photo": "0001-street"})):
        record = painting_from(content, "edit")
        assert painting_json(record) == content
        assert painting_from(painting_json(record), "edit") == record


def test_what_may_be_left_out_has_its_default() -> None:
    bare = {"schema": 1, "sample": {"id": 0}, "layer": "layer1"}
    record = painting_from(bare, "edit")
    assert (record.strokes, record.of_class) == ((), None)
    short = {"mode": "draw", "units": [1], "value": "zero", "cells": ""}
    (one,) = painting_from(bare | {"strokes": [short]}, "edit").strokes
    assert (one.concept, one.strength, one.on) == (None, 1.0, True)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([], "edit holds a list, not a JSON object; paint it again"),
        (edit() | {"schema": 2}, "edit has schema 2, this version reads schema 1; paint it again"),
        (edit() | {"more": 1}, "edit is not as this version writes it: unknown key 'more'"),
        (edit((), {"id": 1, "photo": "x"}), "edit is of a sample that is given by id and photo; give one of id, seed"),
    ],
)
def test_what_is_no_painting_is_refused(content: object, message: str) -> None:
    with pytest.raises(DataError, match=message):
        painting_from(content, "edit")


def test_the_change_of_a_figure_is_what_was_added() -> None:
    assert AssertedRow("sky", 0.25, 0.75, 0.1).change == 0.5
