"""An edit as a whole, on a run of a tiny untrained generator, looked at by colour."""

import json
from pathlib import Path

import pytest
from tests.cli.tiny import write_run

from ganatomy.cli.dissect import dissect
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.dissect import session as dissect_session
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.intervene import session
from ganatomy.intervene.session import edit_units
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


class Renamed(PlantedSegmenter):
    """Another segmenter."""

    fingerprint = "planted-2"


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (session, dissect_session):
        monkeypatch.setattr(module, "load_choice", lambda *_: PlantedSegmenter())
    return write_run(tmp_path).path


def test_what_was_ablated_and_what_it_changed_is_returned_and_written(path: Path) -> None:
    config = EditConfig(path, "layer2", units=(0, 2), segmenter="scenes", num_images=6, random_sets=1)
    measured = edit_units(config, SILENT)
    (step,) = measured.prepared.steps
    assert (step.layer, step.units, step.agreement) == ("layer2", (0, 2), None)
    assert measured.folder == path / "edits" / "0001-layer2-ablate-units"
    written = json.loads((measured.folder / "effects.json").read_text())
    assert written == measured.content
    assert written["units"] == [0, 2]
    assert [effect["concept"] for effect in written["effects"]] == list(PlantedSegmenter().concepts)
    assert [effect.concept for effect in measured.effects.effects] == list(PlantedSegmenter().concepts)


def test_units_of_a_dissection_know_how_many_carry_the_concept(path: Path) -> None:
    dissect(DissectConfig((path,), layers=("layer2", "layer3"), num_images=20, grid=16), SILENT)
    few = {"num_images": 6, "random_sets": 1, "value_images": 20}
    ranked = edit_units(EditConfig(path, "layer2", ("sky",), top=2, **few), SILENT)
    assert ranked.prepared.steps[0].agreement is not None
    given = edit_units(EditConfig(path, "layer2", ("sky",), units=(0,), **few), SILENT)
    (step,) = given.prepared.steps
    assert step.agreement is not None
    assert len(step.agreement.iou) == 1
    both = EditConfig(path, None, ("sky@layer3",), ("sky@layer2",), top=1, value="published-mean", **few)
    steps = edit_units(both, SILENT).prepared.steps
    assert [(one.action, one.layer) for one in steps] == [("ablate", "layer3"), ("insert", "layer2")]


def test_a_unit_that_a_dissected_layer_does_not_have_is_refused(path: Path) -> None:
    dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16), SILENT)
    with pytest.raises(ConfigError, match="layer 'layer2' has no unit 6; its units are 0 to 5"):
        edit_units(EditConfig(path, "layer2", ("sky",), units=(6,), num_images=4), SILENT)


def test_without_a_segmenter_the_layer_must_have_been_dissected(path: Path) -> None:
    with pytest.raises(IncompatibleRun, match=r"layer 'layer2' of .* has not been dissected"):
        edit_units(EditConfig(path, "layer2", units=(0,)), SILENT)


def test_units_and_a_concept_may_be_given_without_a_dissection(path: Path) -> None:
    config = EditConfig(path, "layer2", ("sky",), units=(0,), segmenter="scenes", num_images=6, random_sets=1)
    assert edit_units(config, SILENT).prepared.steps[0].agreement is None


def test_layers_that_were_dissected_differently_need_a_segmenter(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16), SILENT)
    monkeypatch.setattr(dissect_session, "load_choice", lambda *_: Renamed())
    dissect(DissectConfig((path,), layers=("layer3",), num_images=20, grid=16), SILENT)
    with pytest.raises(ConfigError, match=r"layers layer2, layer3 of .* were dissected with different segmenters; say"):
        edit_units(EditConfig(path, "layer2", ("sky",), ("sky@layer3",)), SILENT)


@pytest.mark.parametrize("layer", ["layer2-pca3", "z-sefa2"])
def test_directions_are_edited_as_any_layer(path: Path, layer: str) -> None:
    measured = edit_units(EditConfig(path, layer, units=(1,), segmenter="scenes", num_images=4, random_sets=1), SILENT)
    assert measured.folder == path / "edits" / f"0001-{layer}-ablate-units"
    written = json.loads((measured.folder / "effects.json").read_text())
    assert (written["layer"], written["units"]) == (layer, [1])
    assert all(unit < 3 for unit in written["random_units"])
