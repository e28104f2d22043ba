"""The figure of a comparison: what is drawn where."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.compare.tiny import plan, score

from ganatomy.compare.results import summarise
from ganatomy.report.compare import NAMES, PANELS, RIGHT, Axis, draw_comparison
from ganatomy.runs.files import write_json

SVG = "{http://www.w3.org/2000/svg}"
SCORES = {"egan": [1.0, 1.5], "random": [2.0, 2.5]}


def drawn(planned):
    return ElementTree.fromstring(draw_comparison(planned, summarise(planned)))


def texts(figure):
    return ["".join(text.itertext()) for text in figure.iter(f"{SVG}text")]


def of_class(figure, name):
    return [element for element in figure.iter() if element.get("class") == name]


@pytest.fixture
def planned(tmp_path):
    made = plan(tmp_path / "0001-compare")
    score(made, SCORES)
    return made


def test_the_figure_says_what_it_shows(planned):
    figure = drawn(planned)
    said = texts(figure)
    assert said[0] == "0001-compare: 8gaussians, 4 generations a run"
    assert "MMD lower is better" in said
    assert "evolution helped" in said
    assert {"egan", "random", "generations", "last score"} <= set(said)
    assert figure.find(f"{SVG}desc").text == "MMD: evolution helped"


def test_a_line_and_a_band_for_each_arm_end_with_the_last_generation(planned):
    figure = drawn(planned)
    lines = of_class(figure, "line")
    assert [line.get("stroke") for line in lines] == ["#cc6677", "#332288"] * 2, "the first arm lies above"
    assert len(of_class(figure, "band")) == 4
    ends = [float(re.findall(r"[\d.]+", line.get("d"))[-2]) for line in lines]
    assert ends == [PANELS[0][1]] * 2 + [PANELS[1][1]] * 2
    heights = [float(re.findall(r"[\d.]+", line.get("d"))[-1]) for line in lines]
    assert heights[0] < heights[1], "higher scores lie higher"


def test_each_seed_is_a_dot_and_each_mean_has_an_interval(planned):
    figure = drawn(planned)
    dots = [float(dot.get("cx")) for dot in of_class(figure, "seed")]
    assert dots == sorted(dots)
    assert all(NAMES < x < RIGHT for x in dots)
    intervals = [path.get("d") for path in of_class(figure, "interval")]
    assert all(path.count("l-5 4l5 4") == 1 and path.count("l5 4l-5 4") == 1 for path in intervals), (
        "of two seeds they go on beyond the axis"
    )


def test_an_interval_within_the_axis_has_no_arrowheads(tmp_path):
    made = plan(tmp_path, seeds=3)
    score(made, {"egan": [4.9, 5.0, 5.1], "random": [1.0, 5.0, 9.0]})
    egan, random = (path.get("d") for path in of_class(drawn(made), "interval"))
    assert "l" not in egan
    assert "l" in random


@pytest.mark.parametrize(
    ("equal", "unit", "beside", "end"),
    [
        ("steps", "generations", "seconds of training", 0.04),
        ("seconds", "seconds of training", "generations", 0.04),
        ("compute", "giga multiply-accumulates", "generations", 8.0),
    ],
)
def test_what_is_equal_runs_along_and_another_unit_beside_it(tmp_path, equal, unit, beside, end):
    made = plan(tmp_path, equal=equal)
    score(made, SCORES)
    said = texts(drawn(made))
    assert said.index(unit) < said.index(beside)
    assert f"{end:g}" in texts(drawn(made)), "2 giga and 10 ms a generation, 4 of them"


def test_one_seed_and_one_score_are_a_dot_without_interval(tmp_path):
    made = plan(tmp_path, ("egan", "quality"), seeds=1, generations=1)
    score(made, {"egan": [1.0], "quality": [2.0]})
    for run in made.runs:
        path = run.run.path / "scores.jsonl"
        path.write_text(path.read_text().splitlines()[1] + "\n")
    figure = drawn(made)
    assert len(of_class(figure, "line lone")) == 4
    assert not of_class(figure, "interval")
    assert not of_class(figure, "band")
    assert "no verdict" in texts(figure)


def test_an_arm_without_scores_keeps_its_row(planned):
    for run in planned.of(planned.arms[1]):
        (run.run.path / "scores.jsonl").unlink()
        write_json(run.run.path / "failed.json", {"reason": "all died"})
    figure = drawn(planned)
    assert len(of_class(figure, "line")) == 2
    assert "random" in texts(figure)
    assert len(of_class(figure, "seed")) == 2


def test_names_are_escaped_and_cut_where_they_are_long(tmp_path):
    long = "egan:learning_rate=0.0001,beta1=0.5,gamma=0.5"
    made = plan(tmp_path / "a<b", (long, "random"))
    score(made, {long: [1.0, 2.0], "random": [1.0, 2.0]})
    said = texts(drawn(made))
    assert said[0].startswith("a<b: ")
    assert "egan:learning_rate=0.0001,beta1=…" in said


def test_scores_over_decades_are_drawn_by_their_logarithm():
    axis = Axis.over(np.array([0.001, 1.0, np.nan]), 0.0, 100.0)
    assert axis.is_log
    assert axis(1.0) - axis(0.1) == pytest.approx(axis(0.1) - axis(0.01))
    assert axis(-1.0) == axis(0.0) == 0.0
    assert axis.ticks(5) == pytest.approx([0.001, 0.01, 0.1, 1.0])
    assert Axis.over(np.array([0.1, 4.0]), 0.0, 100.0).ticks(5) == pytest.approx([0.1, 0.2, 0.5, 1, 2])


def test_other_scores_are_drawn_as_they_are():
    axis = Axis.over(np.array([0.0, 8.0]), 100.0, 0.0)
    assert not axis.is_log
    assert axis(4.0) == pytest.approx(50.0)
    assert Axis.over(np.array([np.nan]), 0.0, 1.0).ticks(2)
    assert Axis.over(np.array([3.0, 3.0]), 0.0, 1.0)(3.0) == pytest.approx(0.5)
