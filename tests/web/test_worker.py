"""The thread that owns the model."""

import threading
from concurrent.futures import CancelledError

import pytest
import torch

from ganatomy.web.worker import Busy, Turn, Worker


@pytest.fixture
def worker() -> object:
    made = Worker(waiting=4)
    yield made
    made.close()


def occupied(worker: Worker) -> threading.Event:
    """Return what lets the worker go on, once it is at a job that waits for that."""
    begun, free = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        free.wait()

    worker.submit(wait)
    begun.wait()
    return free


def test_all_jobs_run_in_one_thread_with_one_thread_of_torch(worker: Worker) -> None:
    threads = {worker.submit(threading.get_ident).result() for _ in range(3)}
    assert len(threads) == 1
    assert threading.get_ident() not in threads
    assert worker.submit(torch.get_num_threads).result() == 1


def test_pictures_come_before_what_is_seen_and_both_before_the_rest(worker: Worker) -> None:
    free, order = occupied(worker), []
    turns = (Turn.BESIDE, Turn.SEEN, Turn.IMAGE, Turn.IMAGE)
    waiting = [worker.submit(lambda place=place: order.append(place), turn) for place, turn in enumerate(turns)]
    free.set()
    for future in waiting:
        future.result()
    assert order == [2, 3, 1, 0]


def test_no_more_jobs_wait_than_may(worker: Worker) -> None:
    free = occupied(worker)
    waiting = [worker.submit(lambda: 1) for _ in range(4)]
    with pytest.raises(Busy):
        worker.submit(lambda: 1, Turn.IMAGE)
    free.set()
    assert [future.result() for future in waiting] == [1] * 4
    assert worker.submit(lambda: 2).result() == 2


def test_a_job_that_fails_tells_whoever_waits_and_the_thread_lives_on(worker: Worker) -> None:
    def fails() -> None:
        raise ValueError("a mistake")

    with pytest.raises(ValueError, match="a mistake"):
        worker.submit(fails).result()
    assert worker.submit(lambda: 3).result() == 3


def test_a_job_that_was_given_up_does_not_run(worker: Worker) -> None:
    free, ran = occupied(worker), []
    given_up = worker.submit(lambda: ran.append(1))
    assert given_up.cancel()
    after = worker.submit(lambda: 4)
    free.set()
    assert after.result() == 4
    assert ran == []


def test_once_closed_it_takes_no_jobs_and_those_that_wait_are_cancelled() -> None:
    worker = Worker()
    free = occupied(worker)
    waiting = worker.submit(lambda: 1)
    closing = threading.Thread(target=worker.close)
    closing.start()
    with pytest.raises(CancelledError):
        waiting.result()
    free.set()
    closing.join()
    with pytest.raises(Busy):
        worker.submit(lambda: 1)
