"""The benchmark of interventions: all ways take turns, the lower part is counted, and what is required is printed."""

import json

import pytest
import torch
from benchmarks.interventions import Case, Ways, main, measured, turns

from benchmarks import interventions
from ganatomy.hooks import record
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter

CASE = Case(images=40, arms=2, rounds=1)


@pytest.fixture
def generator():
    return PlantedGenerator().eval()


@pytest.fixture
def ways(generator, monkeypatch):
    monkeypatch.setattr(interventions, "UNITS", 2)
    return Ways(generator, PlantedSegmenter(), "layer1", arms=2)


def test_the_lower_part_runs_once_a_sample_in_ours_and_once_an_arm_the_plain_way(ways):
    z = torch.randn(8, ways.generator.z_dim)
    ran = []
    ways.generator.layer1.register_forward_hook(lambda *_: ran.append(1))
    ways.ours(z)
    assert (ways.lower_samples, len(ran)) == (8, 1)
    ways.plain(z)
    assert len(ran) == 1 + 3
    ways.bare(ways.halves.parts[0](z), z)
    assert len(ran) == 1 + 3 + 1, "the featuremaps that it is given"
    assert ways.lower_samples == 8


def test_bare_runs_what_lies_above_as_often_as_ours(ways):
    z = torch.randn(8, ways.generator.z_dim)
    featuremaps, ran = ways.halves.parts[0](z), []
    ways.generator.layer2.register_forward_hook(lambda *_: ran.append(1))
    for run in turns(ways, featuremaps, z).values():
        ran.clear()
        run()
        assert len(ran) == 3


def test_arms_are_ablations_of_all_and_insertions_into_a_region(ways):
    (insertion, inside), (ablation, everywhere) = ways.arms
    assert (insertion.value, ablation.value) == (1.0, 0.0)
    assert inside is ways.region
    assert everywhere is None
    assert ablation.region is None


def test_ratios_are_of_the_same_rounds(ways, monkeypatch):
    for way in ("ours", "bare", "plain"):
        monkeypatch.setattr(ways, way, lambda *_: None)
    clock = iter([0.0, 1.0, 0.0, 1.0, 0.0, 1.0, *([0.0, 2.2, 0.0, 2.0, 0.0, 8.8] * 2)])
    monkeypatch.setattr(interventions.time, "perf_counter", lambda: next(clock))
    row = measured(ways, CASE)
    assert row["seconds"] == pytest.approx({"ours": 4.4, "bare": 4.0, "plain": 17.6})
    assert row["ratio_to_bare"] == pytest.approx(1.1)
    assert row["times_faster_than_plain"] == pytest.approx(4)


@pytest.mark.parametrize("flags", [["--json"], []])
def test_what_is_printed(generator, monkeypatch, capsys, flags):
    monkeypatch.setattr("sys.argv", ["interventions.py", "--quick", *flags])
    monkeypatch.setattr(interventions, "load_image_generator", lambda _: generator)
    monkeypatch.setattr(interventions, "load_segmenter", lambda _: PlantedSegmenter())
    monkeypatch.setattr(interventions, "LAYERS", ("layer1", "layer2"))
    monkeypatch.setattr(interventions, "UNITS", 2)
    main()
    printed = capsys.readouterr().out
    if not flags:
        assert [line.split(" | ")[0] for line in printed.splitlines()[1:3]] == ["layer1", "layer2"]
        assert "lower part 1 times a sample" in printed
        assert "required of bare: at most 1.1, and the lower part once a sample" in printed
        return
    told = json.loads(printed)
    assert (told["images"], told["arms"], told["most"]) == (32, 2, 1.1)
    assert [row["lower_runs_per_sample"] for row in told["rows"]] == [1, 1]
    with torch.no_grad(), record(generator, ["layer1"]):
        generator(torch.zeros(1, generator.z_dim))  # and no hook is left behind
