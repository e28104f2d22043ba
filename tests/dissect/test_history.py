"""What units have shown over generations: planted generators that learn a concept and lose it again."""

import shutil
from pathlib import Path

import pytest
import torch
from tests.cli.tiny import write_run
from tests.dissect.five_units import ByColour, FiveUnits
from tests.report.history_record import moment, read_moment
from torch import nn

from ganatomy.dissect import history
from ganatomy.dissect.history import appearances, dissect_history, units_of
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.errors import CheckpointError
from ganatomy.progress import Silent
from ganatomy.runs.directory import Run
from ganatomy.runs.records.history import Appearance, HistoryRecord
from ganatomy.runs.records.reading import read_record
from ganatomy.runs.weights import load_generator, save_generator

GAINS = {0: [0, 0, 0, 0, 0], 5: [1, 1, 0, 0, 1], 10: [1, 1, 1, 0, 1], 15: [1, 0, 1, 0, 1]}
"""Of the units of each generation: nothing; sky and grass; a second unit of sky; no grass."""
PROTOCOL = DissectionProtocol(num_images=20, blocks=4)


class Told(Silent):
    def __init__(self):
        self.lines = []

    def line(self, text):
        self.lines.append(text)


def planted(gains):
    generator = FiveUnits()
    generator.layer1.gain = nn.Parameter(torch.tensor(gains, dtype=torch.float32)[:, None, None])
    return generator


def of_generation(run, which, device):
    return planted(GAINS[int(which.removeprefix("generation-"))])


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return a run whose history is dissected; tests do not change it."""
    made = write_run(tmp_path_factory.mktemp("finished"))
    for generation in GAINS:
        save_generator(made, f"generation-{generation}", load_generator(made))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(history, "load_image_generator", of_generation)
        followed(made)
    return made


@pytest.fixture
def record(finished):
    return read_record(HistoryRecord, finished.path / "dissect/history.json")


@pytest.fixture
def run(finished, tmp_path, monkeypatch):
    """Return a copy of it, to change."""
    monkeypatch.setattr(history, "load_image_generator", of_generation)
    return Run(Path(shutil.copytree(finished.path, tmp_path / "run")))


def followed(run, told=None, segmenter=None, **changes):
    protocol = DissectionProtocol(**{"num_images": 20, "blocks": 4, **changes})
    return dissect_history(run, segmenter or ByColour(), ["layer1"], protocol, told or Told())


def test_each_generation_has_its_counts_and_each_unit_its_concept(record):
    (layer,) = record.layers
    moments = layer.moments
    assert [moment.generation for moment in moments] == [0, 5, 10, 15]
    assert [moment.interpretable for moment in moments] == [0, 2, 3, 2]
    assert [moment.concepts for moment in moments] == [0, 2, 2, 1]
    assert [units_of(moment) for moment in moments] == [
        [None] * 5,
        ["sky", "grass", None, None, None],
        ["sky", "grass", "sky", None, None],
        ["sky", None, "sky", None, None],
    ]
    assert moments[0].interpretable_interval == (0.0, 0.0)
    assert moments[2].unit_iou[:4] == (1.0, 1.0, 1.0, None)
    assert moments[2].by_place + moments[2].by_area == 3, "four blocks are too few to tell from chance"
    assert moments[2].grid == (16, 16)


def test_concepts_appear_and_are_lost(record):
    (layer,) = record.layers
    assert layer.appearances == (
        Appearance("sky", first=5, last=15, lost=None, units=2, most_units=2),
        Appearance("grass", first=5, last=10, lost=15, units=0, most_units=1),
    )


def test_a_concept_that_comes_back_is_not_lost():
    moments = [
        read_moment(moment(generation, shown))
        for generation, shown in ((0, ["sky", None]), (10, [None, "sea"]), (20, ["sky", "sea"]))
    ]
    assert appearances(moments, ["sea", "sky", "sun"]) == (
        Appearance("sky", first=0, last=20, lost=None, units=1, most_units=1),
        Appearance("sea", first=10, last=20, lost=None, units=1, most_units=1),
    )


def test_nothing_but_the_history_is_written(finished):
    assert [path.name for path in (finished.path / "dissect").iterdir()] == ["history.json"]


def test_generations_dissected_before_are_not_dissected_again(run, record):
    told = Told()
    assert followed(run, told) == record
    assert told.lines == []


def test_an_interrupted_history_goes_on_where_it_stopped(run, record, monkeypatch):
    (run.path / "dissect/history.json").unlink()
    dissect, done = history.dissect_layers, []

    def cut_off(*arguments, **more):
        if len(done) == 2:
            raise KeyboardInterrupt
        done.append(1)
        return dissect(*arguments, **more)

    monkeypatch.setattr(history, "dissect_layers", cut_off)
    with pytest.raises(KeyboardInterrupt):
        followed(run)
    monkeypatch.setattr(history, "dissect_layers", dissect)
    told = Told()
    assert followed(run, told) == record
    assert told.lines == ["generation 10, 3 of 4", "generation 15, 4 of 4"]


def test_other_weights_of_a_generation_are_dissected_again(run, monkeypatch):
    monkeypatch.setitem(GAINS, 5, [0, 1, 0, 0, 1])
    told = Told()
    (layer,) = followed(run, told).layers
    assert told.lines == ["generation 5, 2 of 4"]
    assert units_of(layer.moments[1]) == [None, "grass", None, None, None]


def test_a_generation_that_is_gone_leaves_the_history(run):
    (run.path / "weights/generation-000005.safetensors").unlink()
    (layer,) = followed(run).layers
    assert [moment.generation for moment in layer.moments] == [0, 10, 15]


def test_another_protocol_starts_another_history(run):
    for generation in (0, 5, 10):
        (run.path / f"weights/generation-{generation:06d}.safetensors").unlink()
    told = Told()
    record = followed(run, told, seed=1)
    assert told.lines == ["generation 15, 1 of 1"]
    assert record.protocol["seed"] == 1
    assert followed(run, top=3, seed=1) == record, "no cards are drawn"


def test_a_run_without_kept_generations_says_how_to_get_them(tmp_path):
    made = write_run(tmp_path)
    with pytest.raises(CheckpointError) as caught:
        dissect_history(made, ByColour(), ["layer1"], PROTOCOL)
    assert str(caught.value) == (
        f"{made.path} has kept no generations; train it on with `ganatomy evolve --resume RUN "
        "--keep-every-generations N`"
    )
