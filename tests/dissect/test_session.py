"""Runs dissected as a whole: what is returned, and where it is written."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from tests.cli.tiny import write_run

from ganatomy.config.dissect import DissectConfig
from ganatomy.dissect import session
from ganatomy.dissect.session import dissect_run, dissect_runs, follow_run
from ganatomy.errors import CheckpointError
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_json
from ganatomy.runs.weights import load_generator, save_generator
from ganatomy.segment.planted import PlantedSegmenter


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


def test_directions_are_dissected_under_a_name_of_their_own(config: DissectConfig) -> None:
    directed = replace(config, directions="pca:3", num_images=10)
    (layer,) = dissect_run(directed, SILENT).dissection.layers
    folder = config.runs[0] / "dissect" / "layer2-pca3"
    assert layer.report.layer == "layer2-pca3"
    assert [unit["unit"] for unit in read_json(folder / "units.json")["units"]] == [0, 1, 2]
    record = read_json(folder / "directions.json")
    assert (record["layer"], record["base"], record["found"]["kind"]) == ("layer2-pca3", "layer2", "pca")
    assert (record["found"]["num_images"], len(record["found"]["shares"])) == (10, 3)
    assert record["generator"] == read_json(folder / "units.json")["generator"]
    assert sorted(path.name for path in (folder / "cards").iterdir()) == [f"unit-00{unit}.png" for unit in range(3)]
    assert not (config.runs[0] / "dissect" / "layer2").exists()


def test_directions_that_are_saved_are_opened_again_as_they_are(config: DissectConfig) -> None:
    """Found in other samples, the counts of the earlier ones are not taken for theirs."""
    (first,) = dissect_run(replace(config, directions="pca:3"), SILENT).dissection.layers
    vectors = np.load(config.runs[0] / "dissect" / "layer2-pca3" / "directions.npz")["vectors"]
    (again,) = dissect_run(replace(config, layers=("layer2-pca3",)), SILENT).dissection.layers
    assert again.key == first.key
    (other,) = dissect_run(replace(config, directions="pca:3", seed=5), SILENT).dissection.layers
    assert other.key != first.key
    assert not np.array_equal(
        np.load(config.runs[0] / "dissect" / "layer2-pca3" / "directions.npz")["vectors"], vectors
    )


def test_runs_are_compared_by_their_directions(config: DissectConfig, tmp_path: Path) -> None:
    other = write_run(tmp_path / "other").path
    settings = replace(config, runs=(*config.runs, other), out=tmp_path / "out", directions="sefa:2:negative")
    compared = dissect_runs(settings, SILENT)
    assert [row.layer for row in compared.comparison.rows] == ["layer2-sefa2-negative"] * 2
