"""Progress bars on a terminal, by rich; imported only where there is a terminal."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, ProgressColumn, TaskID, TextColumn
from rich.progress import Progress as RichProgress
from rich.progress import Task as RichTask
from rich.text import Text

from ganatomy.cli.amounts import amount, duration, rate


class Bars:
    """Progress as bars, one below the other while tasks are nested.

    Args:
        console: Where the bars are drawn; stderr if left out.
    """

    def __init__(self, console: Console | None = None):
        self._console = console or Console(stderr=True)
        self._open = 0
        self._rich = RichProgress(
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            _Figures(),
            TextColumn("{task.fields[note]}", style="dim"),
            console=self._console,
            speed_estimate_period=600,
        )

    @contextmanager
    def task(self, description: str, total: float | None, unit: str = "it", done: float = 0.0) -> Iterator["BarTask"]:
        """Yield a task; its bar stays on the screen when it ends."""
        if not self._open:
            self._rich.start()
        self._open += 1
        bar = self._rich.add_task(
            description,
            total=total,
            completed=done,  # type: ignore[arg-type]  # declared int, counted in float
            unit=unit,
            before=done,
            note="",
        )
        task = BarTask(self._rich, bar)
        try:
            yield task
        finally:
            task.end()
            self._open -= 1
            if not self._open:
                self._rich.stop()
                for id_ in list(self._rich.task_ids):
                    self._rich.remove_task(id_)

    def line(self, text: str) -> None:
        """Print one line above the bars."""
        self._console.print(text, markup=False, highlight=False)


class BarTask:
    """One bar."""

    def __init__(self, rich: RichProgress, id_: TaskID):
        self._rich, self._id = rich, id_

    def advance(self, amount: float = 1.0, note: str = "") -> None:
        """Count `amount` more units as done; `note` replaces the text beside the bar."""
        self._rich.advance(self._id, amount)
        self._note(note)

    def update(self, completed: float, note: str = "") -> None:
        """Set the units done so far."""
        self._rich.update(self._id, completed=completed)
        self._note(note)

    def end(self) -> None:
        """Stop the task's clock."""
        self._rich.stop_task(self._id)

    def _note(self, note: str) -> None:
        if note:
            self._rich.update(self._id, note=note)


class _Figures(ProgressColumn):
    """Units done, rate, and the time left, or taken once the task has ended."""

    def render(self, task: RichTask) -> Text:
        seconds, unit = task.elapsed or 0.0, task.fields["unit"]
        total = "" if task.total is None else f"/{amount(task.total, unit)}"
        parts = [
            f"{amount(task.completed, unit)}{total} {unit}",
            f"{rate(task.completed - task.fields['before'], seconds)} {unit}/s",
        ]
        if task.stop_time is not None:
            parts.append(f"in {duration(seconds)}")
        elif task.time_remaining is not None:
            parts.append(f"{duration(task.time_remaining)} left")
        return Text("  ".join(parts))
