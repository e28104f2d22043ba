"""The benchmark of presets measures every one of them, counts what it should, and prints one object."""

import json
import time

import pytest
import torch
from benchmarks.presets import (
    CASES,
    COLUMNS,
    HEADER,
    QUICK,
    main,
    measure,
    medians,
    open_case,
    parameters,
    peak_memory,
    row_of,
    show,
)
from torch import nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.data.points import Mixture

TINY = EvolveConfig.of(
    image_size=32, generator="released", discriminator="released", width=1 / 64, batch_size=4, discriminator_steps=2
)


def test_cases_are_the_presets_and_the_default_with_other_networks():
    assert list(CASES) == [
        "paper", "theano", "theano-64", "theano-128", "pytorch", "theano-points", "projected-64", "projected-128",
        "light-64", "resnet-64",
    ]  # fmt: skip
    assert [CASES[name].preset for name in list(CASES)[:6]] == list(CASES)[:6]
    assert CASES["projected-64"] == EvolveConfig()
    assert {CASES[name].data.image_size for name in CASES if name.endswith("128")} == {128}
    assert set(QUICK) < set(CASES)


def test_medians_wait_for_the_device_on_both_sides(monkeypatch):
    ticks = iter([0.0, 5.0, 10.0, 11.0, 20.0, 22.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    order = []
    assert medians(lambda: order.append("work"), 3, lambda: order.append("wait")) == 2.0
    assert order == ["wait", "work", "wait"] * 3


def test_a_measurement_counts_images_of_all_discriminator_steps(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.presets.NUM_SCENES", 8)
    monkeypatch.setattr("benchmarks.presets.medians", lambda work, rounds, wait: 0.5)
    row = measure(TINY, open_case(TINY, tmp_path), rounds=1)
    assert row["images_per_generation"] == 8
    assert row["seconds_per_kimg"] == pytest.approx(0.5 * 1000 / 8)
    assert row["gflops"] == pytest.approx(2 * row["gmac_per_generation"] / 0.5)
    assert row["peak_mb"] > 50


def test_products_are_counted_per_generation():
    config = changed(CASES["theano-points"], batch_size=4, evaluation_size=8)
    one = measure(config, Mixture(config.data.data), rounds=1)["gmac_per_generation"]
    two = measure(changed(config, discriminator_steps=2), Mixture(config.data.data), rounds=1)["gmac_per_generation"]
    # A step more: 4 real and 4 generated points forward and backward, but nothing is passed back to the points.
    weights = 512 * (2 + 512 + 512 + 1)
    assert (two - one) * 1e9 == pytest.approx(8 * (3 * weights - 512 * 2), rel=0.01)


def test_parameters_that_do_not_learn_stand_apart():
    fixed = nn.Linear(3, 2).requires_grad_(False)
    assert parameters(nn.Linear(4, 1), nn.Sequential(fixed, nn.Linear(2, 1))) == {
        "parameters_generator": 5, "parameters_discriminator": 3, "parameters_fixed": 8,
    }  # fmt: skip


def test_peak_memory_is_in_bytes():
    kept = torch.ones(25_000_000)
    assert kept.nbytes < peak_memory() < 1e12


def test_scenes_are_rendered_once(tmp_path, monkeypatch):
    monkeypatch.setattr("benchmarks.presets.NUM_SCENES", 2)
    first = open_case(TINY, tmp_path)
    files = sorted(tmp_path.rglob("*"))
    assert open_case(TINY, tmp_path).images.shape == first.images.shape == (2, 32, 32, 3)
    assert sorted(tmp_path.rglob("*")) == files


def test_a_row_says_what_it_is_of(monkeypatch, tmp_path):
    configs = []
    monkeypatch.setattr(
        "benchmarks.presets.measure", lambda config, data, rounds: configs.append(config) or {"x": rounds}
    )
    monkeypatch.setattr("benchmarks.presets.keep_freed_memory", lambda: True)
    assert row_of("theano-points", "bf16", "cpu", 3, tmp_path) == {"preset": "theano-points", "dtype": "bf16", "x": 3}
    assert configs == [changed(CASES["theano-points"], precision="bf16", device="cpu")]


ROW = {
    **dict.fromkeys(COLUMNS, 1.0), "preset": "theano", "dtype": "fp32",
    "parameters_generator": 3_455_363, "parameters_discriminator": 2, "parameters_fixed": 0,
}  # fmt: skip


def test_a_line_of_the_table_is_as_wide_as_its_head():
    assert len(show(ROW)) == len(HEADER)
    assert "3,455,363" in show(ROW)


@pytest.mark.parametrize(("flags", "names", "rounds"), [(["--quick"], QUICK, 1), ([], tuple(CASES), 5)])
def test_json_is_one_object(monkeypatch, capsys, flags, names, rounds):
    asked = []

    def rows(*arguments):
        asked.append(arguments)
        yield ROW

    monkeypatch.setattr("benchmarks.presets.rows", rows)
    monkeypatch.setattr("sys.argv", ["presets.py", *flags, "--json"])
    main()
    printed = json.loads(capsys.readouterr().out)
    assert printed["rows"] == [ROW]
    assert printed["device"] == "cpu"
    ((chosen, dtypes, device, number, _),) = asked
    assert (tuple(chosen), dtypes, device, number) == (names, ["fp32", "bf16"], "cpu", rounds)
    monkeypatch.setattr("sys.argv", ["presets.py", *flags])
    main()
    assert capsys.readouterr().out.splitlines()[1:] == [HEADER, show(ROW)]


@pytest.mark.slow
def test_each_is_measured_in_a_process_of_its_own(tmp_path):
    from benchmarks.presets import rows

    small, large = rows(["theano-points", "light-64"], ["fp32"], "cpu", 1)
    assert (small["preset"], large["preset"]) == ("theano-points", "light-64")
    assert small["peak_mb"] < large["peak_mb"]
    assert peak_memory() / 1e6 != pytest.approx(large["peak_mb"])
