"""The report of a run that trains."""

from pathlib import Path

import pytest
from tests.report.fixture_run import make_run
from tests.report.test_export import Told

from ganatomy.report.live import RELOAD_S, write_live
from ganatomy.runs.directory import Run
from ganatomy.runs.lock import held, is_held

RELOADS = f'<meta http-equiv="refresh" content="{RELOAD_S}">'


def test_pages_load_themselves_again_while_the_run_trains(tmp_path: Path) -> None:
    run, told = make_run(tmp_path / "0001-photos", parts=("samples",), size=16), Told()
    training, waited = held(Run(run)), []

    def wait(seconds: float) -> None:
        page = (run / "report.html").read_text(encoding="utf-8")
        waited.append((seconds, RELOADS in page))
        if len(waited) == 2:
            training.__exit__(None, None, None)

    training.__enter__()
    path = write_live(run, told, wait=wait, snapshots=2)
    assert waited == [(RELOAD_S, True)] * 2
    assert RELOADS not in path.read_text(encoding="utf-8")
    assert told.lines == [f"{path} shows the training; it is written again every {RELOAD_S} s, until Ctrl-C"]


def test_a_run_that_nobody_trains_is_written_once(tmp_path: Path) -> None:
    run, told = make_run(tmp_path / "0001-photos", parts=()), Told()
    assert not is_held(Run(run))
    write_live(run, told)
    assert told.lines == [f"nobody trains {run} just now, so its report was written once"]


def test_ctrl_c_leaves_a_page_that_stays(tmp_path: Path) -> None:
    run = make_run(tmp_path / "0001-photos", parts=())

    def interrupted(seconds: float) -> None:
        raise KeyboardInterrupt

    with held(Run(run)), pytest.raises(KeyboardInterrupt):
        write_live(run, wait=interrupted)
    assert RELOADS not in (run / "report.html").read_text(encoding="utf-8")
