"""An ablation's files: figures, and the same samples before and after."""

import json

import numpy as np
from PIL import Image

from ganatomy.intervene.effects import Ablation, EffectProtocol, measure_ablation
from ganatomy.intervene.files import write_ablation
from ganatomy.intervene.pictures import COLUMNS, SHOWN, TILE
from ganatomy.models.planted import PlantedGenerator
from ganatomy.runs.directory import create_run
from ganatomy.segment.planted import PlantedSegmenter

PROTOCOL = EffectProtocol(num_images=40, random_sets=2)


class WithNever(PlantedSegmenter):
    """Knows a concept that nothing shows."""

    concepts = (*PlantedSegmenter.concepts, "never")
    categories = (*PlantedSegmenter.categories, "object")


def written(tmp_path, concept="grass", region=None):
    run, generator, segmenter = create_run(tmp_path, "planted", {}), PlantedGenerator(), WithNever()
    ablation = Ablation("layer1", (1,))
    measured = measure_ablation(generator, segmenter, ablation, PROTOCOL)
    return (*write_ablation(run, generator, segmenter, ablation, measured, PROTOCOL, concept, region), measured)


def test_the_effects_say_what_was_edited_and_what_that_did(tmp_path):
    folder, effects, measured = written(tmp_path, region="0,0,1,1")
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
    by_concept = {effect["concept"]: effect for effect in effects["effects"]}
    assert by_concept["grass"]["kept"] == 0
    assert by_concept["grass"]["interval"] == [0, 0]
    assert by_concept["never"] == {
        "concept": "never",
        "area_before": 0,
        "area_after": 0,
        "kept": None,
        "interval": None,
        "random_area_after": 0,
        "random_kept": None,
        "random_interval": None,
    }
    assert effects["random_sets"] == [list(units) for units in measured.random_units]
    assert effects["random_units"] == effects["random_sets"][0]
    assert effects["shown"]["rule"] == "the first samples with at least the concept's mean area"


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
    assert (folder / "compare.png").exists()
    assert (folder / effects["after_random"]).exists()


def test_without_a_concept_the_first_samples_are_shown(tmp_path):
    folder, effects, _ = written(tmp_path, concept=None)
    assert folder.name == "0001-layer1-ablate-units"
    assert effects["shown"] == {"samples": list(range(SHOWN)), "rule": "the first samples"}
