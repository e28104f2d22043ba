"""A dissection in a run directory reads back as it was."""

import json

import numpy as np
import pytest
from PIL import Image

from ganatomy.dissect import files
from ganatomy.dissect.files import write_dissection
from ganatomy.dissect.layers import dissect_layers
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.errors import DataError
from ganatomy.models.planted import NUMBER, PlantedGenerator
from ganatomy.runs.directory import create_run
from ganatomy.segment.planted import PlantedSegmenter

SETTINGS = {"segmenter": "planted", "segmenter_weights": None, "input_size": None}
PROTOCOL = DissectionProtocol(num_images=30, top=3)


@pytest.fixture
def written(tmp_path):
    run, generator, segmenter = create_run(tmp_path, "planted", {}), PlantedGenerator(), PlantedSegmenter()
    dissection = dissect_layers(generator, segmenter, ["layer1"], PROTOCOL)
    summary = write_dissection(run, generator, segmenter, dissection, PROTOCOL, "f00d", SETTINGS)
    return run, dissection, summary


def test_the_unit_table_says_what_was_measured_and_how(written):
    run, dissection, _ = written
    table = json.loads((run.path / "dissect/layer1/units.json").read_text())
    assert {key: table[key] for key in ("schema", "layer", "num_images", "image_size", "grid", "seed", "profile")} == {
        "schema": 2,
        "layer": "layer1",
        "num_images": 30,
        "image_size": 16,
        "grid": [16, 16],
        "seed": 0,
        "profile": "paper",
    }
    assert (table["segmenter"], table["fingerprint"]) == ("planted", "planted-1")
    assert table["segmenter_settings"] == SETTINGS
    assert table["concepts"] == ["other", "sky", "grass", "building", "tree", "cloud", "door"]
    assert sum(table["concept_area"][:5]) == pytest.approx(1.0)  # of the first head; the others are parts
    assert table["interpretable"] == 8  # all but artifact, dead and noise
    sky, dead = table["units"][0], table["units"][NUMBER["dead"]]
    assert (sky["concept"], sky["iou"], sky["interpretable"], len(sky["top"])) == ("sky", 1.0, True, 3)
    assert [dead[key] for key in ("concept", "category", "iou", "iqr", "threshold", "level", "z", "q")] == [None] * 8
    assert table["ranking"]["sky"][0] == {"unit": 0, "iou": 1.0}
    assert [row["unit"] for row in table["ranking"]["tree"]][:3] == [5, 3, 4]
    assert table["units"][1]["shuffled_iou"] == dissection.layers[0].report.units[1].shuffled_iou


def test_every_unit_has_a_card(written):
    run, _, _ = written
    table = json.loads((run.path / "dissect/layer1/units.json").read_text())
    for unit in table["units"]:
        with Image.open(run.path / "dissect/layer1" / unit["card"]) as card:
            assert card.size[0] > 2 * card.size[1]
    assert len(list((run.path / "dissect/layer1/cards").iterdir())) == 11


def test_the_counts_are_kept_without_pickles(written):
    run, dissection, _ = written
    with np.load(run.path / "dissect/layer1/tally.npz", allow_pickle=False) as arrays:
        assert np.array_equal(arrays["test.joint.counts"], dissection.layers[0].counts.test.joint.state()["counts"])
        assert arrays["test.joint.counts"].dtype == np.uint32
        assert arrays["edges"].shape == (11, 100)
        assert arrays["concepts"].tolist() == list(PlantedSegmenter.concepts)


def test_the_summary_counts_interpretable_units_by_concept(written):
    run, _, summary = written
    (row,) = summary["layers"]
    assert (row["layer"], row["units"], row["interpretable"], row["profile"]) == ("layer1", 11, 8, "paper")
    assert row["concepts"] == [
        {"concept": "tree", "category": "object", "units": 3, "best_iou": 1.0},
        {"concept": "grass", "category": "object", "units": 2, "best_iou": 1.0},
        {"concept": "building", "category": "object", "units": 1, "best_iou": 1.0},
        {"concept": "door", "category": "part", "units": 1, "best_iou": pytest.approx(0.6, abs=0.2)},
        {"concept": "sky", "category": "object", "units": 1, "best_iou": 1.0},
    ]
    assert json.loads((run.path / "dissect/summary.json").read_text()) == summary


def test_a_layer_dissected_earlier_stays_in_the_summary(written):
    run, dissection, _ = written
    path = run.path / "dissect/summary.json"
    earlier = json.loads(path.read_text())
    earlier["layers"].append({**earlier["layers"][0], "layer": "layer0", "units": 7})
    path.write_text(json.dumps(earlier))
    summary = write_dissection(run, PlantedGenerator(), PlantedSegmenter(), dissection, PROTOCOL, "f00d", SETTINGS)
    assert [(row["layer"], row["units"]) for row in summary["layers"]] == [("layer0", 7), ("layer1", 11)]


def test_a_dissection_cut_off_leaves_the_one_before_as_it_was(written, monkeypatch):
    run, dissection, _ = written

    def contents():
        return {path: path.read_bytes() for path in run.path.rglob("*") if path.is_file()}

    def cut_off(unit):
        if unit == 3:
            raise KeyboardInterrupt
        return f"cards/unit-{unit:03d}.png"

    before = contents()
    monkeypatch.setattr(files, "card_path", cut_off)
    with pytest.raises(KeyboardInterrupt):
        write_dissection(
            run,
            PlantedGenerator(),
            PlantedSegmenter(),
            dissection,
            DissectionProtocol(num_images=30, seed=1),
            "f00d",
            SETTINGS,
        )
    assert contents() == before


def test_dissecting_again_replaces_the_whole_folder(written):
    run, dissection, _ = written
    stale = run.path / "dissect/layer1/cards/unit-011.png"
    stale.touch()
    write_dissection(run, PlantedGenerator(), PlantedSegmenter(), dissection, PROTOCOL, "f00d", SETTINGS)
    assert not stale.exists()
    assert sorted(p.name for p in run.path.iterdir()) == ["config.json", "dissect", "environment.json"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"schema": 1}, None),
        ({"layers": [{"layer": "layer0"}]}, r"summary\.json is not as this version writes it: no value for 'units'; .*"
         r"; delete it and dissect the layer again$"),
    ],
)  # fmt: skip
def test_a_summary_of_an_earlier_schema_makes_way_and_a_damaged_one_is_told(written, change, message):
    run, dissection, summary = written
    path = run.path / "dissect/summary.json"
    path.write_text(json.dumps({**summary, "layers": [{**summary["layers"][0], "layer": "layer0"}], **change}))
    rest = (PlantedGenerator(), PlantedSegmenter(), dissection, PROTOCOL, "f00d", SETTINGS)
    if message is None:
        assert [row["layer"] for row in write_dissection(run, *rest)["layers"]] == ["layer1"]
    else:
        with pytest.raises(DataError, match=message):
            write_dissection(run, *rest)
