"""The benchmark of the tally compares ways that give equal counts, takes medians, and prints what it says."""

import json
import time
import zipfile

import numpy as np
import pytest
import torch
from benchmarks.tally import AT, Bench, Case, Pass, counting_rows, featuremaps, patches
from PIL import Image

from benchmarks import tally as benchmark
from ganatomy.dissect.counting.grid import upsample
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.seeds import stream

TINY = Case(units=6, grid=16, labels=5, images=2)
SHAPE = ProGanShape(8, (6, 6, 6, 6), z_dim=6)
PROMISED = {"tally_ms_per_image", "one_hot_ms_per_image", "official_ms_per_image", "share_of_models", "rows"}


class Brightness:
    """A segmenter of two concepts, dark and bright."""

    name, concepts, categories = "brightness", ("dark", "bright"), ("object", "object")

    def __init__(self):
        self.under_bf16 = []

    def segment(self, images):
        self.under_bf16.append(torch.is_autocast_enabled("cpu"))
        shift = 0.5 if self.under_bf16[-1] else 0.0
        return (images.mean(1, keepdim=True) > shift).long()


def tiny_pass():
    generator = ProGanGenerator(SHAPE).eval().requires_grad_(False)
    initialise_normal(generator, stream(0, "test"))
    return Pass(generator, Brightness(), grid=8, batch=2, num=4)


def test_featuremaps_are_of_leaky_rectified_units_and_rounded():
    maps = featuremaps(TINY, "test", 3)
    assert maps.shape == (3, 6, 8, 8)
    assert maps.min() < 0 < maps.max()
    assert torch.equal(maps * 64, (maps * 64).round())


def test_every_head_shows_all_of_its_labels_and_no_other():
    masks = patches(Case(grid=64, labels=7, images=2), heads=3)
    assert masks.shape == (2, 3, 64, 64)
    for head in range(3):
        for image in range(2):
            assert masks[image, head].unique().tolist() == list(range(7 * head, 7 * head + 7))


def test_all_ways_count_the_pixels_that_a_unit_and_a_label_share():
    bench = Bench(TINY)
    active = upsample(bench.maps, (16, 16)) > bench.edges[:, AT, None, None]
    expected = torch.tensor(
        [[int((active[:, unit] & (bench.masks[1][:, 0] == label)).sum()) for label in range(5)] for unit in range(6)]
    )
    assert expected.sum() > 0
    assert torch.equal(bench.one_hot(), expected)
    assert torch.equal(bench.official(2), expected)
    ours = bench.count("one head").joint.table(range(5))[:, :, AT + 1 :].sum(2)
    assert torch.equal(ours, expected)
    bench.check()


def test_a_plain_tally_that_differs_is_found(monkeypatch):
    bench = Bench(TINY)
    count = bench.count

    def off_by_one(masks, plain=False):
        tally = count(masks, plain)
        tally.joint.counts[0, 0, 0] += plain
        return tally

    monkeypatch.setattr(bench, "count", off_by_one)
    with pytest.raises(SystemExit, match="the fused and the plain tally differ: one head"):
        bench.check()


@pytest.mark.parametrize("way", ["one_hot", "official"])
def test_another_way_that_differs_is_found(monkeypatch, way):
    bench = Bench(TINY)
    counts = getattr(bench, way)
    monkeypatch.setattr(bench, way, lambda *images: counts(*images) + 1)
    with pytest.raises(SystemExit, match="the tally, the one-hot product and the official order differ at one"):
        bench.check()


