"""Runs side by side have names that tell them apart."""

from pathlib import Path

import pytest

from ganatomy.errors import ConfigError
from ganatomy.runs.names import names_of, title_of


def test_runs_of_one_name_are_told_apart_by_the_directories_above(tmp_path: Path) -> None:
    paths = [tmp_path / "a" / "0001-x", tmp_path / "b" / "0001-x"]
    assert names_of(paths) == ("a/0001-x", "b/0001-x")
    assert names_of([tmp_path / "0001-x", tmp_path / "0002-y"]) == ("0001-x", "0002-y")


def test_a_run_given_twice_is_refused() -> None:
    with pytest.raises(ConfigError, match="runs are a, a; give each once"):
        names_of([Path("a"), Path("a")])


def test_a_run_of_a_comparison_is_called_by_its_arm_and_seed(tmp_path: Path) -> None:
    run = tmp_path / "0003-compare" / "egan" / "seed-7"
    run.mkdir(parents=True)
    assert title_of(run) == "seed-7"
    (tmp_path / "0003-compare" / "compare.json").touch()
    assert title_of(run) == "egan, seed 7 of 0003-compare"
