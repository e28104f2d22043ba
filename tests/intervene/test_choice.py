"""The best units of a concept come from the dissection, and what is missing is named."""

from dataclasses import replace

import pytest
from tests.unit_table import unit_row, unit_table

from ganatomy.errors import ConfigError, DataError, IncompatibleRun, LayerNotFound
from ganatomy.intervene.choice import agreement_of, best_units, read_dissection
from ganatomy.intervene.steps import Agreement
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import create_run
from ganatomy.runs.files import write_json
from ganatomy.runs.records.reading import record_from
from ganatomy.runs.records.units import UnitTable

RECORD = unit_table(
    [
        unit_row(0, "sky", False),
        unit_row(1, "tree"),
        unit_row(2, "tree"),
        unit_row(3, None, False),
        unit_row(4, "sky"),
    ],
    ("sky", "tree", "boat"),
    ranking={"tree": [{"unit": 2, "iou": 0.1}], "sky": [{"unit": 4, "iou": 0.5}, {"unit": 1, "iou": 0.2}]},
)
TABLE = record_from(UnitTable, RECORD, "units.json")


def test_takes_the_best_units_in_order():
    assert best_units(TABLE, "sky", 2) == (4, 1)
    assert best_units(TABLE, "sky", 1) == (4,)


@pytest.mark.parametrize(
    ("concept", "top", "message"),
    [
        ("tre", 1, "no concept 'tre'; did you mean 'tree'?"),
        ("Tree", 1, "no concept 'Tree'; did you mean 'tree'?"),
        ("zzz", 1, "no concept 'zzz'; choose from sky, tree, boat"),
        ("sky", 3, "2 units of layer 'layer1' are ranked for 'sky', not 3; give --top 2 or less"),
        ("sky", 0, "top is 0; give 1 or more units"),
        ("sky", -1, "top is -1; give 1 or more units"),
        ("boat", 1, "0 units of layer 'layer1' are ranked for 'boat', not 1; choose from sky, tree"),
    ],
)
def test_what_the_table_does_not_have_is_refused(concept, top, message):
    with pytest.raises(ConfigError) as error:
        best_units(TABLE, concept, top)
    assert str(error.value) == message


def test_a_table_in_which_no_unit_is_ranked_says_why():
    with pytest.raises(ConfigError, match=r"for 'sky', not 1; none are for any concept: the segmenter sees none$"):
        best_units(replace(TABLE, ranking={}), "sky", 1)


def test_agreement_tells_units_of_the_concept_from_those_merely_ranked_for_it():
    assert agreement_of(TABLE, "sky", (4, 1)) == Agreement((0.5, 0.2), 1, (4, 1))
    assert agreement_of(TABLE, "tree", (1, 4)) == Agreement((0.0, 0.0), 1, (2,)), "units that are not ranked for it"
    assert agreement_of(TABLE, "boat", (1,)) == Agreement((0.0,), 0, ())


def test_a_layer_has_to_exist_and_to_be_dissected(tmp_path):
    run = create_run(tmp_path, "planted", {})
    with pytest.raises(LayerNotFound, match="no layer 'layr1' in PlantedGenerator; did you mean 'layer1'"):
        read_dissection(run, PlantedGenerator(), "layr1")
    with pytest.raises(IncompatibleRun, match=r"has not been dissected; run: ganatomy dissect .* --layers layer1"):
        read_dissection(run, PlantedGenerator(), "layer1")
    table = {**RECORD, "generator": fingerprint(PlantedGenerator())}
    write_json(run.subdirectory("dissect", "layer1") / "units.json", table)
    assert read_dissection(run, PlantedGenerator(), "layer1") == replace(TABLE, generator=table["generator"])


def test_a_table_of_another_form_is_told_with_its_place(tmp_path):
    run = create_run(tmp_path, "planted", {})
    path = run.subdirectory("dissect", "layer1") / "units.json"
    for change, message in (
        ({"schema": 3}, "has schema 3, this version reads schema 2; dissect the layer again, or open it with the "
         "version that wrote it"),
        ({"seed": "0"}, "is not as this version writes it: seed: '0' is no int; dissect the layer again"),
        ({"units": [unit_row(0, "sky", "yes")]}, "is not as this version writes it: units.interpretable: 'yes' is no "
         "bool; dissect the layer again"),
    ):  # fmt: skip
        write_json(path, {**RECORD, **change})
        with pytest.raises(DataError) as refused:
            read_dissection(run, PlantedGenerator(), "layer1")
        assert str(refused.value) == f"{path} {message}"


def test_a_dissection_holds_for_the_weights_it_was_made_of(tmp_path):
    run, trained = create_run(tmp_path, "planted", {}), PlantedGenerator()
    write_json(run.subdirectory("dissect", "layer1") / "units.json", {**RECORD, "generator": fingerprint(trained)})
    trained.layer2.read.weight.data += 1e-6
    with pytest.raises(IncompatibleRun, match=r"dissected with other weights than these; give the same --weights, or"):
        read_dissection(run, trained, "layer1")
