"""`ganatomy dissect` and `ganatomy edit` on a run, as the command line calls them."""

import json
from pathlib import Path

import pytest
from tests.cli.tiny import write_run

from ganatomy.cli.dissect import dissect
from ganatomy.cli.edit import edit
from ganatomy.config.dissect import DissectConfig
from ganatomy.config.edit import EditConfig
from ganatomy.config.segmenter import SegmenterChoice
from ganatomy.dissect import session as dissect_session
from ganatomy.errors import ConfigError, IncompatibleRun, LayerNotFound
from ganatomy.intervene import session as edit_session
from ganatomy.progress import SILENT
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A run of a tiny untrained generator, looked at by colour."""
    directory = write_run(tmp_path)
    loads = []

    def load(*settings):
        loads.append(settings)
        return PlantedSegmenter()

    monkeypatch.setattr(dissect_session, "load_choice", load)
    monkeypatch.setattr(edit_session, "load_choice", load)
    return directory.path, loads


def dissected(path):
    settings = {"segmenter": "ade20k", "segmenter_weights": Path("weights.safetensors"), "input_size": 257}
    return dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16, **settings), SILENT)


def test_dissect_then_edit_with_the_same_segmenter(run):
    path, loads = run
    results = dissected(path)
    json.dumps(results)
    assert (results["num_images"], results["profile"]) == (20, "paper")
    (layer,) = results["layers"]
    assert (layer["layer"], layer["units"], layer["profile"]) == ("layer2", 6, "paper")
    assert json.loads((path / "dissect/layer2/units.json").read_text())["grid"] == [16, 16]

    results = edit(EditConfig(path, "layer2", ablate=("sky",), top=2, num_images=10, random_sets=2), SILENT)
    json.dumps(results)
    assert loads == [(SegmenterChoice("ade20k", Path("weights.safetensors"), 257), "cpu")] * 2
    assert results["effects"][0]["concept"] == "sky"
    assert len(results["units"]) == 2
    assert (path / "edits/0001-layer2-ablate-sky/effects.json").exists()


def test_the_words_of_the_dissection_are_looked_for_again(run):
    path, loads = run
    words = {"segmenter": "clipseg", "segmenter_concepts": ("sky", "a red door")}
    dissect(DissectConfig((path,), layers=("layer2",), num_images=20, grid=16, **words), SILENT)
    edit(EditConfig(path, "layer2", units=(0,), num_images=6, random_sets=1), SILENT)
    assert loads == [(SegmenterChoice("clipseg", concepts=("sky", "a red door")), "cpu")] * 2


def test_units_can_be_ablated_without_a_dissection(run):
    path, loads = run
    config = EditConfig(path, "layer1", units=(3, 1), num_images=6, segmenter="scenes", where="0,0,1,0.5")
    results = edit(config, SILENT)
    assert loads == [(SegmenterChoice("scenes"), "cpu")]
    assert results["units"] == [3, 1]
    assert json.loads((path / "edits/0001-layer1-ablate-units/effects.json").read_text())["region"] == "0,0,1,0.5"


def test_a_region_smaller_than_a_pixel_is_that_pixel(run):
    path, _ = run
    effects = {}
    for region in ("0.5,0.5,0.501,0.501", "0.5,0.5,0.53,0.53", None):
        settings = {"units": (0, 1, 2), "value": "30", "num_images": 6, "segmenter": "scenes", "random_sets": 1}
        edit(EditConfig(path, "layer2", where=region, **settings), SILENT)
    for place in sorted((path / "edits").iterdir()):
        kept = json.loads((place / "effects.json").read_text())
        effects[kept["region"]] = [(effect["area_before"], effect["area_after"]) for effect in kept["effects"]]
    smallest, pixel, whole = (effects[region] for region in ("0.5,0.5,0.501,0.501", "0.5,0.5,0.53,0.53", None))
    assert smallest == pixel != whole
    assert any(before != after for before, after in smallest)


def test_what_is_missing_is_said_before_anything_is_written(run):
    path, _ = run
    with pytest.raises(IncompatibleRun, match=r"ganatomy dissect .* --layers layer2"):
        edit(EditConfig(path, "layer2", ablate=("sky",)), SILENT)
    dissected(path)
    with pytest.raises(ConfigError, match="no concept 'gras'; did you mean 'grass'"):
        edit(EditConfig(path, "layer2", ablate=("gras",)), SILENT)
    with pytest.raises(LayerNotFound, match="no layer 'layr2' in Generator; did you mean"):
        edit(EditConfig(path, "layr2", ablate=("sky",)), SILENT)
    assert not (path / "edits").exists()
