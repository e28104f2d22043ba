"""Scores over generations and over time."""

from dataclasses import replace

import numpy as np
import pytest
from tests.draw.test_charts import parse, texts
from tests.report.fixture_run import score_line as written
from tests.report.fixture_run import write_scores

from ganatomy.errors import ConfigError
from ganatomy.report.sections.scores import Final, best_index, scores_view, time_axis
from ganatomy.runs.records.lines import ScoreLine
from ganatomy.runs.records.reading import row_from


def score_line(generation, values, **protocol):
    """Return a line of scores.jsonl as it is read."""
    return row_from(ScoreLine, written(generation, values, **protocol), "scores.jsonl", "restore it")


def test_each_metric_is_drawn_over_generations_and_over_time():
    lines = [score_line(10, {"fd": 50.0, "recall": 0.2}), score_line(20, {"fd": 40.0, "recall": 0.1})]
    scores = scores_view(lines, [])
    assert [figure.key for figure in scores.figures] == [
        "score-fd-generation", "score-fd-seconds", "score-recall-generation", "score-recall-seconds",
    ]  # fmt: skip
    fd, fd_time, recall, _ = scores.figures
    assert (fd.title, fd_time.title) == ("FD[resnet56] over generations", "FD[resnet56] over time")
    assert fd.caption == "Lower is better; the best is ringed, 40 at generation 20."
    assert recall.caption == "Higher is better; the best is ringed, 0.2 at generation 10."
    assert (parse(fd).get("data-moment"), parse(fd_time).get("data-moment")) == ("generation", "seconds")
    assert parse(fd_time).get("data-high") == "104.0"
    assert {"40", "seconds of training"} <= set(texts(parse(fd_time)))
    assert scores.protocol == "2,000 generated against 300 real samples, features of resnet56, weights ema, seed 0"
    assert (scores.others, scores.finals) == (0, ())


def test_no_axis_goes_beyond_what_the_metric_can_be():
    lines = [score_line(10, {"recall": 0.0, "precision": 1.0}), score_line(20, {"recall": 0.0, "precision": 1.0})]
    recall, _, precision, _ = (parse(figure) for figure in scores_view(lines, []).figures)
    assert not any("\N{MINUS SIGN}" in text for text in texts(recall))
    assert not {"1.05", "1.1"} & set(texts(precision))


def test_only_the_real_inception_gives_fid():
    real = score_line(1, {"fd": 5.0}, extractor="inception", fingerprint="6726825d0af5f729")
    other = score_line(1, {"fd": 5.0}, extractor="inception", fingerprint="0")
    assert scores_view([real], []).figures[0].title == "FID over generations"
    assert scores_view([other], []).figures[0].title == "FD[inception] over generations"


def test_scores_of_another_protocol_and_those_that_are_no_number_are_left_out():
    lines = [score_line(10, {"fd": 1.0}, num_generated=500), score_line(20, {"fd": 40.0}), score_line(30, {"fd": None})]
    scores = scores_view(lines, [])
    assert scores.others == 1
    assert "40 at generation 20" in scores.figures[0].caption
    assert scores_view(lines[2:], []).figures == ()


def test_scores_that_tell_no_time_are_drawn_over_generations_alone():
    lines = [replace(score_line(10, {"fd": 1.0}), seconds=None)]
    assert [figure.key for figure in scores_view(lines, []).figures] == ["score-fd-generation"]


def test_points_need_no_features():
    line = score_line(1, {"modes": 8.0}, extractor="points", fingerprint="")
    scores = scores_view([line], [])
    assert scores.figures[0].title == "modes covered over generations"
    assert "features" not in scores.protocol


def test_the_files_of_the_command_are_a_table(tmp_path):
    write_scores(tmp_path, 100)
    scores = scores_view([], list(tmp_path.glob("scores/*.json")))
    assert scores.finals == (
        Final("FD[resnet56]", "31.25", "30.5 to 32 (95\N{NO-BREAK SPACE}%)", "ema", "2,000 / 300", "photos"),
    )
    assert (scores.figures, scores.protocol) == ((), "")
    assert scores_view([], []) is None


def test_the_best_is_the_first_of_equals():
    assert best_index(np.array([np.nan, 2.0, 1.0, 1.0]), True) == 2
    assert best_index(np.array([np.nan, 2.0, 1.0, 2.0]), False) == 1
    assert best_index(np.array([np.nan]), False) is None


def test_the_axis_of_time_has_the_unit_that_fits():
    assert [time_axis(s).label.split()[0] for s in (3.0, 119.0, 121.0, 7000.0, 7200.0)] == [
        "seconds", "seconds", "minutes", "minutes", "hours",
    ]  # fmt: skip


def test_an_unknown_metric_is_refused():
    with pytest.raises(ConfigError, match="no metric 'beauty'"):
        scores_view([score_line(1, {"beauty": 1.0})], [])
