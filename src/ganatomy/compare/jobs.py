"""All runs of a comparison that are not finished: one after another, or several at a time in processes of their own."""

import json
import subprocess
import sys
import threading
from collections.abc import Sequence
from functools import partial
from queue import SimpleQueue
from typing import Any

from ganatomy import errors
from ganatomy.compare.growth import grow
from ganatomy.compare.plan import Plan, PlannedRun, prepare
from ganatomy.compare.worker import START
from ganatomy.data.sources import open_data
from ganatomy.errors import GanatomyError
from ganatomy.progress import SILENT, Progress, Task

Event = tuple[PlannedRun, dict[str, Any] | None]
"""What a run tells; None when its process has ended."""


def grow_all(plan: Plan, progress: Progress = SILENT) -> None:
    """Grow every run of the plan that is not finished.

    Raises:
        KeyboardInterrupt: Ctrl-C came; every run has saved where it stands.
        GanatomyError: a run cannot be trained as it is asked to, or its process has died.
    """
    runs = plan.runs
    waiting = [planned for planned in runs if not planned.is_finished]
    tally = _Tally(runs, waiting)
    if not waiting:
        return
    for planned in waiting:
        prepare(plan, planned)
    with progress.task(f"growing {len(waiting)} of {len(runs)} runs", 100, "%", tally.percent) as task:
        if plan.config.jobs == 1:
            for planned in waiting:
                hear, given = partial(tally.hear, planned, task), (plan.config.base.scoring.extractor,)
                grow(planned.run, plan.threads, plan.config.keep_state, hear, given)
                tally.hear(planned, task, 1.0)
        else:
            _grow_in_processes(plan, waiting, tally, task)


class _Tally:
    """How much of all runs is done, each weighed by the seconds it is expected to take."""

    def __init__(self, runs: Sequence[PlannedRun], waiting: Sequence[PlannedRun]) -> None:
        self._seconds = {planned.label: planned.arm.generations * planned.arm.cost.seconds for planned in runs}
        self._share = dict.fromkeys(self._seconds, 1.0) | dict.fromkeys((planned.label for planned in waiting), 0.0)

    @property
    def percent(self) -> float:
        """Of the seconds of all runs."""
        done = sum(self._share[label] * seconds for label, seconds in self._seconds.items())
        return 100 * done / sum(self._seconds.values())

    def hear(self, planned: PlannedRun, task: Task, share: float) -> None:
        """Note how much of a run is done, and tell."""
        self._share[planned.label] = share
        task.update(self.percent, planned.label)


def _grow_in_processes(plan: Plan, waiting: Sequence[PlannedRun], tally: _Tally, task: Task) -> None:
    for seed in dict.fromkeys(planned.seed for planned in waiting):
        open_data(plan.config.base.data, seed)  # rendered and cached once, not by several processes at a time
    events: SimpleQueue[Event] = SimpleQueue()
    left, running = list(waiting), dict[str, subprocess.Popen[str]]()
    try:
        while left or running:
            while left and len(running) < plan.config.jobs:
                planned = left.pop(0)
                running[planned.label] = _start(plan, planned, events)
            planned, said = events.get()
            if said is None:
                _require_success(planned, _ended(running.pop(planned.label)))
                tally.hear(planned, task, 1.0)
            elif "error" in said:
                kind = getattr(errors, said["error"])
                raise kind(f"{planned.label}: {said['message']}")
            else:
                tally.hear(planned, task, said["share"])
    finally:
        for process in running.values():
            _ask_to_stop(process)
        for process in running.values():
            process.wait()


def _start(plan: Plan, planned: PlannedRun, events: "SimpleQueue[Event]") -> "subprocess.Popen[str]":
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", START, str(planned.run.path)),
            *(str(plan.threads), str(int(plan.config.keep_state)), plan.config.base.scoring.extractor),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",  # what other people's code prints may be anything
        start_new_session=True,  # Ctrl-C reaches this process alone, which asks the others to stop
    )

    def forward() -> None:
        assert process.stdout is not None  # a pipe was asked for
        with process.stdout:
            for line in process.stdout:
                if (message := _message(line)) is None:  # what other people's code prints
                    sys.stderr.write(line)
                else:
                    events.put((planned, message))
        events.put((planned, None))

    threading.Thread(target=forward, daemon=True).start()
    return process


def _message(line: str) -> dict[str, Any] | None:
    """Return what a worker tells in a line of its output; None for a line that is none of its messages."""
    try:
        message = json.loads(line)
    except ValueError:
        return None
    return message if isinstance(message, dict) and message.keys() & {"share", "error"} else None


def _ask_to_stop(process: "subprocess.Popen[str]") -> None:
    assert process.stdin is not None  # a pipe was asked for
    process.stdin.close()


def _ended(process: "subprocess.Popen[str]") -> int:
    _ask_to_stop(process)
    return process.wait()


def _require_success(planned: PlannedRun, code: int) -> None:
    if code:
        raise GanatomyError(
            f"the process of {planned.label} ended with exit code {code}; what it said last stands above; what it has "
            "saved is kept, so the comparison can be resumed"
        )
