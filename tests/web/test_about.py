"""What a page has to know."""

import json
from dataclasses import replace

from tests.web.planted_paint import painted, planted_table

from ganatomy import __version__
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.runs.records.causes import CauseRecord, CauseRow, SetRow
from ganatomy.runs.records.estimates import EstimateRow
from ganatomy.segment.nothing import NoConcepts
from ganatomy.web.about import SCHEMA, CauseAbout, Place, UnitAbout, about_json, about_of, concept_hues
from ganatomy.web.layer import open_painted

PLACE = Place("houses", "runs/0001-houses", layers=("layer1", "layer2"), photos=("0001-street",), notes=("a line",))


def cause(*sets: SetRow) -> CauseRecord:
    """Return what was found of the tree."""
    return CauseRecord(
        "tree", "layer1", "0" * 16, "planted", "planted-1", "", {}, (), (), (), (), sets, 0, 0, 0, 0, (), (), {}, 0, 0.0
    )


def effects(value: float, interval: tuple[float, float] | None) -> tuple[CauseRow, ...]:
    none = EstimateRow(None, None)
    return (
        CauseRow("sky", 0.3, none, none, none, none),
        CauseRow("tree", 0.1, EstimateRow(value, interval), none, none, none),
    )


def test_a_page_knows_generator_layer_concepts_and_units() -> None:
    about = about_of(painted(table=planted_table()), PLACE)
    assert (about.title, about.run, about.ganatomy) == ("houses", "runs/0001-houses", __version__)
    assert (about.image_size, about.z_dim, about.latent, about.class_names) == (16, 74, "normal", ())
    assert (about.layer, about.layers, about.units, about.cells) == ("layer1", ("layer1", "layer2"), 11, (8, 8))
    assert (about.samples, about.photos[0].name, about.notes) == (50, "0001-street", ("a line",))
    assert about.segmenter is not None
    assert about.segmenter.concepts[0] == "sky"
    assert set(about.segmenter.concepts) == {"sky", "grass", "building", "tree", "door", "cloud"}
    assert about.unit_list[NUMBER["crown"]] == UnitAbout(NUMBER["crown"], "tree", 0.9, 0.2, True)
    assert about.unit_list[NUMBER["dead"]] == UnitAbout(NUMBER["dead"], None, None, None, False)


def test_a_concept_has_its_units_best_first_and_what_they_are_where_it_is() -> None:
    about = about_of(painted(table=planted_table()), PLACE)
    tree = next(concept for concept in about.concepts if concept.name == "tree")
    assert tree.units == (NUMBER["crown"], NUMBER["trunk"], NUMBER["tree copy"])
    assert (tree.default_units, tree.labelled, tree.iou, tree.null, tree.effect) == (3, 1, 0.9, 0.2, None)
    assert tree.insert[NUMBER["crown"]] == 0.66667
    assert tree.outside is not None
    assert len(tree.insert) == len(tree.outside) == len(about.insert_high) == 11
    assert tree.colour == about.segmenter.colours[about.segmenter.concepts.index("tree")]  # type: ignore[union-attr]


def test_a_concept_says_what_its_causal_units_do_beside_random_ones() -> None:
    ace, random = SetRow("ace", (), effects(0.5, (0.4, 0.6))), SetRow("random", (), effects(0.1, None))
    others = replace(random, name="random of all", effects=effects(0.2, None))
    found = {
        (ace, random): CauseAbout(0.5, 0.4, 0.6, 0.1),
        (ace, others): CauseAbout(0.5, 0.4, 0.6, 0.2),
        (replace(ace, effects=effects(0.5, None)),): CauseAbout(0.5, None, None, None),
        (random,): None,
    }
    for sets, expected in found.items():
        opened = painted(table=planted_table(), causes={"tree": cause(*sets)}, num_images=10)
        by_name = {concept.name: concept.effect for concept in about_of(opened, PLACE).concepts}
        assert by_name["tree"] == expected
        assert by_name["grass"] is None


def test_without_dissection_or_segmenter_there_are_units_alone() -> None:
    opened = open_painted(PlantedGenerator().eval(), NoConcepts(), "layer1", num_images=3)
    about = about_of(opened, Place("t", "r", engine="page", samples=16, top_images=False))
    assert (about.segmenter, about.concepts, about.samples, about.engine) == (None, (), 16, "page")
    assert (about.layers, about.top_images) == (("layer1",), False)
    assert [unit.unit for unit in about.unit_list] == list(range(11))


def test_it_is_json_with_its_schema() -> None:
    content = about_json(about_of(painted(table=planted_table()), PLACE))
    assert content["schema"] == SCHEMA
    assert json.loads(json.dumps(content))["cells"] == [8, 8]


def test_each_concept_has_a_colour_and_beyond_ten_another_hue() -> None:
    names = [f"concept {number}" for number in range(14)]
    hues = concept_hues(["sky", *names])
    assert hues[0] == "#4aa5cf"
    assert len(set(hues)) == 15
    assert all(len(hue) == 7 and hue.startswith("#") for hue in hues)
