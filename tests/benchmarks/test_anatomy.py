"""The experiments on what units do run one after another, in a copy of the run."""

import re
from pathlib import Path

import pytest
from benchmarks.anatomy import EXPERIMENTS, main

from ganatomy.runs.packaged import PACKAGED_RUN


def test_each_experiment_has_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(PACKAGED_RUN.rglob("*"))
    only = [name for name in EXPERIMENTS if name not in ("caused", "repaired")]  # which take minutes
    small = ["--num-images", "16", "--ablate", "roof", "--insert", "window", "--out", str(tmp_path / "copy")]
    main([str(PACKAGED_RUN), *small, "--only", *only])
    printed = capsys.readouterr().out
    assert re.findall(r"^## (\w+)$", printed, re.MULTILINE) == only
    assert re.search(r"^\| roof \| \d+ \|.* kept 0\.", printed, re.MULTILINE)
    assert re.search(r"^\| window \| building \| \d+ \| [\d.]+ \([\d.]+ to [\d.]+\) \|", printed, re.MULTILINE)
    assert sorted(PACKAGED_RUN.rglob("*")) == before
