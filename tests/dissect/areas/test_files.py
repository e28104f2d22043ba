"""Areas and agreement as files of a run."""

import json

import numpy as np
import pytest
import torch
from PIL import Image
from tests.dissect.five_units import ByColour, FiveUnits

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.jsonable import to_json
from ganatomy.dissect.areas.comparison import EDGES
from ganatomy.dissect.areas.files import write_agreement, write_areas
from ganatomy.models.fingerprint import fingerprint
from ganatomy.runs.directory import create_run

SETTINGS = {"segmenter": "colours", "segmenter_weights": None, "input_size": None}


class Inverted(ByColour):
    """Calls grass meadow, and sees no sky in the uppermost row."""

    name = "inverted"
    fingerprint = "inverted-1"
    concepts = ("other", "sky", "meadow", "lamp")

    def segment(self, images):
        labels = super().segment(images)
        labels[:, :, 0] = 0
        return labels


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Return a run on 12 images of 32 px: in image i the upper i rows are sky, all else is grass."""
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))
    (tmp_path / "photos").mkdir()
    for index in range(12):
        pixels = np.zeros((32, 32, 3), np.uint8)
        pixels[:index, :, 0], pixels[index:, :, 1] = 255, 255
        Image.fromarray(pixels).save(tmp_path / "photos" / f"{index}.png")
    return create_run(tmp_path / "runs", "r", to_json(EvolveConfig.of(data=str(tmp_path / "photos"), image_size=32)))


def test_areas_say_what_was_measured_and_by_which_rule(run):
    generated = np.tile([0.1, 0.9, 0.0, 0.0], (8, 1)) + np.linspace(0, 0.01, 8)[:, None] * [1, -1, 0, 0]
    generator = FiveUnits()
    record = write_areas(run, generator, generated, ByColour(), SETTINGS, num_real=100, seed=4, batch_size=5)
    assert json.loads((run.path / "dissect/areas.json").read_text()) == record
    known = {"schema": 1, "generator": fingerprint(generator), "segmenter": "colours", "fingerprint": "colours-1",
             "segmenter_settings": SETTINGS, "seed": 4, "num_generated": 8, "num_real": 12,
             "rule": {"level": 0.95, "resamples": 1000, "false_discoveries": 0.05, "dropped_part": 0.1}}  # fmt: skip
    assert {key: record[key] for key in known} == known
    assert record["histogram_edges"] == EDGES.tolist()
    other, sky, grass, never = record["concepts"]
    assert [row["verdict"] for row in record["concepts"]] == ["overdrawn", "overdrawn", "dropped", "absent"]
    assert (other["category"], sky["category"]) == ("other", "object")
    assert sky["real"]["area"] == pytest.approx(np.mean(np.arange(12) / 32))
    assert sky["real"]["present"] == pytest.approx(11 / 12)
    assert (other["ratio"], other["ratio_interval"]) == (None, None)
    assert grass["ratio"] == 0.0
    assert sum(grass["histogram"]["real"]) == 12
    assert grass["histogram"]["generated"] == [8, *[0] * 16]
    assert [never[key] for key in ("p", "q", "ratio")] == [None] * 3
    distance = record["distance"]
    assert (distance["num_images"], distance["halvings"]) == (6, 20)
    assert distance["fsd"]["is_beyond_chance"]
    assert distance["area"]["is_beyond_chance"]
    assert distance["area"]["value"] == pytest.approx(1 - 5.5 / 32, abs=0.08)  # all of the grass


def test_the_same_seed_gives_the_same_file(run):
    generated = np.random.default_rng(0).dirichlet([1, 1, 1, 1], 9)
    first = write_areas(run, FiveUnits(), generated, ByColour(), SETTINGS, num_real=6, seed=1)
    assert write_areas(run, FiveUnits(), generated, ByColour(), SETTINGS, num_real=6, seed=1) == first
    assert write_areas(run, FiveUnits(), generated, ByColour(), SETTINGS, num_real=6, seed=2) != first


def test_agreement_is_measured_on_the_generators_images(run):
    """Sky is 2 to 4 cells of two rows, of which the second segmenter misses the uppermost row."""
    found = write_agreement(
        run, FiveUnits(), ByColour(), Inverted(), reading={"meadow": "grass"}, num_images=20, seed=0, batch_size=6
    )
    assert json.loads((run.path / "dissect/agreement.json").read_text()) == found
    assert (found["schema"], found["seed"], found["num_images"], found["level"]) == (1, 0, 20, 0.95)
    assert found["first"] == {"name": "colours", "fingerprint": "colours-1"}
    assert found["second"] == {"name": "inverted", "fingerprint": "inverted-1"}
    assert found["reading"] == {"meadow": "grass"}
    sky, grass = found["concepts"]
    assert (sky["concept"], sky["read_from"], grass["read_from"]) == ("sky", ["sky"], ["meadow"])
    assert sky["area_first"] - sky["area_second"] == pytest.approx(1 / 16)
    assert sky["iou"] == pytest.approx(sky["area_second"] / sky["area_first"])
    assert sky["interval"][0] < sky["iou"] < sky["interval"][1]
    assert (grass["iou"], grass["interval"]) == (1.0, [1.0, 1.0])
    assert found["pixels"]["agreement"] == 1.0
    assert found["pixels"]["interval"] == [1.0, 1.0]
    assert found["only_first"] == ["never"]
    assert found["only_second"] == ["lamp"]


def test_concepts_that_neither_sees_are_null(run):
    class Blank(ByColour):
        def segment(self, images):
            return torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.int64)

    found = write_agreement(run, FiveUnits(), Blank(), Blank(), num_images=3, seed=0, batch_size=2)
    assert found["pixels"] == {"compared": 0.0, "agreement": None, "interval": None, "chance": None}
    assert [row["iou"] for row in found["concepts"]] == [None] * 3
