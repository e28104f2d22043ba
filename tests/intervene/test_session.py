"""An edit as a whole, on a run of a tiny untrained generator, looked at by colour."""

import json
from pathlib import Path

import pytest
from tests.cli.tiny import write_run

from ganatomy.config.edit import EditConfig
from ganatomy.errors import IncompatibleRun
from ganatomy.intervene import session
from ganatomy.intervene.session import ablate_units
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    return write_run(tmp_path).path


def test_what_was_ablated_and_what_it_changed_is_returned_and_written(path: Path) -> None:
    config = EditConfig(path, "layer2", units=(0, 2), segmenter="scenes", num_images=6, random_sets=1)
    measured = ablate_units(config, SILENT)
    assert (measured.ablation.layer, measured.ablation.units, measured.agreement) == ("layer2", (0, 2), {})
    assert measured.folder == path / "edits" / "0001-layer2-ablate-units"
    written = json.loads((measured.folder / "effects.json").read_text())
    assert written["units"] == [0, 2]
    assert [effect["concept"] for effect in written["effects"]] == list(PlantedSegmenter().concepts)
    assert [effect.concept for effect in measured.effects.effects] == list(PlantedSegmenter().concepts)


def test_without_a_segmenter_the_layer_must_have_been_dissected(path: Path) -> None:
    with pytest.raises(IncompatibleRun, match=r"layer 'layer2' of .* has not been dissected"):
        ablate_units(EditConfig(path, "layer2", units=(0,)), SILENT)


@pytest.mark.parametrize("layer", ["layer2-pca3", "z-sefa2"])
def test_directions_are_edited_as_any_layer(path: Path, layer: str) -> None:
    measured = ablate_units(
        EditConfig(path, layer, units=(1,), segmenter="scenes", num_images=4, random_sets=1), SILENT
    )
    assert measured.folder == path / "edits" / f"0001-{layer}-ablate-units"
    written = json.loads((measured.folder / "effects.json").read_text())
    assert (written["layer"], written["units"]) == (layer, [1])
    assert all(unit < 3 for unit in written["random_units"])
