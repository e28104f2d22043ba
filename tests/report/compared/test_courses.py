"""Figures of a comparison for its page."""

import pytest
from tests.compare.tiny import plan, score

from ganatomy.compare.results import summarise
from ganatomy.report.compared.courses import metric_figures


def test_a_metric_has_its_course_twice_and_its_last_scores(tmp_path):
    made = plan(tmp_path / "0001-compare")
    score(made, {"egan": [1.0, 1.5], "random": [2.0, 2.5]})
    first, second, last = metric_figures(made, summarise(made).metrics[0])
    assert [figure.key for figure in (first, second, last)] == ["course-mmd-1", "course-mmd-2", "last-mmd"]
    assert (first.title, second.title) == ("MMD along generations", "MMD along seconds of training")
    assert "egan ends at 1.25; random ends at 2.25" in first.svg
    assert str(first.svg).count('class="line c2"') == 2, "one of the legend, one that is drawn"
    assert str(last.svg).count('class="seed c5"') == 2


def test_an_arm_without_scores_is_left_out_of_the_words(tmp_path):
    made = plan(tmp_path / "0001-compare")
    score(made, {"egan": [1.0, 1.5], "random": [None, None]})
    first, _, _ = metric_figures(made, summarise(made).metrics[0])
    assert "random ends" not in first.svg


@pytest.mark.parametrize("values", [[0.01, 1.0]])
def test_scores_of_many_sizes_are_drawn_on_a_logarithmic_axis(tmp_path, values):
    made = plan(tmp_path / "0001-compare")
    score(made, {"egan": values, "random": values})
    assert "MMD, log" in metric_figures(made, summarise(made).metrics[0])[0].svg