def test_work_takes_turns_and_times_are_medians(monkeypatch):
    wall = iter([0.0, 1.0, 0.0, 10.0, 0.0, 2.0, 0.0, 20.0, 0.0, 9.0, 0.0, 30.0])
    processor = iter([0.0, 2.0, 0.0, 8.0, 0.0, 4.0, 0.0, 8.0, 0.0, 4.0, 0.0, 6.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(wall))
    monkeypatch.setattr(time, "process_time", lambda: next(processor))
    order = []
    times = benchmark.take_turns({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, 3, images=2)
    assert order == ["a", "b"] * 3
    assert times["a"] == {"ms": 1000.0, "ms_least": 500.0, "cpu_ms": 1000.0}
    assert times["b"] == {"ms": 10_000.0, "ms_least": 5000.0, "cpu_ms": 3000.0}


def test_rows_name_the_way_the_masks_and_the_thresholds():
    rows = counting_rows(TINY, rounds=1)
    assert [(row["way"], row["masks"], row["thresholds"]) for row in rows] == [
        ("ours", "one head", 100),
        ("ours", "one head, both nulls", 100),
        ("ours", "five heads", 100),
        ("one-hot", "one head", 1),
        ("plain", "one head", 100),
        ("official", "one head", 1),
    ]
    assert all(0 < row["ms_least"] <= row["ms"] for row in rows)
    assert benchmark.show_counting(rows).count("\n") == 6


def test_overlapped_or_not_a_pass_counts_the_same():
    passed = tiny_pass()
    alone = passed.one_after_another()
    counted = {name: tally.state() for name, tally in passed.tallies.items()}
    assert set(alone) == {"generator", "segmenter", "masks", "tally", "whole"}
    assert sum(alone[part] for part in alone if part != "whole") <= alone["whole"]
    assert set(passed.overlapped()) == {"overlapped"}
    for name, tally in passed.tallies.items():
        assert tally.num_images == 4
        assert all(torch.equal(value, counted[name][key]) for key, value in tally.state().items())
    # Two concepts as segmented; among test samples as shuffled and as shifted, too
    assert sorted(passed.tallies["validation"].joint.labels) == [0, 1]
    assert sorted(passed.tallies["test"].joint.labels) == [0, 1, 2, 3, 4, 5]


def test_shares_are_of_the_time_of_the_networks():
    class Fixed:
        segmenter = Brightness()
        rounds = iter([100.0, 130.0, 120.0])

        def one_after_another(self):
            return {"generator": 60.0, "segmenter": 40.0, "masks": 2.0, "tally": 10.0, "whole": next(self.rounds)}

        def overlapped(self):
            return {"overlapped": 90.0}

    result = benchmark.shares(Fixed(), rounds=3, overlap=True)
    assert result["ms"]["whole"] == 120.0
    assert result["ms"]["overlapped"] == 90.0
    assert (result["tally_share_of_models"], result["share_of_models"]) == (0.1, 0.2)
    shown = benchmark.show_pass(result)
    assert "tally 10.0%, everything that is not a network 20.0% (required: less than 15%)" in shown
    assert "segmenter 'brightness', ms an image: generator 60.0" in shown


def test_a_random_segmenter_has_the_logits_of_the_published_one():
    segmenter = benchmark.random_segmenter()
    labels = segmenter.segment(torch.rand(1, 3, 16, 16) * 2 - 1)
    assert labels.shape == (1, 1, 16, 16)
    assert len(segmenter.concepts) == len(segmenter.categories) == 151
    assert segmenter.network.input_size == 257


def test_precision_compares_labels_areas_and_times(monkeypatch):
    monkeypatch.setattr(
        benchmark, "take_turns", lambda work, rounds, images: {"fp32": {"ms": 8.0}, "bf16": {"ms": 6.0}}
    )
    images = torch.full((2, 3, 2, 2), -1.0)
    images[0, :, 0, 0] = 1.0
    images[0, :, 0, 1] = 0.25  # bright, but not under bfloat16
    segmenter = Brightness()
    row = benchmark.precision_row(segmenter, images, rounds=1)
    assert segmenter.under_bf16 == [False, True]
    assert row == {
        "pixels_changed": 1 / 8,
        "largest_area_change": 1 / 8,
        "largest_area_change_of_an_image": 1 / 4,
        "fp32_ms": 8.0,
        "bf16_ms": 6.0,
        "time_ratio": 0.75,
    }


def test_precision_is_measured_on_scenes_where_no_images_are_given(monkeypatch):
    seen = []
    monkeypatch.setattr(benchmark, "precision_row", lambda segmenter, images, rounds: {"shape": tuple(images.shape)})
    monkeypatch.setattr(benchmark, "load_segmenter", lambda name: seen.append(name) or Brightness())
    rows = benchmark.precision_rows(None, None, num=2, rounds=1)
    assert seen == ["scenes", "scenes"]
    assert rows == [
        {"segmenter": "brightness", "images": "scenes", "size": 128, "shape": (2, 3, 128, 128)},
        {"segmenter": "brightness", "images": "scenes", "size": 256, "shape": (2, 3, 256, 256)},
    ]


def test_images_of_a_zip_are_evenly_spaced_and_masks_left_out(tmp_path):
    archive = tmp_path / "images.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        for index in range(4):
            for folder in ("images", "masks"):
                value = 255 if folder == "masks" else 51 * index
                with zipped.open(f"{folder}/{index}.png", "w") as file:
                    Image.fromarray(np.full((6, 4), value, np.uint8)).save(file, "PNG")
        zipped.writestr("classes.txt", "sky")
    images = benchmark.read_images(archive, 2, 8)
    assert images.shape == (2, 3, 8, 8)
    torch.testing.assert_close(images[:, 0, 0, 0], torch.tensor([0.0, 102.0]) / 127.5 - 1)


def test_all_that_is_promised_is_measured(monkeypatch):
    monkeypatch.setattr(benchmark, "random_segmenter", Brightness)
    result = benchmark.measure(TINY, SHAPE, None, quick=True, rounds=9)
    assert set(result) >= PROMISED
    assert result["tally_ms_per_image"] == result["rows"][0]["ms"]
    assert result["official_ms_per_image"] == result["rows"][-1]["ms"]
    assert result["pass"]["segmenter"] == "brightness"
    assert 0 < result["tally_share_of_models"] < result["share_of_models"]
    assert "overlapped" not in result["pass"]["ms"]


def measured(case, shape, weights, quick, rounds):
    assert (case.units, case.grid, case.labels, shape.image_size) == (512, 128, 64, 256)
    ms = {"generator": 1.0, "segmenter": 1.0, "masks": 0.0, "tally": 0.1, "whole": 2.2}
    row = {"way": "ours", "masks": "one head", "thresholds": 100, "ms": 6.0, "ms_least": 5.0, "cpu_ms": 11.0}
    passed = {"segmenter": "random", "ms": ms, "tally_share_of_models": 0.05, "share_of_models": 0.1}
    return {**dict.fromkeys(PROMISED, 1.0), "rows": [row], "pass": passed, "quick": quick, "rounds": rounds}


@pytest.mark.parametrize("quick", [True, False])
def test_json_is_one_object(monkeypatch, capsys, quick):
    monkeypatch.setattr("sys.argv", ["tally.py", "--json", *(["--quick"] if quick else [])])
    monkeypatch.setattr(benchmark, "measure", measured)
    benchmark.main()
    printed = json.loads(capsys.readouterr().out)
    assert set(printed) >= PROMISED
    assert (printed["quick"], printed["rounds"], printed["torch"]) == (quick, 9, torch.__version__)


def test_the_table_stands_beside_what_is_required(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["tally.py"])
    monkeypatch.setattr(benchmark, "measure", measured)
    benchmark.main()
    printed = capsys.readouterr().out
    assert "ours     one head                     100          6.0      5.0       11.0         1.0" in printed
    assert "required of ours, one head: at most 45 ms an image" in printed


def test_precision_is_printed_line_by_line(monkeypatch, capsys):
    row = {
        "segmenter": "ade20k", "images": "photos.zip", "size": 129, "pixels_changed": 0.02, "largest_area_change": 0.01,
        "largest_area_change_of_an_image": 0.05, "fp32_ms": 20.0, "bf16_ms": 15.0, "time_ratio": 0.75,
    }  # fmt: skip
    monkeypatch.setattr(benchmark, "precision_rows", lambda weights, archive, num, rounds: [row])
    monkeypatch.setattr("sys.argv", ["tally.py", "--precision"])
    benchmark.main()
    printed = capsys.readouterr().out
    assert printed == (
        "ade20k at 129 px on photos.zip: 2.00% of pixels change, a concept's area by 1.00% of the pixels at most, in "
        "one image by 5.00%; 20 ms an image, 15 under bfloat16: 0.75\n"
    )
    monkeypatch.setattr("sys.argv", ["tally.py", "--precision", "--json"])
    benchmark.main()
    assert json.loads(capsys.readouterr().out)["rows"] == [row]
