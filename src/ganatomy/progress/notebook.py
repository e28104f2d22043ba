"""Progress in a notebook: a bar of HTML below the cell, which is gone when the task has ended."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from html import escape

from IPython.display import HTML, DisplayHandle, display

from ganatomy.progress.amounts import amount, duration, rate


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
        bar = NotebookBar(description, total, unit, done, self._every_s, self._clock)
        try:
            yield bar
        finally:
            bar.end()

    def line(self, text: str) -> None:
        """Print one line of information below the cell."""
        display(HTML(f"<div>{escape(text)}</div>"))


class NotebookBar:
    """One bar."""

    def __init__(
        self,
        description: str,
        total: float | None,
        unit: str,
        done: float,
        every_s: float,
        clock: Callable[[], float],
    ):
        self._description, self._total, self._unit = description, total, unit
        self._before, self._done, self._note = done, done, ""
        self._every_s, self._clock = every_s, clock
        self._start = self._shown = clock()
        self._handle: DisplayHandle = display(HTML(self._html()), display_id=True)

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text beside the bar."""
        self.update(self._done + amount, note)

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""
        self._done, self._note = completed, note or self._note
        if self._clock() - self._shown >= self._every_s:
            self._shown = self._clock()
            self._handle.update(HTML(self._html()))

    def end(self) -> None:
        """Take the bar away."""
        self._handle.update(HTML(""))

    def _html(self) -> str:
        seconds, here = self._clock() - self._start, self._done - self._before
        figures = [f"{amount(self._done, self._unit)} {self._unit}", f"{rate(here, seconds)} {self._unit}/s"]
        bar = "<progress></progress>"
        if self._total:
            bar = f'<progress max="{self._total:g}" value="{self._done:g}"></progress>'
            figures[0] = f"{amount(self._done, self._unit)} of {amount(self._total, self._unit)} {self._unit}"
            if here > 0:
                figures.append(f"{duration(seconds * (self._total - self._done) / here)} left")
        return f"<div>{escape(self._description)} {bar} {escape(', '.join(figures))} {escape(self._note)}</div>"
