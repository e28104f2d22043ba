"""Ctrl-C and termination, put off until the work at hand is done."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType


@dataclass
class Interrupt:
    """Whether the user has asked to stop."""

    requested: bool = False


@contextmanager
def deferred_interrupt() -> Iterator[Interrupt]:
    """Yield a flag that SIGINT and SIGTERM set; a second signal interrupts at once.

    A signal that is ignored stays so: a shell script has its background jobs ignore Ctrl-C. Outside the main thread,
    where no signal arrives, the flag is never set.
    """
    interrupt = Interrupt()
    if threading.current_thread() is not threading.main_thread():
        yield interrupt
        return

    def request(number: int, frame: FrameType | None) -> None:
        if interrupt.requested:
            raise KeyboardInterrupt
        interrupt.requested = True

    both = ((number, signal.getsignal(number)) for number in (signal.SIGINT, signal.SIGTERM))
    heard = {number: handler for number, handler in both if handler is not signal.SIG_IGN}
    try:
        for number in heard:
            signal.signal(number, request)
        yield interrupt
    finally:
        for number, handler in heard.items():
            signal.signal(number, handler)
