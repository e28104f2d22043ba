"""The thread that owns the model: jobs wait in a bounded queue, and what a person waits for comes first."""

import heapq
import threading
from collections.abc import Callable
from concurrent.futures import Future
from enum import IntEnum
from itertools import count
from typing import Any, TypeVar

import torch

T = TypeVar("T")

WAITING = 32
"""Jobs that may wait."""


class Turn(IntEnum):
    """Which jobs come first."""

    IMAGE = 0
    """A picture that is being painted."""
    SEEN = 1
    """What is seen in it."""
    BESIDE = 2
    """All else."""


class Busy(Exception):
    """As many jobs wait as may."""


class Worker:
    """One thread, with one thread of torch, in which all jobs run.

    Two threads of torch that find the cores busy wait for each other, in turns of milliseconds.

    Args:
        waiting: jobs that may wait.
    """

    def __init__(self, waiting: int = WAITING) -> None:
        self._waiting, self._order = waiting, count()
        self._jobs: list[tuple[int, int, Callable[[], Any], Future[Any]]] = []
        self._changed, self._closed = threading.Condition(), False
        self._thread = threading.Thread(target=self._run, name="model", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[], T], turn: Turn = Turn.BESIDE) -> "Future[T]":
        """Return what will hold the job's result.

        Args:
            job: what to run in the thread.
            turn: jobs of an earlier one come first, those of one in their order.

        Raises:
            Busy: too many jobs wait, or the worker is closed.
        """
        future: Future[T] = Future()
        with self._changed:
            if self._closed or len(self._jobs) >= self._waiting:
                raise Busy
            heapq.heappush(self._jobs, (turn, next(self._order), job, future))
            self._changed.notify()
        return future

    def close(self) -> None:
        """End the thread after the job at hand; jobs that wait are cancelled."""
        with self._changed:
            self._closed = True
            for *_, future in self._jobs:
                future.cancel()
            self._jobs.clear()
            self._changed.notify()
        self._thread.join()

    def _run(self) -> None:
        torch.set_num_threads(1)
        while (taken := self._take()) is not None:
            job, future = taken
            if not future.set_running_or_notify_cancel():
                continue
            try:
                future.set_result(job())
            except BaseException as error:  # which whoever waits for the result meets
                future.set_exception(error)

    def _take(self) -> tuple[Callable[[], Any], Future[Any]] | None:
        """Return the next job, once there is one; None when there will be none any more."""
        with self._changed:
            while not self._jobs and not self._closed:
                self._changed.wait()
            if self._closed:
                return None
            _, _, job, future = heapq.heappop(self._jobs)
            return job, future
