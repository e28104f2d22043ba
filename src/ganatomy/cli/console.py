"""Progress on stderr: a bar with rate and time left on a terminal, plain lines of the same elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ganatomy.cli.amounts import amount, duration, rate
from ganatomy.progress import Progress


def stderr_progress() -> Progress:
    """Return the progress that suits stderr."""
    if sys.stderr.isatty():
        from ganatomy.cli.bars import Bars

        return Bars()
    return PlainLines(sys.stderr)


class PlainLines:
    """Progress as lines of text: one every `every_s` seconds, and one when a task ends.

    Args:
        stream: Where the lines go.
        every_s: Seconds between two lines of one task.
        clock: Seconds that never run back.
    """

    def __init__(self, stream: TextIO, every_s: float = 10.0, clock: Callable[[], float] = time.monotonic):
        self._stream = stream
        self._every_s = every_s
        self._clock = clock

    @contextmanager
    def task(self, description: str, total: float | None, unit: str = "it", done: float = 0.0) -> Iterator["PlainTask"]:
        """Yield a task; its last line tells the units done, the seconds and the rate."""
        task = PlainTask(self, description, total, unit, done, self._every_s, self._clock)
        try:
            yield task
        finally:
            task.end()

    def line(self, text: str) -> None:
        """Print one line of information."""
        print(text, file=self._stream, flush=True)


class PlainTask:
    """One piece of long work that tells how far it is, now and then."""

    def __init__(
        self,
        lines: PlainLines,
        description: str,
        total: float | None,
        unit: str,
        done: float,
        every_s: float,
        clock: Callable[[], float],
    ):
        self._lines, self._clock, self._every_s = lines, clock, every_s
        self._description, self._total, self._unit = description, total, unit
        self._before, self._done, self._note = done, done, ""
        self._start = self._told = clock()

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text at the line's end."""
        self.update(self._done + amount, note)

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""
        self._done, self._note = completed, note or self._note
        now = self._clock()
        if now - self._told >= self._every_s:
            self._told = now
            self._lines.line(f"{self._description}: {self._state(now - self._start)}")

    def end(self) -> None:
        """Print the last line."""
        seconds = self._clock() - self._start
        self._lines.line(
            f"{self._description}: {amount(self._done, self._unit)} {self._unit} in {duration(seconds)}"
            f" ({rate(self._done - self._before, seconds)} {self._unit}/s){self._note and '  '}{self._note}"
        )

    def _state(self, seconds: float) -> str:
        done = amount(self._done, self._unit)
        here = self._done - self._before
        parts = [f"{done} {self._unit}", f"{rate(here, seconds)} {self._unit}/s"]
        if self._total:
            share = f"{self._done / self._total:.0%}"
            total = amount(self._total, self._unit)
            parts[0] = share if self._unit == "%" else f"{done} of {total} {self._unit} ({share})"
            if here > 0:
                parts.append(f"{duration(seconds * (self._total - self._done) / here)} left")
        return ", ".join(parts) + (self._note and "  ") + self._note
