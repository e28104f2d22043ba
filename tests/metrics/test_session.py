"""Runs scored as a whole: points in the plane, by the distance of their samples."""

from pathlib import Path

import torch

from ganatomy.config.score import ScoreConfig
from ganatomy.metrics.files import read_scores
from ganatomy.metrics.session import score_runs
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.progress import SILENT
from ganatomy.runs.directory import Run, create_run
from ganatomy.runs.weights import save_generator


def write_run(out: Path) -> Run:
    run = create_run(out, "points", {"schema": 1, "data": "8gaussians"})
    torch.manual_seed(0)
    save_generator(run, "ema", PointGenerator(PointShape(width=8)))
    return run


def test_scores_of_every_run_are_returned_and_written(tmp_path: Path) -> None:
    runs = [write_run(tmp_path), write_run(tmp_path)]
    scored = score_runs(ScoreConfig(tuple(run.path for run in runs), num_images=20, num_real=12), SILENT)
    assert scored.protocol.data == "8gaussians"
    assert [one.run for one in scored.runs] == runs
    assert [one.name for one in scored.runs] == ["0001-points", "0002-points"]
    first, second = scored.runs
    assert [score.value for score in first.scores] == [score.value for score in second.scores]
    for one in scored.runs:
        assert one.warnings == (f"{one.name}: intervals from 12 samples are too narrow; 50 or more make them hold",)
        assert one.file is not None
        assert one.file.parent == one.run.path / "scores"
        assert read_scores(one.file) == list(one.scores)
