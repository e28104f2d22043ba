"""What a generator draws against real images, and what units show against chance, each as one sentence."""

from dataclasses import replace

from tests.report.areas_record import areas_record, read_areas
from tests.report.unit_record import DEAD, UNITS, table, unit

from ganatomy.report.sections.findings_shown import carriers, drawn, units
from ganatomy.runs.records.areas import AreasRecord

AREAS = read_areas(areas_record())
SPACE = "\N{NO-BREAK SPACE}"


COUNTS = {"interpretable": 4, "interpretable_interval": [3.0, 5.0], "concepts": 2, "concepts_interval": [1.0, 2.0]}


def said(finding):
    return finding.sentence.replace(SPACE, " ")


def only(*verdicts: str) -> AreasRecord:
    """Return the record with no other verdicts than these."""
    rows = [one if one.verdict in verdicts else replace(one, verdict="as real") for one in AREAS.concepts]
    return replace(AREAS, concepts=tuple(rows))


def test_the_gravest_difference_has_the_number_and_the_others_follow():
    finding = drawn(AREAS)
    assert finding.part == "areas"
    assert said(finding).startswith(
        "It draws mostly sky, tree and mountain and has dropped building: 0.1 % of its pixels"
    )
    assert said(finding).endswith("in 600 real images; too little: water; too much: tree and grass.")
    assert "(95 % interval 0.1" in said(finding)


def test_without_dropped_concepts_the_next_verdict_comes_first():
    assert "draws too little water:" in said(drawn(only("underdrawn", "overdrawn")))
    assert "draws too much tree:" in said(drawn(only("overdrawn")))


def test_where_nothing_differs_the_distance_is_held_against_that_of_real_images():
    text = said(drawn(only()))
    assert "none of 11 concepts is shown to differ from 600 real images" in text
    fsd = AREAS.distance.fsd
    assert (
        f"is {fsd.value:.3g} ± {fsd.error:.2g} where two halves of the real images are {fsd.chance:.3g} apart" in text
    )


def test_nothing_is_told_without_areas_or_without_concepts():
    assert drawn(None) is None
    rows = tuple(replace(one, verdict="absent") for one in AREAS.concepts)
    assert drawn(replace(AREAS, concepts=rows)) is None


def test_units_are_those_of_the_layer_with_most_above_chance():
    few = table([unit(0, "sky", 0.4)], ("other", "sky"), layer="layer1")
    finding = units([few, table(UNITS, ("other", "sky", "tree", "water"), layer="layer2", counts={"paper": COUNTS})])
    assert finding.part == "concepts"
    assert said(finding) == (
        "Of the 6 units of layer2, 4 units agree with one of 2 concepts (95 % interval 3 to 5 units), most of all sky "
        "(3), all of them better than by chance, with masks of other images and with shifted ones."
    )


def test_units_that_chance_explains_are_told():
    by_chance = [unit(0, "sky", 0.4), unit(1, "sky", 0.4, q=0.5, explained_by="place")]
    text = said(units([table(by_chance, ("other", "sky"), counts={"paper": COUNTS | {"interpretable": 2}})]))
    assert "most of all sky (2), 1 of them better than by chance" in text


def test_a_layer_without_concepts_has_none_to_name():
    assert "units), all of them" in said(units([table([unit(0, None, None, False, **DEAD)], ("other", "sky"))]))
    assert units([]) is None


def test_units_that_carry_a_concept_are_counted_where_a_dissection_tells():
    tables = [table(UNITS, ("other", "sky", "tree", "water"), layer="layer2")]
    assert carriers(tables, "layer2", "sky") == 3
    assert carriers(tables, "layer2", "water") == 0
    assert carriers(tables, "layer2", "boat") is None
    assert carriers(tables, "layer3", "sky") is None
