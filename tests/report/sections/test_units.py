"""Cards of units: their order, and what stands on them."""

from tests.report.unit_record import UNITS, table

from ganatomy.draw.marks import Bounded
from ganatomy.report.concepts import colours_of
from ganatomy.report.overlaps import Overlap
from ganatomy.report.sections.layers import concept_weights
from ganatomy.report.sections.units import NO_CONCEPT, deck_view, in_turn, units_view
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.records.units import UnitTable


def record(units):
    concepts = ["other", "sky", "tree", "water", "boat"]
    return table(units, concepts, layer="layer3", concept_area=[0.1, 0.5, 0.3, 0.09, 0.001])


def cards(tmp_path, units=UNITS, most=48):
    whole = record(units)
    return deck_view(tmp_path, whole, colours_of([concept_weights(whole)]), most, 1_000_000).cards


def test_each_concept_has_its_turn_and_what_does_not_count_comes_last(tmp_path):
    assert [card.unit for card in cards(tmp_path)] == [1, 3, 5, 0, 4, 2]
    assert [card.unit for card in cards(tmp_path, most=2)] == [1, 3]
    assert in_turn([]) == []


def test_a_dead_unit_has_no_concept_no_category_and_no_colour(tmp_path):
    dead = cards(tmp_path)[-1]
    assert (dead.concept, dead.category, dead.colour, dead.interpretable) == (NO_CONCEPT, "", "none", False)
    nothing = Bounded(None, None, None)
    assert dead.overlap == Overlap(iou=nothing, place=None, area=None, iqr=None, z=None, q=None, chance="")
    assert (dead.overlap.is_above_chance, dead.overlap.highest) == (False, 0.0)


def test_cards_are_the_runs_pictures(full_run):
    whole = read_record(UnitTable, full_run / "dissect/layer2/units.json")
    deck = deck_view(full_run, whole, colours_of([concept_weights(whole)]), 48, 1_000_000)
    shown = deck.cards
    assert (deck.layer, deck.units) == ("layer2", 24)
    assert len(shown) == 24
    for card in shown:
        (expected,) = (u for u in whole.units if u.unit == card.unit)
        assert (card.concept, card.category, card.overlap.iou.value, card.overlap.place, card.overlap.area) == (
            expected.concept,
            expected.category,
            expected.iou,
            expected.shuffled_iou,
            expected.shifted_iou,
        )
        assert (card.picture.width, card.picture.height) == (4 * 16 + 3 * 2, 2 * 16 + 2)


def test_the_section_lists_what_cards_are_filtered_by(tmp_path):
    deck = deck_view(tmp_path, record(UNITS), dict.fromkeys(("sky", "tree", "water"), "c0"), 48, 1)
    view = units_view([deck], 0.5)
    assert (view.concepts, view.categories, view.bar_end) == (("no concept", "sky", "tree", "water"), ("object",), 0.5)
    assert units_view([], 0.1) is None
