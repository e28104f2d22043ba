"""A run's lock, held against other processes and let go by those that die."""

import subprocess
import sys
from pathlib import Path

import pytest

from ganatomy.errors import IncompatibleRun
from ganatomy.runs.directory import create_run, open_run
from ganatomy.runs.lock import held


def test_a_run_is_trained_by_one_process_at_a_time(tmp_path: Path) -> None:
    run = create_run(tmp_path, "photos", {})
    with held(run):
        expected = "0001-photos is being trained by another process; wait until"
        with pytest.raises(IncompatibleRun, match=expected), held(open_run(run.path)):
            raise AssertionError("held twice")
        with held(create_run(tmp_path, "other", {})):
            pass
    with held(open_run(run.path)):
        pass


def test_a_process_that_died_holds_no_run(tmp_path: Path) -> None:
    run = create_run(tmp_path, "photos", {})
    words = "import os, sys; from pathlib import Path\n"
    words += "from ganatomy.runs.directory import Run; from ganatomy.runs.lock import held\n"
    words += "with held(Run(Path(sys.argv[1]))):\n os._exit(3)"
    assert subprocess.run([sys.executable, "-c", words, run.path], check=False).returncode == 3
    with held(run):
        pass
