"""The benchmark of a generation compares orders of operations that agree, takes medians, and prints what it says."""

import json
import math
import time

import pytest
import torch
from benchmarks.egan_generation import (
    Case,
    Official,
    Ours,
    largest_difference,
    losses,
    main,
    medians,
    networks,
    rows_of,
    show,
)

from ganatomy.evolve.macs import count_macs
from ganatomy.evolve.objectives import OBJECTIVES

PROMISED = ("E", "dtype", "seconds_plain", "seconds_official", "seconds_ours", "ratio_to_official")


def test_gradients_and_fitness_of_both_orders_agree():
    assert largest_difference(4, 32) < 1e-5


def test_the_networks_are_the_released_ones_at_their_width():
    counts = [sum(p.numel() for p in network.parameters()) for network in networks(128, channels_last=False)]
    assert counts == [3_455_363, 2_637_441]


@pytest.mark.parametrize("name", ["heuristic", "minimax", "least_squares"])
def test_the_official_losses_are_those_of_the_objectives(name):
    s = torch.tensor([-3.0, -0.5, 0.0, 2.0])
    assert losses(s, name).item() == pytest.approx(OBJECTIVES[name].loss(s, s).mean().item(), rel=1e-6)


def test_an_official_generation_selects_one_child_of_three_and_trains_the_discriminator():
    official = Official(4, 96, bf16=False)
    before = [
        p.detach().clone() for network in (official.generator, official.discriminator) for p in network.parameters()
    ]
    official.generation()
    after = [p.detach() for network in (official.generator, official.discriminator) for p in network.parameters()]
    assert all(not torch.equal(a, b) for a, b in zip(before, after, strict=True))
    # One mutation, whichever won: Adam's first steps are of the learning rate's size.
    assert max(float((a - b).abs().max()) for a, b in zip(before[:8], after[:8], strict=True)) < 2 * 2e-4
    assert {int(state["step"]) for state in official.g_adam.state.values()} == {1}
    assert {int(state["step"]) for state in official.d_adam.state.values()} == {3}


def test_ours_costs_fewer_products_than_the_official_order_and_more_than_a_plain_step():
    official, ours = Official(4, 96, bf16=False), Ours(4, 96, bf16=False)
    plain, whole, shared = (count_macs(work) for work in (official.plain, official.generation, ours.generation))
    assert plain < shared < 0.8 * whole


def test_medians_take_turns(monkeypatch):
    ticks = iter([0.0, 1.0, 0.0, 10.0, 0.0, 2.0, 0.0, 20.0, 0.0, 9.0, 0.0, 30.0])
    monkeypatch.setattr(time, "perf_counter", lambda: next(ticks))
    order = []
    seconds = medians({"a": lambda: order.append("a"), "b": lambda: order.append("b")}, rounds=3)
    assert seconds == {"a": 2.0, "b": 20.0}
    assert order == ["a", "b"] * 3


def rows_of_fixed_times(monkeypatch, same_dtype):
    times = {"plain": 1.0, "official": 8.0, "official bf16": 6.0, "ours fp32": 4.0, "ours bf16": 3.0}
    monkeypatch.setattr(
        "benchmarks.egan_generation.medians", lambda work, rounds, until: {name: times[name] for name in work}
    )
    monkeypatch.setattr("benchmarks.egan_generation.count_macs", lambda work: 5e9)
    monkeypatch.setattr("benchmarks.egan_generation.largest_difference", lambda ngf, E: 1e-7)
    return rows_of(Case(4, 96), ["fp32", "bf16"], 1, same_dtype, compiled=False)


def test_ratios_are_of_our_time_to_each_other(monkeypatch):
    fp32, bf16 = rows_of_fixed_times(monkeypatch, same_dtype=True)
    assert (fp32["ratio_to_official"], fp32["ratio_to_plain"], fp32["ratio_to_official_same_dtype"]) == (0.5, 4.0, 0.5)
    assert (bf16["ratio_to_official"], bf16["ratio_to_plain"]) == (0.375, 3.0)
    assert (bf16["seconds_official"], bf16["seconds_official_same_dtype"]) == (8.0, 6.0)
    assert bf16["ratio_to_official_same_dtype"] == 0.5
    assert fp32["gmac_ours"] == 5.0


