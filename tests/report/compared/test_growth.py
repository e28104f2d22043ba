"""The figure of a comparison: what is drawn where."""

import re
from xml.etree import ElementTree

import numpy as np
import pytest
from tests.compare.tiny import plan, score

from ganatomy.compare.results import summarise
from ganatomy.draw.scales import Scale
from ganatomy.metrics.names import METRICS
from ganatomy.report.compared.growth import NAMES, RIGHT, draw_comparison, panels, score_scale
from ganatomy.runs.files import read_lines, write_json

SCORES = {"egan": [1.0, 1.5], "random": [2.0, 2.5]}


def intervals(figure):
    """Return the paths of each arm's interval: the line, and arrowheads where it goes on beyond the axis."""
    groups = [group for group in figure.iter("g") if (group.get("class") or "").startswith("filled")]
    return [[path.get("d") for path in group.iter("path")] for group in groups]


def drawn(planned):
    return ElementTree.fromstring(draw_comparison(planned, summarise(planned)).svg)


def texts(figure):
    return ["".join(text.itertext()) for text in figure.iter("text")]


def of_class(figure, name):
    return [element for element in figure.iter() if name in (element.get("class") or "").split()]


@pytest.fixture
def planned(tmp_path):
    made = plan(tmp_path / "0001-compare")
    score(made, SCORES)
    return made


def test_the_figure_says_what_it_shows(planned):
    figure = drawn(planned)
    said = texts(figure)
    assert figure.find("title").text == "0001-compare: 8gaussians, 4 generations a run"
    assert said[0].startswith("Courses: mean over seeds")
    assert said[said.index("MMD") + 1] == "lower is better"
    assert "it is undecided whether evolution helped" in said
    assert {"egan", "random", "generations", "last score"} <= set(said)
    assert figure.find("desc").text == "MMD: it is undecided whether evolution helped"


def test_a_line_and_a_band_for_each_arm_end_with_the_last_generation(planned):
    figure = drawn(planned)
    legend, lines = of_class(figure, "line")[:2], of_class(figure, "line")[2:]
    assert [line.get("class") for line in legend] == ["line c2", "line c5"]
    assert [line.get("class") for line in lines] == ["line c5", "line c2"] * 2, "the first arm lies above"
    assert len(of_class(figure, "band")) == 4
    ends = [float(re.findall(r"[\d.]+", line.get("d"))[-2]) for line in lines]
    first, second = (end for _, end in panels(["egan", "random"]))
    assert ends == pytest.approx([first] * 2 + [second] * 2, abs=0.1)
    heights = [float(re.findall(r"[\d.]+", line.get("d"))[-1]) for line in lines]
    assert heights[0] < heights[1], "higher scores lie higher"


def test_each_seed_is_a_dot_and_each_mean_has_an_interval(planned):
    figure = drawn(planned)
    dots = [float(dot.get("cx")) for dot in of_class(figure, "seed")]
    assert dots == sorted(dots)
    assert all(NAMES < x < RIGHT for x in dots)
    tips = [paths[1:] for paths in intervals(figure)]
    assert [len(paths) for paths in tips] == [1, 1], "they end with the range of the metric"
    assert all("l5 4l-5 4" in path for (path,) in tips), "of two seeds they go on beyond the axis"


def test_the_axis_has_room_for_intervals_up_to_the_range_of_the_dots_beyond_them(tmp_path):
    """Of -8.3 to 28.3, -2.5 to 62.5 and 49.1 to 50.9, beside dots from 2 to 50, within MMD's range."""
    made = plan(tmp_path, ("egan", "random", "hinge"), seeds=3)
    score(made, {"egan": [2.0, 10.0, 18.0], "random": [15.0, 30.0, 45.0], "hinge": [49.7, 50.0, 50.3]})
    (egan,), (random,), _ = intervals(drawn(made))
    left, right = (float(re.findall(r"[MH]([\d.]+)", path)[at]) for path, at in ((egan, 0), (random, 1)))
    assert left == NAMES
    assert right == pytest.approx(RIGHT - (RIGHT - NAMES) * 0.06 / 1.06, abs=0.1)


def test_an_interval_of_three_times_the_range_of_the_dots_goes_on_beyond_the_axis(tmp_path):
    made = plan(tmp_path, ("egan",))
    score(made, {"egan": [100.0, 101.0]})
    ((_, low, high),) = intervals(drawn(made))
    assert "l-5 4l5 4" in low
    assert "l5 4l-5 4" in high
    (low, high) = (float(dot.get("cx")) for dot in of_class(drawn(made), "seed"))
    assert high - low == pytest.approx((RIGHT - NAMES) / (3 * 1.12), abs=0.1), "three of their ranges, and air"


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
    assert len(of_class(figure, "lone")) == 4
    assert intervals(figure) == [[], []]
    assert not of_class(figure, "band")
    assert "no verdict" in texts(figure)


