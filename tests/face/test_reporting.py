"""Pages of a run and of results in memory."""

from pathlib import Path

import pytest
import torch
from tests.cli.tiny import contents, write_run

import ganatomy as ga
from ganatomy.errors import ConfigError, IncompatibleRun
from ganatomy.face.dissection import Dissected
from ganatomy.face.editing import Edited
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


def results(generator: PlantedGenerator) -> tuple[Dissected, Edited]:
    found = ga.dissect(generator, ["layer1"], PlantedSegmenter(), num_images=40)
    return found, ga.ablate(generator, found["layer1"], "grass", top=1, num_images=20, random_sets=1)


def test_a_run_has_its_report_written_into_it(tmp_path: Path) -> None:
    run = write_run(tmp_path).path
    assert ga.report(str(run)) == run / "report.html"
    assert "<title>" in (run / "report.html").read_text(encoding="utf-8")


def test_results_in_memory_become_one_file_and_nothing_else(tmp_path: Path) -> None:
    path = ga.report(tmp_path / "grass.html", *results(PlantedGenerator().eval()))
    html = path.read_text(encoding="utf-8")
    assert list(contents(tmp_path)) == ["grass.html"]
    assert "<h1>grass</h1>" in html
    assert 'id="concepts"' in html
    assert 'id="ablations"' in html
    assert "Was the segmenter made for these images?" in html
    assert "from Python: PlantedGenerator" in html
    assert "How this generator grew" not in html
    assert 'id="evolution"' not in html
    assert "Settings of the run" not in html


@pytest.mark.parametrize("name", ["tree", "tree.txt", "folder.html"])
def test_a_target_that_is_no_page_is_refused_before_anything_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder.html").mkdir()
    found, _ = results(PlantedGenerator().eval())
    with pytest.raises(ConfigError, match=r"with results give the HTML file to write, such as 'tree\.html'"):
        ga.report(tmp_path / name, found)
    assert contents(tmp_path) == {}


def test_results_of_two_generators_are_refused(tmp_path: Path) -> None:
    other = PlantedGenerator().eval()
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.mul_(1.5)
    found = ga.dissect(other, ["layer1"], PlantedSegmenter(), num_images=8)
    with pytest.raises(IncompatibleRun, match="of generators of different weights; write a report of each"):
        ga.report(tmp_path / "both.html", found, results(PlantedGenerator().eval())[1])


def test_results_of_weights_that_have_changed_since_are_refused(tmp_path: Path) -> None:
    generator = PlantedGenerator().eval()
    found, _ = results(generator)
    with torch.no_grad():
        for parameter in generator.parameters():
            parameter.mul_(1.5)
    with pytest.raises(IncompatibleRun, match="weights have changed since; do all of it again"):
        ga.report(tmp_path / "late.html", found)
    with pytest.raises(IncompatibleRun, match="dissected in a generator of other weights"):
        ga.ablate(generator, found["layer1"], "grass", top=1)
    assert contents(tmp_path) == {}


def test_a_run_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleRun, match="no run directory at"):
        ga.report(tmp_path / "0001-none")
