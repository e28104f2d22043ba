"""One run: trained, scored at its end, gone on with where it stopped, and given up where it diverges."""

import os
import signal
from dataclasses import replace

import pytest
import torch
from tests.compare.tiny import plan

from ganatomy.compare.growth import Ears, grow
from ganatomy.compare.plan import prepare
from ganatomy.errors import DivergedTraining
from ganatomy.evolve import session


def prepared(path, **changes):
    planned = plan(path, **changes)
    prepare(planned, planned.runs[0])
    return planned.runs[0]


def values(run):
    return [(line.generation, line.values) for line in run.run.scores()]


def test_a_run_is_scored_evenly_and_at_its_end(tmp_path):
    run, heard = prepared(tmp_path, generations=5, scores=2), []
    grow(run.run, 1, False, heard.append)
    assert [generation for generation, _ in values(run)] == [3, 5]
    assert run.is_finished
    assert heard == [0.2, 0.4, 0.6, 0.8, 1.0]
    assert torch.get_num_threads() == 1
    assert sorted(path.name for path in (run.run.path / "weights").iterdir()) == [
        *("best.safetensors", "ema.safetensors", "generator.json", "latest.safetensors")
    ]
    assert not (run.run.path / "state").exists()


def test_the_last_score_falls_due_with_the_end(tmp_path):
    run = prepared(tmp_path, generations=4, scores=2)
    grow(run.run, 1, True, lambda _: None)
    assert [generation for generation, _ in values(run)] == [2, 4]
    assert (run.run.path / "state" / "latest.safetensors").exists()


def test_a_run_that_was_stopped_goes_on_as_if_it_had_not(tmp_path):
    whole, stopped = prepared(tmp_path / "a"), prepared(tmp_path / "b")
    grow(whole.run, 1, False, lambda _: None)

    def stop(share):
        if share == 0.5:
            os.kill(os.getpid(), signal.SIGTERM)

    with pytest.raises(KeyboardInterrupt):
        grow(stopped.run, 1, False, stop)
    assert not stopped.is_finished
    assert (stopped.run.path / "state").exists()
    grow(stopped.run, 1, False, lambda _: None)
    assert values(stopped) == values(whole)


def test_a_training_that_diverges_is_noted_and_not_tried_again(tmp_path, monkeypatch):
    run = prepared(tmp_path)

    def fail(config, run, state, progress):
        state.generation = 2
        raise DivergedTraining("generation 3 after 3 rollbacks: none is left")

    monkeypatch.setattr(session, "train", fail)
    grow(run.run, 1, False, lambda _: None)
    assert run.is_finished
    assert run.failure == "generation 3 after 3 rollbacks: none is left"
    assert run.run.scores() == []


def test_a_training_told_of_by_percent_and_nothing_else_is_heard():
    heard = []
    ears = Ears(heard.append)
    with ears.task("evolving", 100, "%") as task, ears.task("looking", 9, "img") as other:
        for percent in (0.2, 0.9, 1.3, 99.5, 99.7, 100.0, 100.0):
            task.update(percent, "note")
            other.update(percent)
        other.advance(1)
    ears.line("warning")
    assert heard == pytest.approx([0.002, 0.013, 0.995, 1.0])


def test_threads_do_not_change_what_a_run_is(tmp_path):
    """To rounding: sums over threads are added in another order."""
    one, two = prepared(tmp_path / "a"), prepared(tmp_path / "b")
    grow(one.run, 1, False, lambda _: None)
    grow(replace(two).run, 2, False, lambda _: None)
    for (_, a), (_, b) in zip(values(one), values(two), strict=True):
        assert a == pytest.approx(b, rel=1e-3)
