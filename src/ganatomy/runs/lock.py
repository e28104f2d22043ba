"""The lock of a run: one process trains it at a time."""

from collections.abc import Iterator
from contextlib import contextmanager

from filelock import FileLock, Timeout

from ganatomy.errors import IncompatibleRun
from ganatomy.runs.directory import Run
from ganatomy.runs.layout import LOCK


def is_held(run: Run) -> bool:
    """Return whether a process trains a run just now."""
    lock = FileLock(run.path / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        return True
    lock.release()
    return False


@contextmanager
def held(run: Run) -> Iterator[None]:
    """Keep every other process from training a run meanwhile; a process that dies lets go of it.

    Raises:
        IncompatibleRun: another process trains it.
    """
    lock = FileLock(run.path / LOCK, timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise IncompatibleRun(
            f"{run.path} is being trained by another process; wait until it has finished, or stop it there by "
            "Ctrl-C, which saves it"
        ) from None
    try:
        yield
    finally:
        lock.release()
