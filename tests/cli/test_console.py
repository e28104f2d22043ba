import io
import sys

import pytest

from ganatomy.cli.console import PlainLines, stderr_progress


class Clock:
    """Seconds that pass when told to."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_lines_tell_rate_and_time_left_every_ten_seconds(clock: Clock) -> None:
    stream = io.StringIO()
    with PlainLines(stream, clock=clock).task("segmenting", 400, "img") as task:
        for _ in range(4):
            clock.now += 5
            task.advance(100)
    assert stream.getvalue().splitlines() == [
        "segmenting: 200 of 400 img (50%), 20 img/s, 10 s left",
        "segmenting: 400 of 400 img (100%), 20 img/s, 0 s left",
        "segmenting: 400 img in 20 s (20 img/s)",
    ]


def test_unknown_total_has_no_time_left_and_notes_stand_last(clock: Clock) -> None:
    stream = io.StringIO()
    with PlainLines(stream, clock=clock).task("evolving", None, "generations") as task:
        clock.now += 10
        task.update(5, "fitness .6")
        clock.now += 10
        task.advance()
    assert stream.getvalue().splitlines() == [
        "evolving: 5 generations, 0.5 generations/s  fitness .6",
        "evolving: 6 generations, 0.3 generations/s  fitness .6",
        "evolving: 6 generations in 20 s (0.3 generations/s)  fitness .6",
    ]


def test_what_an_earlier_sitting_did_is_no_part_of_the_rate(clock: Clock) -> None:
    stream = io.StringIO()
    with PlainLines(stream, clock=clock).task("evolving", 100, "%", done=60) as task:
        clock.now += 10
        task.update(62)
    assert stream.getvalue().splitlines() == [
        "evolving: 62%, 0.2 %/s, 3:10 min left",
        "evolving: 62 % in 10 s (0.2 %/s)",
    ]


def test_nothing_done_has_no_time_left(clock: Clock) -> None:
    stream = io.StringIO()
    with PlainLines(stream, clock=clock).task("reading", 4, "img") as task:
        clock.now += 10
        task.update(0)
    assert stream.getvalue().splitlines()[0] == "reading: 0 of 4 img (0%), 0 img/s"


def test_share_is_not_told_twice(clock: Clock) -> None:
    stream = io.StringIO()
    with PlainLines(stream, clock=clock).task("evolving", 100, "%") as task:
        clock.now += 10
        task.update(12.5)
    assert stream.getvalue().splitlines()[0] == "evolving: 12%, 1.25 %/s, 1:10 min left"


def test_task_that_fails_still_tells_how_far_it_came(clock: Clock) -> None:
    stream = io.StringIO()

    def render() -> None:
        with PlainLines(stream, clock=clock).task("rendering", 8) as task:
            task.advance(3)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        render()
    assert stream.getvalue() == "rendering: 3 it in 0 s (0 it/s)\n"


def test_stderr_that_is_no_terminal_gets_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    stderr_progress().line("hello")
    assert stream.getvalue() == "hello\n"


def test_terminal_gets_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setattr(sys, "stderr", stream)
    assert type(stderr_progress()).__name__ == "Bars"
