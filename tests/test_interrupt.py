"""A first signal waits for the work at hand, a second does not, and handlers are put back."""

import os
import signal
import threading

import pytest

from ganatomy.interrupt import Interrupt, deferred_interrupt

SIGNALS = (signal.SIGINT, signal.SIGTERM)


def send(number: int) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_sets_the_flag_and_lets_the_work_go_on(number: int) -> None:
    with deferred_interrupt() as interrupt:
        assert not interrupt.requested
        send(number)
        assert interrupt.requested


@pytest.mark.parametrize("number", SIGNALS)
def test_a_signal_that_is_ignored_stays_ignored(number: int) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with deferred_interrupt() as interrupt:
            send(number)
        assert not interrupt.requested
    finally:
        signal.signal(number, before)


@pytest.mark.parametrize("second", SIGNALS)
def test_a_second_signal_interrupts_at_once(second: int) -> None:
    went_on = []

    def work() -> None:
        with deferred_interrupt():
            send(signal.SIGTERM)
            went_on.append("first")
            send(second)
            went_on.append("second")

    with pytest.raises(KeyboardInterrupt):
        work()
    assert went_on == ["first"]


@pytest.mark.parametrize("error", [None, ZeroDivisionError])
def test_handlers_are_put_back_whatever_happens(error: type[Exception] | None) -> None:
    def work() -> None:
        with deferred_interrupt():
            during.extend(map(signal.getsignal, SIGNALS))
            if error:
                raise error

    before, during = [signal.getsignal(number) for number in SIGNALS], []
    if error:
        with pytest.raises(error):
            work()
    else:
        work()
    assert [signal.getsignal(number) for number in SIGNALS] == before
    assert not set(map(id, during)) & set(map(id, before))


def test_blocks_within_each_other_take_turns() -> None:
    with deferred_interrupt() as outer:
        with deferred_interrupt() as inner:
            send(signal.SIGINT)
        assert (outer.requested, inner.requested) == (False, True)
        send(signal.SIGINT)
        assert outer.requested


def test_outside_the_main_thread_no_handler_is_set() -> None:
    before, seen = [signal.getsignal(number) for number in SIGNALS], []

    def work() -> None:
        with deferred_interrupt() as interrupt:
            seen.append((interrupt, [signal.getsignal(number) for number in SIGNALS]))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(Interrupt(requested=False), before)]
