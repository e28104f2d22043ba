"""Lines of logs are read as typed records, those of the first runs too, and a line of another form is told."""

from pathlib import Path

import pytest

from ganatomy.errors import DataError
from ganatomy.runs.directory import Run
from ganatomy.runs.files import read_lines
from ganatomy.runs.packaged import PACKAGED_RUN
from ganatomy.runs.records.lines import ChildLine

TESTS = Path(__file__).parents[2]
POINTS = Run(TESTS / "fixtures" / "schema-1" / "points")
KEPT = [POINTS.path, PACKAGED_RUN, *(path.parent for path in (TESTS.parent / "results").rglob("lineage.jsonl"))]
SCORED = [POINTS.path, *(path.parent for path in (TESTS.parent / "results").rglob("scores.jsonl"))]


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.name)
def test_every_lineage_kept_is_read(path: Path) -> None:
    children = Run(path).lineage()
    lines = read_lines(path / "lineage.jsonl")
    assert len(children) == len(lines) > 0
    assert [child.objective for child in children] == [line["objective"] for line in lines]


@pytest.mark.parametrize("path", SCORED, ids=lambda path: path.parent.name)
def test_every_log_of_scores_kept_is_read(path: Path) -> None:
    scores = Run(path).scores()
    assert [score.values for score in scores] == [line["values"] for line in read_lines(path / "scores.jsonl")]


def test_a_child_is_told_with_its_traits() -> None:
    first = POINTS.lineage()[0]
    assert (first.generation, first.child, first.parent, first.objective) == (1, 0, 0, "heuristic")
    assert first.traits is not None
    assert len(first.traits) == 3


def test_a_run_that_nobody_evolved_has_no_children(tmp_path: Path) -> None:
    assert Run(tmp_path).lineage() == []


def test_a_line_of_another_form_is_told_with_its_number(tmp_path: Path) -> None:
    known = '"generation":1,"child":0,"parent":0,"objective":"minimax","quality":null,"diversity":0.5,"fitness":1'
    good = f'{{{known},"survived":true}}'
    (tmp_path / "lineage.jsonl").write_text(good + "\n")
    assert Run(tmp_path).lineage() == [ChildLine(1, 0, 0, "minimax", None, 0.5, 1.0, True)]
    (tmp_path / "lineage.jsonl").write_text(good + "\n" + good.replace("true", '"yes"') + "\n")
    with pytest.raises(DataError) as refused:
        Run(tmp_path).lineage()
    assert str(refused.value) == (
        f"{tmp_path / 'lineage.jsonl'}, line 2, is not as this version writes it: survived: 'yes' is no bool; restore "
        "it from a copy of the run"
    )
