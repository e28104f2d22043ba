"""Runs dissected as a whole: what is returned, and when a layer's files need not be written again."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.tiny import write_run

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect import session
from ganatomy.dissect.session import _is_written, dissect_run, dissect_runs, follow_run
from ganatomy.errors import CheckpointError
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.segment.planted import PlantedSegmenter

SAME = {"schema": 2, "profile": "paper"}


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DissectConfig:
    """Settings to dissect a tiny untrained generator, looked at by colour."""
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    return DissectConfig((write_run(tmp_path).path,), ("layer2",), segmenter="scenes", num_images=8, grid=16)


def test_a_run_is_returned_as_it_is_written(config: DissectConfig) -> None:
    dissected = dissect_run(config, SILENT)
    assert (dissected.run.path, dissected.segmenter) == (config.runs[0], PlantedSegmenter().name)
    (layer,) = dissected.dissection.layers
    written = read_json(config.runs[0] / "dissect" / "layer2" / "units.json")
    assert [unit.unit for unit in layer.report.units] == [unit["unit"] for unit in written["units"]] == list(range(6))


def test_runs_are_returned_side_by_side_and_written_where_asked(config: DissectConfig, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other").path
    compared = dissect_runs(replace(config, runs=(*config.runs, other), out=tmp_path / "out"), SILENT)
    assert [row.layer for row in compared.comparison.rows] == ["layer2", "layer2"]
    assert compared.folder.parent == tmp_path / "out"
    assert read_json(compared.folder / "comparison.json")["runs"] == list(compared.comparison.runs)
    assert (compared.folder / "comparison.md").exists()


def test_a_run_is_followed_through_what_it_kept(config: DissectConfig) -> None:
    with pytest.raises(CheckpointError, match="has kept no generations"):
        follow_run(config, SILENT)
    run = Run(config.runs[0])
    save_generator(run, "generation-3", load_generator(run), half=True)
    followed = follow_run(config, SILENT)
    assert followed.run == run
    assert [moment.generation for moment in followed.record.layers[0].moments] == [3]


@pytest.mark.parametrize(
    ("key", "table", "is_written"),
    [
        ("ab", {**SAME, "layer": "layer2"}, True),
        ("cd", SAME, False),
        ("ab", {**SAME, "profile": "compat"}, False),
        ("ab", {"schema": 1, "profile": "paper"}, False),
    ],
)
def test_key_and_rules_decide(tmp_path: Path, key: str, table: dict[str, Any], is_written: bool) -> None:
    np.savez(tmp_path / "tally.npz", key=np.array("ab"))
    (tmp_path / "units.json").write_text(json.dumps(table))
    assert _is_written(tmp_path, key, SAME) == is_written


def test_a_folder_without_counts_or_with_those_of_an_earlier_version_is_not_taken(tmp_path: Path) -> None:
    assert not _is_written(tmp_path, "ab", SAME)
    np.savez(tmp_path / "tally.npz", counts=np.zeros(1))
    (tmp_path / "units.json").write_text(json.dumps(SAME))
    assert not _is_written(tmp_path, "ab", SAME)
