"""How far a piece of long work is, how fast it goes, and when that is to be told again."""

from collections.abc import Callable

from ganatomy.progress.amounts import amount, duration, rate


class Course:
    """The course of one task.

    Args:
        total: units in all; None where that is not known.
        unit: what they are called.
        done: of them before it began, which are no part of the rate.
        every_s: seconds between two times that it is told.
        clock: seconds that never run back.
    """

    def __init__(self, total: float | None, unit: str, done: float, every_s: float, clock: Callable[[], float]) -> None:
        self.total, self.unit, self.done = total, unit, done
        self.note = ""
        """What stands behind the figures."""
        self._before, self._every_s, self._clock = done, every_s, clock
        self._start = self._told = clock()

    def update(self, completed: float, note: str) -> bool:
        """Set the units done so far, and a note unless it is empty, and return whether it is time to tell."""
        self.done, self.note = completed, note or self.note
        now = self._clock()
        if now - self._told < self._every_s:
            return False
        self._told = now
        return True

    @property
    def seconds(self) -> float:
        """Since it began."""
        return self._clock() - self._start

    @property
    def rate(self) -> str:
        """Units per second, such as `2.5 img/s`."""
        return f"{rate(self.done - self._before, self.seconds)} {self.unit}/s"

    @property
    def units(self) -> str:
        """Units done, such as `4 img`, or `4 of 8 img`."""
        of = f" of {amount(self.total, self.unit)}" if self.total else ""
        return f"{amount(self.done, self.unit)}{of} {self.unit}"

    @property
    def left(self) -> list[str]:
        """The time left, such as `7 s left`; nothing where that is not known."""
        here = self.done - self._before
        if not self.total or here <= 0:
            return []
        return [f"{duration(self.seconds * (self.total - self.done) / here)} left"]
