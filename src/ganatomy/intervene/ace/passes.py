"""Counts what dominates the cost: images that go through a generator, or the upper part of it, and the segmenter."""

from collections import Counter
from collections.abc import Callable

from ganatomy.progress import Task


class Passes:
    """Images generated and segmented, by purpose; the backward pass of one is counted with it.

    Args:
        task: told of each of them.
    """

    def __init__(self, task: Task | None = None) -> None:
        self.counts: Counter[str] = Counter()
        self._task = task

    def of(self, purpose: str) -> Callable[[int], None]:
        """Return what to tell of images for this purpose."""

        def advance(number: int) -> None:
            self.counts[purpose] += number
            if self._task is not None:
                self._task.advance(number, note=purpose)

        return advance
