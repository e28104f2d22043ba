"""The benchmark of memory fills the tables of a dissection, and says what further samples would take."""

import json
import sys

import pytest
import torch
from benchmarks.dissection_memory import Case, Crowded, dissect, main

from benchmarks import dissection_memory as benchmark
from ganatomy.models.networks.progan import ProGanShape

TINY = Case(ProGanShape(8, (6, 6, 6, 6), z_dim=6), ("layer2", "layer4"), 8, 65)


class Dark:
    """A segmenter that sees one of three concepts everywhere."""

    name, fingerprint = "dark", "dark"
    concepts, categories = ("dark", "dim", "bright"), ("object",) * 3

    def segment(self, images):
        return torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.int64)


def test_every_image_shows_every_concept():
    labels = Crowded(Dark()).segment(torch.zeros(2, 3, 64, 48))
    assert labels.shape == (2, 1, 64, 48)
    assert [image.unique().tolist() for image in labels] == [[0, 1, 2]] * 2
    assert not torch.equal(labels[0], labels[1])
    assert Crowded(Dark()).fingerprint != Dark.fingerprint


def test_a_dissection_says_how_much_memory_it_had(monkeypatch):
    monkeypatch.setattr(benchmark, "random_segmenter", lambda input_size: Dark())
    row = dissect(TINY, num_images=4, weights=None)
    assert (row["num_images"], row["image_size"]) == (4, 8)
    assert 0.05 < row["loaded_gib"] <= row["peak_gib"]


@pytest.fixture
def _measured(monkeypatch):
    def fake(small, num_images, weights):
        size = 32 if small else 256
        return {"num_images": num_images, "image_size": size, "seconds": 9.0, "loaded_gib": 0.4, "peak_gib": 5.0}

    monkeypatch.setattr(benchmark, "in_a_process_of_its_own", fake)


@pytest.mark.usefixtures("_measured")
def test_prints_the_peak_of_each_number_of_samples(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dissection_memory", "--num-images", "10", "2000", "--small"])
    main()
    first, second, last = capsys.readouterr().out.splitlines()
    assert first.startswith("10 validation and as many test samples of 32 px, five layers: peak 5.00 GiB")
    assert second.startswith("2,000 validation")
    assert last == "required: 8 GiB at most for 10,000 samples of 256 px"


@pytest.mark.usefixtures("_measured")
def test_prints_one_object_as_json(monkeypatch, capsys):
    monkeypatch.setattr(sys, "argv", ["dissection_memory", "--json"])
    main()
    printed = json.loads(capsys.readouterr().out)
    assert [row["num_images"] for row in printed["rows"]] == [160, 320]
    assert printed["rows"][0]["image_size"] == 256
