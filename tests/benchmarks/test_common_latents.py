"""The benchmark of common latents: the same children and real points both ways, and arithmetic by hand."""

import json
from dataclasses import replace

import pytest
import torch
from benchmarks.common_latents import (
    CONFIG,
    Litter,
    compare,
    estimates,
    litters,
    main,
    measure_seed,
    over_generations,
    show,
    summary,
    wilson,
)

from ganatomy.data.points import Mixture
from ganatomy.evolve.state import start
from ganatomy.evolve.train import advance, generation_settings
from ganatomy.models.networks.mlp import PointDiscriminator, PointGenerator, PointShape
from ganatomy.seeds import stream


@pytest.fixture(autouse=True)
def small_networks(monkeypatch):
    monkeypatch.setattr("torch.set_num_threads", lambda number: None)  # it would outlast the test
    monkeypatch.setattr("ganatomy.models.build.PointShape", lambda: PointShape(width=8))
    monkeypatch.setattr(
        "ganatomy.models.build.PointDiscriminator", lambda batch_norm: PointDiscriminator(8, batch_norm)
    )


def litter_after(generation) -> Litter:
    ((_, litter),) = litters(CONFIG, [generation])
    return litter


def test_the_settings_are_those_of_the_table():
    assert (CONFIG.optimiser.batch_size, CONFIG.images_per_evaluation, CONFIG.selection.gamma) == (64, 256, 0.5)
    assert CONFIG.optimiser.adam_state == "inherited"
    assert (CONFIG.selection.squared_norm, CONFIG.selection.common_latents) == (False, False)


def test_children_come_when_they_should_and_looking_changes_no_training():
    found = [
        (generation, [child.objective for child in litter.children]) for generation, litter in litters(CONFIG, [1, 3])
    ]
    assert found == [(number, ["heuristic", "minimax", "least_squares"]) for number in (1, 3)]
    undisturbed = start(CONFIG, Mixture(CONFIG.data.data))
    for _ in range(3):
        advance(CONFIG, generation_settings(CONFIG), undisturbed)
    state = litter_after(3).state
    assert state.generation == 3
    for a, b in zip(
        state.population[0].generator.parameters(), undisturbed.population[0].generator.parameters(), strict=True
    ):
        assert torch.equal(a, b)


def test_twins_are_equally_fit_on_common_latents_alone():
    litter = litter_after(1)
    for parameter in litter.children[0].generator.parameters():  # fresh weights make but one point
        torch.nn.init.normal_(parameter, generator=stream(0, "weights"))
    twins = replace(litter, children=[litter.children[0]] * 3)
    rng = stream(0, "test")
    own, common = estimates(twins, 64, 4, rng)
    assert own.shape == common.shape == (4, 3)
    assert (common == common[:, :1]).all()
    assert (own != own[:, :1])[:, 1:].all()
    assert len(set(common[:, 0].tolist())) == 4  # fresh real points and latents each time


def test_fitness_is_of_as_many_points_as_asked_for(monkeypatch):
    litter, seen = litter_after(1), []
    generate = PointGenerator.forward
    monkeypatch.setattr(PointGenerator, "forward", lambda self, z: seen.append(len(z)) or generate(self, z))
    litter.fitness(40, True, litter.measure(30, stream(0, "a")), stream(0, "b"))
    assert seen == [40] * 3


def test_compare_counts_choices_and_what_they_lose():
    own = torch.tensor([[1.0, 0.0], [0.0, 1.0], [0.0, 2.0], [3.0, 1.0]], dtype=torch.float64)
    common = torch.tensor([[0.0, 1.0], [1.0, 2.0], [2.0, 3.0], [3.0, 4.0]], dtype=torch.float64)
    row = compare([0.2, 0.6], own, common)
    assert row["spread_true"] == pytest.approx(0.4)
    assert (row["p_best_own"], row["p_best_common"]) == (0.5, 1.0)
    assert row["lost_own"] == pytest.approx(0.2)
    assert row["lost_common"] == 0.0
    # Variances of the columns of own: 2 and 2/3; of their differences 1, -1, -2, 2: 10/3.
    assert row["sd_one"] == pytest.approx((4 / 3) ** 0.5)
    assert row["sd_difference_own"] == pytest.approx((10 / 3) ** 0.5)
    assert row["sd_difference_common"] == 0.0
    assert (row["p_best_own_low"], row["p_best_own_high"]) == wilson(2, 4)


