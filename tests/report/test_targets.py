"""The page of what a folder holds."""

import json

import pytest
from tests.compare.tiny import keep, plan, score
from tests.dissect.test_comparison_file import COMPARED
from tests.report.fixture_run import make_run

from ganatomy.cli.report import report
from ganatomy.config.report import ReportConfig
from ganatomy.dissect.comparison import as_json
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.progress import SILENT
from ganatomy.report.gather import gather
from ganatomy.report.targets import write_page
from ganatomy.runs.directory import open_run
from ganatomy.runs.files import write_json


@pytest.fixture
def compared(tmp_path):
    made = keep(plan(tmp_path / "0001-compare"))
    score(made, {"egan": [1.0, 1.6], "random": [2.0, 2.5]}, num_generated=32, num_real=32, weights="ema")
    for run in made.runs:
        write_json(run.run.path / "config.json", {"schema": 1, "data": "8gaussians"})
    return made


def test_a_comparison_of_arms_and_its_figures_are_written(compared, tmp_path):
    path = write_page([compared.path], figures=tmp_path / "figures")
    assert path == compared.path / "report.html"
    assert "Did evolution help?" in path.read_text(encoding="utf-8")
    assert (tmp_path / "figures" / "last-mmd.svg").exists()


def test_a_comparison_that_is_not_finished_says_how_to_go_on(compared):
    for run in compared.runs[1:]:
        (run.run.path / "scores.jsonl").unlink()
    with pytest.raises(
        IncompatibleRun,
        match=r"is not finished, since random seed 0, egan seed 1, random seed 1 have no last score; go on with",
    ):
        write_page([compared.path])
    assert gather(open_run(compared.runs[0].run.path), 1, 2).findings is None


def test_a_run_of_a_comparison_tells_what_that_says(compared):
    page = gather(open_run(compared.runs[0].run.path), 1, 2)
    assert page.name == "egan, seed 0 of 0001-compare"
    (finding,) = page.findings.findings
    assert finding.sentence.startswith("Evolution helped: the advantage of egan over random, random mutation,")


def test_compared_dissections_are_written(tmp_path):
    folder = tmp_path / "0003-dissections"
    folder.mkdir()
    (folder / "comparison.json").write_text(json.dumps(as_json(COMPARED)))
    path = write_page([folder], output=tmp_path / "page.html")
    assert "Units and concepts" in path.read_text(encoding="utf-8")


def test_two_runs_are_written_beside_the_first(tmp_path):
    runs = [make_run(tmp_path / "runs" / name, parts=()) for name in ("0001-a", "0002-b")]
    path = write_page(runs)
    assert path == tmp_path / "runs" / "0001-a-and-0002-b.html"
    assert "0001-a and 0002-b" in path.read_text(encoding="utf-8")


def test_the_page_of_a_run_is_its_report(tmp_path):
    run = make_run(tmp_path / "0001-a", parts=())
    assert write_page([run], units_per_layer=2, snapshots=2) == run / "report.html"


def test_event_files_of_a_comparison_are_refused(compared, tmp_path):
    with pytest.raises(ConfigError, match="is a comparison, and event files are those of a run; give one of its runs"):
        report(ReportConfig((compared.path,), tensorboard=tmp_path / "events"), SILENT)
