"""The benchmark of memory fills the tables of a dissection, and says what further samples would take."""

import json
import sys

import pytest
import torch
from benchmarks.dissection_memory import PATCH, Crowded, dissect, expected, main

from benchmarks import dissection_memory as benchmark
from ganatomy.models.progan import ProGanShape

SHAPE = ProGanShape(8, (6, 6, 6, 6), z_dim=6)


class Dark:
    """A segmenter that sees one of three concepts everywhere."""

    name, fingerprint = "dark", "dark"
    concepts, categories = ("dark", "dim", "bright"), ("object",) * 3

    def segment(self, images):
        return torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.int64)


def test_every_image_shows_every_concept():
    labels = Crowded(Dark()).segment(torch.zeros(2, 3, 4 * PATCH, 3 * PATCH))
    assert labels.shape == (2, 1, 4 * PATCH, 3 * PATCH)
    assert [image.unique().tolist() for image in labels] == [[0, 1, 2]] * 2
    assert not torch.equal(labels[0], labels[1])
    assert Crowded(Dark()).fingerprint != Dark.fingerprint


def test_a_dissection_says_how_much_memory_it_had(monkeypatch):
    monkeypatch.setattr(benchmark, "SHAPES", {256: SHAPE})
    monkeypatch.setattr(benchmark, "random_segmenter", Dark)
    monkeypatch.setattr(benchmark, "LAYERS", ("layer2", "layer4"))
    monkeypatch.setattr(benchmark, "GRID", (8, 8))
    row = dissect(num_images=4, batch_size=2, weights=None)
    assert row["num_images"] == 4
    assert 0.05 < row["loaded_gib"] <= row["peak_gib"]


def test_memory_that_grows_is_carried_on_and_memory_that_shrinks_is_not():
    growing = [{"num_images": 100, "peak_gib": 2.0}, {"num_images": 200, "peak_gib": 2.1}]
    assert expected(growing) == pytest.approx({"gib_per_thousand": 1.0, "gib_for_required": 11.9})
    shrinking = [{"num_images": 100, "peak_gib": 2.1}, {"num_images": 200, "peak_gib": 2.0}]
    assert expected(shrinking) == {"gib_per_thousand": 0.0, "gib_for_required": 2.0}


@pytest.fixture
def _measured(monkeypatch):
    def fake(num_images, batch_size, weights):
        return {"num_images": num_images, "batch_size": batch_size, "seconds": 9.0, "loaded_gib": 0.4, "peak_gib": 5.0}

    monkeypatch.setattr(benchmark, "in_a_process_of_its_own", fake)


@pytest.mark.usefixtures("_measured")
def test_prints_the_peak_of_each_number_of_samples(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dissection_memory", "--num-images", "10", "20"])
    main()
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("10 validation and as many test samples, 5 layers, batches of 32: peak 5.00 GiB")
    assert second.startswith("20 validation")
    assert last == "each thousand more: 0.00 GiB; 10,000 samples: 5.00 GiB (required: 8 at most)"


@pytest.mark.usefixtures("_measured")
def test_prints_one_object_as_json(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dissection_memory", "--json"])
    main()
    printed = json.loads(capsys.readouterr().out)
    assert [row["num_images"] for row in printed["rows"]] == [160, 320]
    assert printed["gib_for_required"] == 5.0


def test_refuses_numbers_that_do_not_ascend(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dissection_memory", "--num-images", "20", "10"])
    with pytest.raises(SystemExit):
        main()
    assert "--num-images is [20, 10]; give two or more, ascending" in capsys.readouterr().err
