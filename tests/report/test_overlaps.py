"""How well units overlap with concepts, and what is said about chance."""

import pytest
from tests.report.unit_record import UNITS, unit

from ganatomy.draw.marks import Bounded
from ganatomy.report.overlaps import bar_end, by_iou, chance_in_words, overlap_of


def test_units_are_sorted_by_iou_and_those_without_come_last():
    assert [one.unit for one in by_iou(UNITS)] == [1, 5, 0, 3, 4, 2]


def test_an_overlap_holds_the_intervals_and_both_nulls():
    overlap = overlap_of(unit(0, "sky", 0.4, iou_interval=[0.35, None], z=None))
    assert overlap.iou == Bounded(0.4, 0.35, None)
    assert (overlap.place, overlap.area, overlap.iqr, overlap.z, overlap.q) == (0.05, 0.06, 0.02, None, 0.01)
    assert overlap.highest == 0.4
    assert overlap_of(unit(0, "sky", 0.1, shifted_iou=0.7)).highest == 0.7


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
    one = unit(0, **{"concept": "sky", "iou": 0.4, **more})
    assert chance_in_words(one) == words
    assert overlap_of(one).is_above_chance == above


def test_bars_end_a_tenth_above_all_that_is_drawn():
    low = overlap_of(unit(0, "sky", 0.11, iou_interval=[0.1, 0.31]))
    high = overlap_of(unit(0, "sky", 0.99, iou_interval=[0.98, 1.0]))
    other = overlap_of(unit(1, "boat", 0.45, False))
    assert [bar_end(overlaps) for overlaps in ([], [low], [other], [low, high])] == [0.1, 0.4, 0.5, 1.0]
