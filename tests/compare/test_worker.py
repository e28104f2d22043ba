"""The process that grows one run: what it tells, and that it stops with the one that started it."""

import contextlib
import json
import os
import signal
import threading

import pytest
from tests.compare.tiny import plan

from ganatomy.compare import worker
from ganatomy.compare.plan import prepare
from ganatomy.errors import DataError


@pytest.fixture
def pipe():
    """Yield a pipe's two ends; whoever listens at the end of the test hears a word, which is no end."""
    read, write = os.pipe()
    yield read, write
    with contextlib.suppress(OSError):  # a test may have closed it
        os.write(write, b"x")
        os.close(write)
    for thread in threading.enumerate():
        if thread.name == "stdin":
            thread.join(5)
    os.close(read)


def told(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_it_tells_how_far_it_is(tmp_path, capsys, pipe):
    planned = plan(tmp_path)
    prepare(planned, planned.runs[0])
    assert worker.main(str(planned.runs[0].run.path), "1", "1", "efficientnet", pipe[0]) == 0
    assert told(capsys) == [{"share": share} for share in (0.25, 0.5, 0.75, 1.0)]
    assert planned.runs[0].is_finished


def test_it_tells_what_is_wrong(monkeypatch, capsys, pipe):
    def fail(*_):
        raise DataError("no images at there")

    monkeypatch.setattr(worker, "grow", fail)
    assert worker.main("run", "1", "0", "efficientnet", pipe[0]) == 2
    assert told(capsys) == [{"error": "DataError", "message": "no images at there"}]


def test_it_stops_when_nobody_is_there_any_more(monkeypatch, capsys, pipe):
    def wait(*_):
        os.close(pipe[1])
        signal.sigtimedwait([], 5)  # until a signal comes

    def stop(*_):
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    monkeypatch.setattr(worker, "grow", wait)
    try:
        assert worker.main("run", "1", "0", "efficientnet", pipe[0]) == 130
    finally:
        signal.signal(signal.SIGTERM, before)
    assert told(capsys) == []


def test_a_word_on_stdin_is_no_end(monkeypatch, pipe):
    killed = []
    monkeypatch.setattr(worker.os, "kill", lambda *call: killed.append(call))
    os.write(pipe[1], b"x")
    worker._listen(pipe[0])
    assert not killed


def test_it_goes_on_to_save_where_nobody_hears_it(monkeypatch):
    read, write = os.pipe()
    os.close(read)
    monkeypatch.setattr(worker.sys, "stdout", os.fdopen(write, "w"))
    deaf = worker.sys.stdout
    worker._tell(share=0.5)
    worker._tell(share=0.6)
    assert worker.sys.stdout.name == os.devnull
    worker.sys.stdout.close()
    with contextlib.suppress(BrokenPipeError):
        deaf.close()
