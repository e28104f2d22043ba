"""Costs of a generation: what is counted and what is timed."""

from itertools import count
from types import SimpleNamespace

import numpy as np
import pytest
from tests.compare.tiny import POINTS, Told

from ganatomy.compare import costs
from ganatomy.compare.costs import generation_costs
from ganatomy.config.evolve import EvolveConfig
from ganatomy.config.parts import changed
from ganatomy.data.image_set import ImageSet
from ganatomy.data.points import Mixture
from ganatomy.errors import DivergedTraining

DATA = Mixture("8gaussians")
PLAIN = changed(POINTS, objectives=("minimax",))


def test_a_plain_gan_costs_the_products_of_its_layers_and_evolution_more():
    evolved, plain, chance = generation_costs([POINTS, PLAIN, changed(POINTS, selection="random")], DATA, 0.0)
    assert plain.macs == chance.macs
    assert evolved.macs > 2 * plain.macs
    assert min(evolved.seconds, plain.seconds, chance.seconds) > 0


def test_a_cycle_costs_one_competition_and_the_plain_generations_after_it():
    every, fourth, plain = generation_costs([POINTS, changed(POINTS, evolve_every=4), PLAIN], DATA, 0.0)
    assert fourth.macs == pytest.approx((every.macs + 3 * plain.macs) / 4)


def test_networks_that_grow_cost_what_full_grown_ones_do():
    networks = {"generator": "progan", "discriminator": "progan", "width": 0.03, "image_size": 32, "batch_size": 2}
    grows = EvolveConfig.of(objectives=("minimax",), fade_kimg=1.0, stable_kimg=1.0, **networks)
    images = ImageSet(np.zeros((4, 32, 32, 3), np.uint8), (), np.full(4, -1))
    costs_of = generation_costs([grows, changed(grows, start_size=32)], images, 0.0)
    assert costs_of[0].macs == costs_of[1].macs


@pytest.fixture
def timed(monkeypatch):
    """Return a function that times arms by a clock on which generations take the given seconds, 10 apart."""

    def time(arms, macs, seconds):
        times = [0.0]
        for one in seconds:
            times += [times[-1] + 10, times[-1] + 10 + one]
        clock, counted = iter([*times, times[-1]]), iter(macs)
        monkeypatch.setattr(costs, "time", SimpleNamespace(perf_counter=lambda: next(clock)))
        monkeypatch.setattr(costs._Trial, "take", lambda *_: None)
        monkeypatch.setattr(costs, "count_macs", lambda _: next(counted))
        return [cost.seconds for cost in generation_costs(arms, DATA, seconds_per_arm=0.0)]

    return time


def test_costs_are_medians_over_rounds_in_which_arms_take_turns(timed):
    assert timed([POINTS, PLAIN], [2e9, 1e9], 3 * (1.0, 5.0, 2.0, 4.0, 9.0, 3.0)) == [2.0, 4.0]


def test_arms_of_equal_multiply_accumulates_share_one_median_over_their_times(timed):
    """Of 1, 2, 9 and 5, 4, 3 together 3.5, also where the counts differ by less than a millionth."""
    seconds = 3 * (1.0, 5.0, 2.0, 4.0, 9.0, 3.0)
    assert timed([POINTS, PLAIN], [1e9, 1e9 + 500], seconds) == [3.5, 3.5]
    assert timed([POINTS, PLAIN], [1e9, 1e9 + 5000], seconds) == [2.0, 4.0]


@pytest.mark.parametrize("uncounted", [{"adam_state": "per_objective"}, {"diversity": "pairwise"}])
def test_arms_whose_work_is_not_counted_in_full_are_timed_apart(timed, uncounted):
    arms = [PLAIN, changed(PLAIN, **uncounted)]
    assert timed(arms, [1e9, 1e9], 3 * (1.0, 5.0, 2.0, 4.0, 9.0, 3.0)) == [2.0, 4.0]


def test_arms_with_two_kinds_of_generation_are_pooled_kind_by_kind_and_with_their_like_alone(timed):
    """First and other generations take 10 and 2, 20 and 4, and the plain arm's 8 seconds, all of equal counts."""
    arms = [changed(POINTS, evolve_every=4), changed(POINTS, evolve_every=4, gamma=0.5), PLAIN]
    found = timed(arms, count(int(1e9), 0), 9 * (10.0, 2.0, 20.0, 4.0, 8.0))
    assert found == [(15 + 3 * 3) / 4, (15 + 3 * 3) / 4, 8.0]


def test_controls_of_one_cost_have_equal_seconds():
    found = generation_costs([changed(POINTS, selection="random"), PLAIN, POINTS], DATA, 0.0)
    assert found[0] == found[1]


def test_rounds_go_on_for_the_seconds_of_all_arms_and_end_at_a_hundred(monkeypatch):
    now = iter(range(10_000))
    monkeypatch.setattr(costs, "time", SimpleNamespace(perf_counter=lambda: float(next(now))))
    monkeypatch.setattr(costs._Trial, "take", lambda *_: None)
    told = Told()
    generation_costs([PLAIN, POINTS], DATA, seconds_per_arm=25.0, progress=told)
    assert told.updates == list(range(1, 13)), "four looks at the clock a round, and one to decide after the ninth"
    generation_costs([PLAIN], DATA, seconds_per_arm=1e9, progress=told)
    assert told.updates[-1] == 100


def test_an_arm_that_diverges_is_started_anew(monkeypatch):
    """Generation 0 makes the parents' objectives, without which there is no generation 1."""
    trial = costs._Trial(changed(POINTS, evolve_every=3), DATA)
    advance, before = costs.advance, trial._state
    with monkeypatch.context() as patched:

        def fail_once(*arguments):
            patched.setattr(costs, "advance", advance)
            raise DivergedTraining

        patched.setattr(costs, "advance", fail_once)
        trial.take(1)
    assert trial._state is not before
    assert trial._state.generation == 2


def test_an_arm_that_diverges_at_once_is_refused():
    with pytest.raises(DivergedTraining, match="none of the 3 children has a finite fitness; lower the learning rate"):
        generation_costs([changed(POINTS, learning_rate=1e30)], DATA, 0.0)


def test_an_accelerator_is_waited_for(monkeypatch):
    waited = []
    monkeypatch.setattr(costs.torch.cuda, "synchronize", waited.append)
    trial = costs._Trial(PLAIN, DATA)
    trial._config = changed(PLAIN, device="cuda:1")
    monkeypatch.setattr(trial, "take", lambda number: waited.append(number))
    trial.time()
    assert waited == ["cuda:1", 0, "cuda:1"]
