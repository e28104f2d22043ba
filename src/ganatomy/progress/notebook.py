"""Progress in a notebook: a bar of HTML below the cell, which is gone when the task has ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

from IPython.display import HTML, DisplayHandle, display

from ganatomy.progress.course import Course


class NotebookBars:
    """Progress as bars of a notebook.

    Args:
        every_s: Seconds between two updates of one bar.
        clock: Seconds that never run back.
    """

    def __init__(self, every_s: float = 0.5, clock: Callable[[], float] = time.monotonic):
        self._every_s, self._clock = every_s, clock

    @contextmanager
    def task(
        self, description: str, total: float | None, unit: str = "it", done: float = 0.0
    ) -> Iterator["NotebookBar"]:
        """Yield a task; its bar leaves nothing behind."""
        bar = NotebookBar(description, Course(total, unit, done, self._every_s, self._clock))
        try:
            yield bar
        finally:
            bar.end()

    def line(self, text: str) -> None:
        """Print one line of information below the cell."""
        display(HTML(f"<div>{escape(text)}</div>"))


class NotebookBar:
    """One bar."""

    def __init__(self, description: str, course: Course) -> None:
        self._description, self._course = description, course
        self._handle: DisplayHandle = display(HTML(self._html()), display_id=True)

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text beside the bar."""
        self.update(self._course.done + amount, note)

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""
        if self._course.update(completed, note):
            self._handle.update(HTML(self._html()))

    def end(self) -> None:
        """Take the bar away."""
        self._handle.update(HTML(""))

    def _html(self) -> str:
        course = self._course
        far = f' max="{course.total:g}" value="{course.done:g}"' if course.total else ""
        figures = escape(", ".join([course.units, course.rate, *course.left]))
        return f"<div>{escape(self._description)} <progress{far}></progress> {figures} {escape(course.note)}</div>"
