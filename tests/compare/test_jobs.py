"""Several runs: which are grown, what is told of them, and what happens when a process ends before its time."""

import threading
import time

import pytest
from tests.compare.tiny import Told, plan, score

from ganatomy.compare import jobs
from ganatomy.compare.jobs import grow_all
from ganatomy.errors import DataError, GanatomyError
from ganatomy.progress import SILENT
from ganatomy.runs.files import write_json

SAY = """
import json, pathlib, sys, time
path = pathlib.Path(sys.argv[1])
(path / "begun").touch()
"""
"""What a stand-in for the worker begins with."""


def stand_in(monkeypatch, code):
    """Let processes run `code` instead of growing anything."""
    monkeypatch.setattr(jobs, "START", SAY + code)


def test_runs_are_grown_one_after_another_and_finished_ones_are_left_alone(tmp_path):
    planned, told = plan(tmp_path), Told()
    finished = planned.runs[2]
    write_json(finished.run.path / "failed.json", {"reason": "all died"})
    grow_all(planned, told)
    assert all(run.is_finished for run in planned.runs)
    assert not (finished.run.path / "config.json").exists()
    assert told.tasks == [("growing 3 of 4 runs", 100, "%", 25.0)]
    assert told.updates[-1] == 100.0
    assert told.updates == sorted(told.updates)
    assert list(dict.fromkeys(told.notes)) == ["egan seed 0", "random seed 0", "random seed 1"]


def test_nothing_is_told_where_nothing_is_left(tmp_path):
    planned, told = plan(tmp_path), Told()
    score(planned, {"egan": [1, 1], "random": [1, 1]})
    grow_all(planned, told)
    assert not told.tasks


def test_processes_tell_how_far_they_are(tmp_path, monkeypatch):
    stand_in(monkeypatch, 'print(json.dumps({"share": 0.5}))')
    planned, told = plan(tmp_path, jobs=2), Told()
    grow_all(planned, told)
    assert sum((run.run.path / "begun").exists() for run in planned.runs) == 4
    assert told.updates[-1] == 100.0
    assert 12.5 in told.updates


def test_as_many_processes_as_jobs_at_a_time(tmp_path, monkeypatch):
    """Each waits until it sees as many others as there are jobs, and never sees more."""
    code = """
others = path.parents[1]
running = lambda: [b for b in others.rglob("begun") if not (b.parent / "ended").exists()]
for _ in range(500):
    if (seen := len(running())) == 2:
        break
    time.sleep(0.01)
time.sleep(0.1)
(path / "ended").touch()
sys.exit(seen != 2)
"""
    stand_in(monkeypatch, code)
    grow_all(plan(tmp_path, jobs=2), SILENT)


def test_what_a_process_finds_wrong_is_raised_here(tmp_path, monkeypatch):
    stand_in(monkeypatch, 'print(json.dumps({"error": "DataError", "message": "no images"})); sys.exit(2)')
    with pytest.raises(DataError, match=r"^(egan|random) seed 0: no images$"):
        grow_all(plan(tmp_path, jobs=2), SILENT)


def test_what_other_peoples_code_prints_is_passed_on(tmp_path, monkeypatch, capsys):
    code = """
sys.stdout.buffer.write(b'loading weights \\xff\\n[1]\\n{"of": "theirs"}\\n')
print(json.dumps({"share": 0.5}))
"""
    stand_in(monkeypatch, code)
    told = Told()
    grow_all(plan(tmp_path, arms=("egan",), seeds=1, jobs=2), told)
    assert told.updates[-1] == 100.0
    assert capsys.readouterr().err == 'loading weights \ufffd\n[1]\n{"of": "theirs"}\n'


def test_a_process_that_dies_is_told(tmp_path, monkeypatch):
    stand_in(monkeypatch, "sys.exit(7)")
    with pytest.raises(GanatomyError) as caught:
        grow_all(plan(tmp_path, arms=("egan",), jobs=2), SILENT)
    assert "ended with exit code 7; what it said last stands above; what it has saved is kept" in str(caught.value)


def test_an_interrupt_asks_all_processes_to_stop_and_waits_for_them(tmp_path, monkeypatch):
    stand_in(monkeypatch, 'sys.stdin.read(); (path / "stopped").touch(); sys.exit(130)')
    planned = plan(tmp_path, jobs=2)
    begun = [run.run.path / "begun" for run in planned.runs[:2]]

    def interrupt(self):
        while not all(path.exists() for path in begun):
            time.sleep(0.005)
        raise KeyboardInterrupt

    monkeypatch.setattr(jobs, "SimpleQueue", type("Queue", (), {"put": lambda *_: None, "get": interrupt}))
    with pytest.raises(KeyboardInterrupt):
        grow_all(planned, SILENT)
    assert [run.label for run in planned.runs if (run.run.path / "stopped").exists()] == [
        "egan seed 0",
        "random seed 0",
    ]
    assert threading.active_count() < 10


@pytest.mark.slow
def test_runs_in_processes_are_the_runs_in_this_one(tmp_path):
    one, two = plan(tmp_path / "one"), plan(tmp_path / "two", jobs=2)
    for planned in (one, two):
        grow_all(planned, SILENT)
    for here, there in zip(one.runs, two.runs, strict=True):
        assert [line.values for line in here.run.scores()] == [line.values for line in there.run.scores()]
