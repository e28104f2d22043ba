"""The best units of a concept come from the dissection, and what is missing is named."""

import pytest

from ganatomy.errors import ConfigError, IncompatibleRun, LayerNotFound
from ganatomy.intervene.choice import agreement_of, best_units, read_dissection
from ganatomy.models.fingerprint import fingerprint
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import create_run
from ganatomy.runs.files import write_json

TABLE = {
    "layer": "layer1",
    "concepts": ["sky", "tree", "boat"],
    "ranking": {"tree": [{"unit": 2, "iou": 0.1}], "sky": [{"unit": 4, "iou": 0.5}, {"unit": 1, "iou": 0.2}]},
    "units": [
        {"concept": "sky", "interpretable": False},
        {"concept": "tree", "interpretable": True},
        {"concept": "tree", "interpretable": True},
        {"concept": None, "interpretable": False},
        {"concept": "sky", "interpretable": True},
    ],
}


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


def test_agreement_tells_units_of_the_concept_from_those_merely_ranked_for_it():
    assert agreement_of(TABLE, "sky", (4, 1)) == {"iou": [0.5, 0.2], "labelled": 1}


def test_a_layer_has_to_exist_and_to_be_dissected(tmp_path):
    run = create_run(tmp_path, "planted", {})
    with pytest.raises(LayerNotFound, match="no layer 'layr1' in PlantedGenerator; did you mean 'layer1'"):
        read_dissection(run, PlantedGenerator(), "layr1")
    with pytest.raises(IncompatibleRun, match=r"has not been dissected; run: ganatomy dissect .* --layers layer1"):
        read_dissection(run, PlantedGenerator(), "layer1")
    table = {**TABLE, "generator": fingerprint(PlantedGenerator())}
    write_json(run.subdirectory("dissect", "layer1") / "units.json", table)
    assert read_dissection(run, PlantedGenerator(), "layer1") == table


def test_a_dissection_holds_for_the_weights_it_was_made_of(tmp_path):
    run, trained = create_run(tmp_path, "planted", {}), PlantedGenerator()
    write_json(run.subdirectory("dissect", "layer1") / "units.json", {**TABLE, "generator": fingerprint(trained)})
    trained.layer2.read.weight.data += 1e-6
    with pytest.raises(IncompatibleRun, match=r"dissected with other weights than these; give the same --weights, or"):
        read_dissection(run, trained, "layer1")
