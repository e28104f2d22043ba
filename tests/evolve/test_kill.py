"""A real process that is killed loses no more than what came after its last snapshot."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.cli.tiny import write_images

from ganatomy.cli.main import main
from ganatomy.runs.directory import open_run
from ganatomy.runs.state import load_state

BOUND_S = 120.0
"""Two processes that compete with others for the cores take some ten seconds."""


def wait_for(process: subprocess.Popen[str], run: Path, generations: int) -> None:
    """Return once the run has a snapshot and has logged so many generations."""
    end = time.monotonic() + BOUND_S
    log, snapshot = run / "metrics.jsonl", run / "state" / "latest.safetensors"
    while not (snapshot.exists() and log.exists() and log.read_text().count("\n") >= generations):
        assert time.monotonic() < end, "the process takes too long"
        with pytest.raises(subprocess.TimeoutExpired):  # an end of its own would be a failure
            process.wait(timeout=0.02)


@pytest.mark.parametrize(
    ("snapshot_every_minutes", "logged"),
    [pytest.param("1e-6", 4, id="while it saves"), pytest.param("60", 4, id="long after it saved")],
)
def test_a_killed_run_resumes_and_tells_every_generation_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, snapshot_every_minutes: str, logged: int
) -> None:
    monkeypatch.setenv("GANATOMY_CACHE", str(tmp_path / "cache"))
    photos, out = write_images(tmp_path / "photos"), tmp_path / "runs"
    words = ["evolve", "--data", str(photos), "--out", str(out), "--image-size", "32", "--discriminator", "light"]
    words += ["--batch-size", "4", "--generations", "100000", "--tick-generations", "1", "--threads", "1"]
    process = subprocess.Popen(
        [sys.executable, "-m", "ganatomy", *words, "--snapshot-every-minutes", snapshot_every_minutes],
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    run = out / "0001-egan"
    try:
        wait_for(process, run, logged)
    finally:
        process.kill()
        process.wait()
    killed = open_run(run)
    saved = load_state(run / "state" / "latest.safetensors")["generation"]
    told = max(line["generation"] for line in killed.metrics())
    assert saved <= told
    assert (saved == 0) == (snapshot_every_minutes == "60")
    asked = told + 2
    assert main(["evolve", "--resume", str(run), "--generations", str(asked)]) == 0
    assert [line["generation"] for line in killed.metrics()] == list(range(1, asked + 1))
    assert [(line.generation, line.child) for line in killed.lineage()] == [
        (generation, child) for generation in range(1, asked + 1) for child in range(3)
    ]
    assert load_state(run / "state" / "latest.safetensors")["generation"] == asked
