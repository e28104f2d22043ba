"""What long work tells its caller: how far it is, at which rate, and how long it will still take.

Library functions take a `Progress` and are silent by default; the command line passes one that draws a
bar, or prints plain lines where stderr is not a terminal.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

__all__ = ["SILENT", "Progress", "Silent", "Task"]


class Task(Protocol):
    """One piece of long work."""

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text beside the bar."""

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""


class Progress(Protocol):
    """Starts tasks and prints lines, on stderr."""

    def task(
        self, description: str, total: float | None, unit: str = "it", done: float = 0.0
    ) -> AbstractContextManager[Task]:
        """Return a context manager that yields the task.

        Args:
            description: what is done.
            total: units in all; None means unknown.
            unit: what is counted.
            done: units that were done before, by an earlier sitting: no part of the rate.
        """

    def line(self, text: str) -> None:
        """Print one line of information."""


class _SilentTask:
    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Do nothing."""

    def update(self, completed: float, note: str = "") -> None:
        """Do nothing."""


class Silent:
    """Progress that says nothing."""

    @contextmanager
    def task(self, description: str, total: float | None, unit: str = "it", done: float = 0.0) -> Iterator[_SilentTask]:
        """Yield a task that ignores its updates."""
        yield _SilentTask()

    def line(self, text: str) -> None:
        """Ignore the line."""


SILENT = Silent()