def test_an_arm_without_scores_keeps_its_row(planned):
    for run in planned.of(planned.arms[1]):
        (run.run.path / "scores.jsonl").unlink()
        write_json(run.run.path / "failed.json", {"reason": "all died"})
    figure = drawn(planned)
    assert len(of_class(figure, "line")) == 2 + 2, "those of the legend, and one arm's courses"
    assert "random" in texts(figure)
    assert len(of_class(figure, "seed")) == 2


def test_names_are_escaped_and_where_they_are_long_cut_in_the_middle(tmp_path):
    long = "egan:learning_rate=0.0001,beta1=0.5,gamma=0.5"
    other = long.replace("gamma=0.5", "gamma=0.1")
    made = plan(tmp_path / "a<b", (long, other))
    score(made, {long: [1.0, 2.0], other: [1.0, 2.0]})
    figure = drawn(made)
    said = texts(figure)
    assert figure.find("title").text.startswith("a<b: ")
    assert {"egan:lear…,beta1=0.5,gamma=0.5", "egan:lear…,beta1=0.5,gamma=0.1"} <= set(said)
    assert {len(text) for text in said if "…" in text} == {30}


def test_a_logarithmic_axis_says_so(tmp_path):
    made = plan(tmp_path)
    score(made, {"egan": [0.01, 0.02], "random": [1.0, 2.0]})
    assert {"lower is better; courses on a log axis", "last score, log"} <= set(texts(drawn(made)))
    score(made, SCORES)
    run = made.runs[0].run
    last = read_lines(run.path / "scores.jsonl")[-1]
    run.append_score({**last, "generation": 1, "values": {"mmd": 0.01}})
    run.append_score({**last, "generation": 4, "values": {"mmd": 1.0}})
    assert {"lower is better; courses on a log axis", "last score"} <= set(texts(drawn(made)))


@pytest.mark.parametrize(
    ("metric", "values", "axis", "shown"),
    [
        ("high_quality", [0.0, 0.0], (0.0, 0.5), [0.0, 0.2, 0.4]),
        ("high_quality", [1.0, 1.0], (0.9, 1.0), [0.9, 0.95, 1.0]),
        ("high_quality", [0.5, 1.0], (0.47, 1.0), [0.6, 0.8, 1.0]),
        ("modes", [8.0, 8.0], (7.0, 9.0), [7.0, 8.0, 9.0]),
        ("modes", [7.0, 8.0], (6.94, 8.06), [7.0, 8.0]),
        ("modes", [0.0, 0.0], (0.0, 1.0), [0.0, 1.0]),
        ("is", [1.0, 1.0], (1.0, 1.1), [1.0, 1.05, 1.1]),
        ("kd", [-0.001, 0.001], (-0.00112, 0.00112), [-0.001, 0.0, 0.001]),
        ("fd", [-0.1, -0.1], (-0.1, -0.09), [-0.1, -0.095, -0.09]),
    ],
)
def test_no_axis_leaves_the_range_of_its_metric(metric, values, axis, shown):
    found = score_scale(metric, np.array(values), 0.0, 1.0)
    assert (found.low, found.high) == pytest.approx(axis)
    assert found.ticks(4, float(METRICS[metric].is_count)) == pytest.approx(shown)


def test_the_share_of_a_logarithmic_axis_ends_at_one():
    assert score_scale("recall", np.array([0.01, 1.0]), 0.0, 1.0).high == 1.0


def test_every_axis_has_two_ticks_or_more():
    for low in np.linspace(0.0, 9.7, 98):
        for width in (0.37, 0.61, 1.0, 1.7, 2.3, 4.9):
            assert 2 <= len(Scale(low, low + width, 0.0, 1.0).ticks(4)) <= 6


def test_scores_over_decades_are_drawn_by_their_logarithm():
    axis = score_scale("mmd", np.array([0.001, 1.0, np.nan]), 0.0, 100.0, beside=(-1.0, 0.1, np.nan))
    assert axis.by == "logarithm"
    assert axis(1.0) - axis(0.1) == pytest.approx(axis(0.1) - axis(0.01))
    assert axis(-1.0) == axis(0.0) == 0.0
    assert axis.ticks(5) == pytest.approx([0.001, 0.01, 0.1, 1.0])
    assert score_scale("mmd", np.array([0.1, 4.0]), 0.0, 100.0).ticks(5) == pytest.approx([0.1, 0.2, 0.5, 1, 2])


def test_other_scores_are_drawn_as_they_are():
    axis = score_scale("kd", np.array([0.0, 8.0]), 100.0, 0.0)
    assert axis.by == "value"
    assert axis(4.0) == pytest.approx(50.0)
    assert score_scale("mmd", np.array([np.nan]), 0.0, 1.0).ticks(2)
    assert score_scale("mmd", np.array([3.0, 3.0]), 0.0, 1.0)(3.0) == pytest.approx(0.5)