def test_rows_have_what_is_promised(monkeypatch):
    rows = rows_of_fixed_times(monkeypatch, same_dtype=False)
    assert [(row["ngf"], row["E"], row["dtype"]) for row in rows] == [(4, 96, "fp32"), (4, 96, "bf16")]
    assert all(set(PROMISED) < set(row) for row in rows)
    assert "seconds_official_same_dtype" not in rows[1]


def test_a_line_of_the_table_leaves_out_what_was_not_measured(monkeypatch):
    fp32, bf16 = rows_of_fixed_times(monkeypatch, same_dtype=False)
    assert " ".join(show(fp32).split()) == "4 96 fp32 1.000 8.000 4.000 0.50 0.50 4.00 5 5 5 1e-07"
    assert " ".join(show(bf16).split()) == "4 96 bf16 1.000 8.000 3.000 0.38 3.00 5 5 5 1e-07"


def quick(monkeypatch, capsys, has_bf16, seconds_of_a_case):
    """Return what --quick --json prints where each case takes so many seconds."""
    now = [0.0]

    def rows(case, dtypes, rounds, same_dtype, compiled, until):
        assert (rounds, same_dtype, until) == (2, False, 50.0)
        now[0] += seconds_of_a_case[case.E]
        return [{"E": case.E, "dtype": dtype} for dtype in dtypes]

    monkeypatch.setattr("sys.argv", ["egan_generation.py", "--quick", "--json"])
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    monkeypatch.setattr("benchmarks.egan_generation.rows_of", rows)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: has_bf16)
    main()
    printed = json.loads(capsys.readouterr().out)
    return [(row["E"], row["dtype"]) for row in printed["rows"]], printed["left_out"]


def test_quick_leaves_out_what_does_not_fit_and_says_so(monkeypatch, capsys):
    everything = [(96, "fp32"), (96, "bf16"), (256, "fp32"), (256, "bf16")]
    assert quick(monkeypatch, capsys, True, {96: 16.0, 256: 30.0}) == (everything, [])
    rows, left_out = quick(monkeypatch, capsys, False, {96: 24.0, 256: 30.0})
    assert rows == [(96, "fp32")]
    assert left_out == ["bf16: this CPU has no instructions for it", "E = 256: there is no time left for it"]


def test_medians_take_one_round_at_least_and_no_more_than_time_allows(monkeypatch):
    now = [0.0]
    monkeypatch.setattr(time, "perf_counter", lambda: now[0])
    runs = []

    def run():
        now[0] += 10.0
        runs.append(now[0])

    assert medians({"a": run}, rounds=9, until=35.0) == {"a": 10.0}
    assert runs == [10.0, 20.0, 30.0]
    assert medians({"a": run}, rounds=9, until=0.0) == {"a": 10.0}
    assert len(runs) == 4


def test_json_is_one_object(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["egan_generation.py", "--quick", "--json", "--ngf", "4", "2", "--E", "96"])
    monkeypatch.setattr("benchmarks.egan_generation.medians", lambda work, *_: dict.fromkeys(work, 1.0))
    monkeypatch.setattr("benchmarks.egan_generation.count_macs", lambda work: 0)
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    main()
    printed = json.loads(capsys.readouterr().out)
    assert [(row["ngf"], row["E"], row["dtype"]) for row in printed["rows"]] == [(4, 96, "fp32"), (4, 96, "bf16")]
    assert all(math.isfinite(row[name]) for row in printed["rows"] for name in PROMISED if name != "dtype")
    assert printed["rows"][0]["largest_relative_difference_fp32"] < 1e-5
