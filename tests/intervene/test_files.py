"""An edit's files: figures, and the same samples before and after."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tests.intervene.planted_edit import PROTOCOL, prepared, step

from ganatomy.config.steps import read_where
from ganatomy.intervene.effects import measure_edit
from ganatomy.intervene.files import effect_json, folder_name, plain, write_edit
from ganatomy.intervene.pictures import COLUMNS, SHOWN, TILE, to_show
from ganatomy.intervene.steps import Step
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import create_run
from ganatomy.runs.records.effects import EffectsRecord
from ganatomy.runs.records.reading import read_record


def written(tmp_path, *steps, **more):
    run = create_run(tmp_path, "planted", {})
    edit = prepared(*(steps or [step("ablate", "grass", concept="grass", carriers=("grass", "foreground"))]), **more)
    effects = measure_edit(edit, PROTOCOL)
    folder, content = write_edit(run, PlantedGenerator(), edit, effects, to_show(edit, effects), PROTOCOL)
    return folder, content, effects


def test_the_effects_say_what_was_edited_and_what_that_did(tmp_path):
    folder, effects, measured = written(tmp_path, where=read_where("0,0,1,1"))
    assert folder.name == "0001-layer1-ablate-grass"
    assert json.loads((folder / "effects.json").read_text()) == effects
    assert {key: effects[key] for key in ("layer", "concept", "units", "value", "region", "num_images")} == {
        "layer": "layer1",
        "concept": "grass",
        "units": [1],
        "value": 0.0,
        "region": "0,0,1,1",
        "num_images": 40,
    }
    assert effects["title"] == "1 unit of layer1, labelled grass, ablated"
    by_concept = {effect["concept"]: effect for effect in effects["effects"]}
    assert by_concept["grass"]["kept"] == 0
    assert by_concept["grass"]["interval"] == [0, 0]
    never = by_concept["never"]
    assert {key: never[key] for key in ("area_before", "area_after", "kept", "interval")} == {
        "area_before": 0,
        "area_after": 0,
        "kept": None,
        "interval": None,
    }
    assert (never["random_area_after"], never["random_kept"], never["random_interval"]) == (0, None, None)
    assert effects["random_sets"] == [list(units) for (units,) in measured.others]
    assert effects["random_units"] == list(measured.noncarriers[0][0])
    assert effects["shown"]["rule"] == "the first samples with at least the concept's mean area"


def test_the_file_is_read_as_a_record_of_all_steps(tmp_path):
    steps = step("ablate", "sky", concept="sky", carriers=("sky",)), step("insert", "grass", concept="grass")
    folder, content, effects = written(tmp_path, *steps, where=read_where("cell:0,0"))
    assert folder.name == "0001-layer1-ablate-sky-insert-grass"
    record = read_record(EffectsRecord, folder / "effects.json")
    assert [one.action for one in record.all_steps] == ["ablate", "insert"]
    assert [one.labelled for one in record.all_steps] == [1, None]
    assert record.all_steps[1].values == (1.0,)
    assert record.all_steps[0].noncarriers is None, "of the second step no dissection tells"
    assert record.all_steps[1].others == tuple(second for _, second in effects.others)
    assert record.title == "1 unit of layer1, labelled sky, ablated; 1 unit of layer1 for grass inserted"
    assert record.effects[1].edit.inside.after == 0
    assert record.effects[2].edit.inside.after == 1
    assert record.effects[1].noncarriers is None
    assert record.changed_pixels.edit.outside == 0
    assert record.region_share == 1 / 64
    assert (record.value_images, record.passes.lower) == (60, 100)
    assert content["value"] == 0.0


def test_the_pictures_show_the_same_samples_before_and_after(tmp_path):
    folder, effects, measured = written(tmp_path)
    samples = effects["shown"]["samples"]
    assert (measured.areas[samples, 2] >= measured.areas[:, 2].mean()).all()
    sheets = [np.asarray(Image.open(folder / effects[arm])).astype(int) for arm in ("before", "after")]
    assert sheets[0].shape == sheets[1].shape
    assert sheets[0].shape[1] == COLUMNS * (TILE + 2) - 2
    corner = [sheet[TILE - 8, 8] for sheet in sheets]  # the grass of the first sample
    assert corner[0].tolist() == [0, 255, 0]
    assert corner[1].tolist() == [0, 0, 0]
    assert np.array_equal(sheets[0][4, 8], sheets[1][4, 8])  # its sky
    for picture in ("compare", "changed", "after_random"):
        assert (folder / effects[picture]).exists()


def test_without_a_concept_the_first_samples_are_shown(tmp_path):
    folder, effects, _ = written(tmp_path, step("ablate", "grass"))
    assert folder.name == "0001-layer1-ablate-units"
    assert effects["shown"] == {"samples": list(range(SHOWN)), "rule": "the first samples"}


def test_a_copy_has_no_random_units_and_no_number(tmp_path):
    folder, effects, _ = written(tmp_path, step("copy", source=(0, 0, 0)))
    assert folder.name == "0001-layer1-copy-cell"
    assert (effects["value"], effects["random_units"], effects["random_sets"]) == (None, [], [])
    assert "after_random" not in effects
    assert len(effects["steps"][0]["values"]) == 11
    record = read_record(EffectsRecord, folder / "effects.json")
    assert record.effects[0].others is None
    assert record.all_steps[0].source == (0, 0, 0)


def test_a_folder_is_called_by_its_first_steps():
    tree, door = Step("layer2", (0,), concept="tree"), Step("layer3", (0,), concept="door", action="insert")
    assert folder_name([tree, door]) == "layer2-ablate-tree-layer3-insert-door"
    copy = Step("layer3", (0,), torch.ones(1), action="copy", source=(0, 0, 0))
    assert folder_name([tree, door, copy, copy, copy]) == "layer2-ablate-tree-layer3-insert-door-copy-cell-and-2-more"


def test_what_cannot_be_measured_is_null(tmp_path):
    _, _, measured = written(tmp_path, step("ablate", "grass"))
    never = effect_json(measured.effects[-1])
    assert (never["kept"], never["interval"], never["noncarriers"]) == (None, None, None)
    assert never["edit"]["whole"]["added"] == 0
    assert plain({"a": (1.0, float("nan")), "b": float("inf"), "c": (1.0, 2.0)}) == {"a": None, "b": None, "c": [1, 2]}


def test_nothing_is_left_of_an_edit_that_cannot_be_written(tmp_path, monkeypatch):
    monkeypatch.setattr("ganatomy.intervene.files.write_as", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        written(tmp_path)
    assert not list(tmp_path.glob("*/edits"))
    assert not list(tmp_path.glob("*/.edit*"))
