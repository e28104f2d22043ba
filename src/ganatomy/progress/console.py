"""Progress on stderr: a bar with rate and time left on a terminal, plain lines of the same elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from ganatomy.progress import Progress
from ganatomy.progress.amounts import amount, duration
from ganatomy.progress.course import Course


def stderr_progress() -> Progress:
    """Return the progress that suits stderr."""
    if sys.stderr.isatty():
        from ganatomy.progress.bars import Bars

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
        task = PlainTask(self, description, Course(total, unit, done, self._every_s, self._clock))
        try:
            yield task
        finally:
            task.end()

    def line(self, text: str) -> None:
        """Print one line of information."""
        print(text, file=self._stream, flush=True)


class PlainTask:
    """One piece of long work that tells how far it is, now and then."""

    def __init__(self, lines: PlainLines, description: str, course: Course) -> None:
        self._lines, self._description, self._course = lines, description, course

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text at the line's end."""
        self.update(self._course.done + amount, note)

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""
        if self._course.update(completed, note):
            self._tell(", ".join([self._share(), self._course.rate, *self._course.left]))

    def end(self) -> None:
        """Print the last line."""
        course = self._course
        self._tell(f"{amount(course.done, course.unit)} {course.unit} in {duration(course.seconds)} ({course.rate})")

    def _share(self) -> str:
        course = self._course
        if not course.total:
            return course.units
        share = f"{course.done / course.total:.0%}"
        return share if course.unit == "%" else f"{course.units} ({share})"

    def _tell(self, figures: str) -> None:
        note = self._course.note
        self._lines.line(f"{self._description}: {figures}{note and '  '}{note}")