def test_wilson_is_the_published_interval():
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)  # Newcombe, Stat. Med. 17:857-872, 1998
    assert wilson(0, 20) == pytest.approx((0.0, 0.1611), abs=5e-5)
    assert wilson(20, 20)[1] == 1.0


def test_summary_is_a_mean_over_seeds_with_paired_intervals():
    rows = [
        {
            "seed": seed,
            "generation": 5,
            "spread_true": spread,
            "p_best_own": own,
            "p_best_own_low": 0.0,
            "p_best_common": 1.0,
        }
        for seed, spread, own in ((0, 0.1, 0.59), (1, 0.3, 0.61))
    ]
    mean = summary(rows)
    assert (mean["num_seeds"], mean["spread_true"]) == (2, pytest.approx(0.2))
    assert (mean["p_best_own"], mean["gain"]) == (pytest.approx(0.6), pytest.approx(0.4))
    # t(0.975, 1) = 12.706; the standard error of 0.59 and 0.61 is 0.01.
    assert (mean["gain_low"], mean["gain_high"]) == (
        pytest.approx(0.4 - 0.12706, abs=1e-4),
        pytest.approx(0.4 + 0.12706, abs=1e-4),
    )
    assert (mean["p_best_common_low"], mean["p_best_common_high"]) == (1.0, 1.0)
    assert "seed" not in mean
    assert "| 0.40 [0.27, 0.53] |" in show("5", {**mean, **dict.fromkeys(("sd_one", "lost_own"), 0.0)})


def test_generations_of_a_seed_are_averaged_before_seeds_are_compared():
    rows = [
        {"seed": seed, "generation": g, "lost_own": lost} for seed, g, lost in ((7, 1, 0.0), (3, 1, 1.0), (7, 3, 4.0))
    ]
    assert [(row["seed"], row["lost_own"]) for row in over_generations(rows)] == [(7, 2.0), (3, 1.0)]


def test_a_seed_gives_a_row_for_each_generation():
    rows = list(measure_seed(3, [1, 2], repetitions=3, true_size=128))
    assert [(row["seed"], row["generation"]) for row in rows] == [(3, 1), (3, 2)]
    assert all(0 <= row["p_best_common"] <= 1 and row["lost_own"] >= 0 for row in rows)
    assert rows == list(measure_seed(3, [1, 2], repetitions=3, true_size=128))


@pytest.mark.parametrize("flags", [["--json"], []])
def test_what_is_printed(monkeypatch, capsys, flags):
    monkeypatch.setattr("sys.argv", ["common_latents.py", "--quick", *flags])
    monkeypatch.setattr("benchmarks.common_latents.QUICK_GENERATIONS", (1, 2))
    monkeypatch.setattr(
        "benchmarks.common_latents.measure_seed",
        lambda seed, generations, repetitions, true_size: measure_seed(seed, generations, 2, true_size=64),
    )
    main()
    printed = capsys.readouterr().out
    if flags:
        result = json.loads(printed)
        assert [(row["generation"], row["seed"]) for row in result["rows"]] == [
            (g, s) for s in range(3) for g in (1, 2)
        ]
        assert [mean["generation"] for mean in result["means"]] == [1, 2, "all"]
    else:
        heads = [line.split(" | ")[0] for line in printed.splitlines()]
        assert heads[1:] == [
            *(f"{g}, seed {s}" for s in range(3) for g in (1, 2)),
            "1, mean of 3 seeds",
            "2, mean of 3 seeds",
            "all, mean of 3 seeds",
        ]


def test_one_seed_gives_no_interval(monkeypatch, capsys):
    monkeypatch.setattr("sys.argv", ["common_latents.py", "--seeds", "4"])
    with pytest.raises(SystemExit):
        main()
    assert "--seeds is [4]; an interval over seeds needs two or more" in capsys.readouterr().err
