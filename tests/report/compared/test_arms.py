"""The page of a comparison of arms."""

import pytest
from tests.compare.tiny import plan, score
from tests.report.compared.test_samples import grid, sample

from ganatomy.compare.results import summarise
from ganatomy.report.compared.arms import arms_page
from ganatomy.report.rendering import html_of
from ganatomy.runs.files import write_json


@pytest.fixture
def made(tmp_path):
    made = plan(tmp_path / "0001-compare", ("egan", "random"))
    score(made, {"egan": [1.0, 1.5], "random": [2.0, 2.5]})
    return made


def page_of(made):
    return arms_page(made, summarise(made), made.path)


def test_the_page_has_verdicts_courses_scores_and_runs(made):
    page = page_of(made)
    assert page.name == "0001-compare"
    assert [fact.value for fact in page.facts] == ["8gaussians", "2", "2", "steps"]
    (verdict,) = page.verdicts.findings
    assert verdict.sentence == (
        "MMD: it is undecided whether evolution helped. Advantage of egan over random (random mutation): +1 (no "
        "interval: all differences are equal; better under 2 of 2 seeds)."
    )
    assert [part.anchor for part in page.parts] == ["verdict", "courses", "scores", "runs"]
    assert [table.title for table in page.tables] == ["Last scores", "Differences to egan"]
    assert [figure.key for figure in page.figures] == ["course-mmd-1", "course-mmd-2", "last-mmd"]
    html = html_of("arms.html.j2", page)
    assert "report of a comparison" in html
    assert '<a href="random/seed-1">2.5</a>' in html


def test_runs_with_a_report_are_linked_to_it(made):
    (made.path / "egan" / "seed-0" / "report.html").touch()
    (_, (first, second)), _ = page_of(made).runs.rows
    assert (first.text, first.href) == ("1", "egan/seed-0/report.html")
    assert second.href == "egan/seed-1"


def test_an_arm_alone_has_no_verdict_and_no_differences(tmp_path):
    made = plan(tmp_path / "0001-compare", ("egan",), seeds=1)
    score(made, {"egan": [1.0]})
    page = page_of(made)
    assert page.verdicts.findings[0].number == "no verdict"
    assert [table.title for table in page.tables] == ["Last scores"]
    assert page.facts[2].note == "seed 0"


def test_a_run_that_diverged_is_told(made):
    write_json(made.path / "random" / "seed-0" / "failed.json", {"reason": "all died"})
    page = page_of(made)
    assert page.tables[-1].rows == (("random seed 0", "all died"),)
    assert page.runs.rows[1][1][0].text == "diverged"


def test_samples_are_a_part_where_there_are_any(tmp_path):
    made = plan(tmp_path / "0001-compare", base={"data": "scenes", "image_size": 32})
    score(made, {"egan": [1.0, 1.5], "random": [2.0, 2.5]})
    for run in made.runs:
        sample(run, [4], grid)
    page = page_of(made)
    assert "samples" in [part.anchor for part in page.parts]
    assert "Samples of every arm, a row for each" in html_of("arms.html.j2", page)
