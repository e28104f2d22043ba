"""Ctrl-C at a known place of a training."""

import os
import signal
from contextlib import AbstractContextManager, nullcontext

from ganatomy.progress import SILENT, Silent, Task


class CtrlC(Silent):
    """Progress that sends its own process the signal of Ctrl-C in an update, and keeps the lines it is told.

    Args:
        updates: in which of the updates.
        description: of the tasks of this description alone; of all if left out.
        signals: what is sent, one after another.
    """

    def __init__(self, updates: int, description: str | None = None, signals: tuple[int, ...] = (signal.SIGINT,)):
        self.lines: list[str] = []
        self._left, self._description, self._signals = updates, description, signals

    def line(self, text: str) -> None:
        self.lines.append(text)

    def task(self, description: str, *_: object, **__: object) -> AbstractContextManager[Task]:  # type: ignore[override]
        return nullcontext(self) if self._description in (None, description) else SILENT.task(description, None)

    def advance(self, *_: object) -> None:
        return None

    def update(self, *_: object) -> None:
        self._left -= 1
        if self._left == 0:
            for number in self._signals:
                os.kill(os.getpid(), number)
