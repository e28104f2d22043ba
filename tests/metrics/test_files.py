"""Files of scores: written, read again, numbered."""

import json

import pytest
from tests.metrics.test_protocol import score

from ganatomy.errors import DataError, IncompatibleRun
from ganatomy.metrics.files import extractors_used, read_scores, write_scores
from ganatomy.runs.directory import Run


def test_scores_come_back_as_they_were(tmp_path):
    scores = [score(3.0), score(0.5, "kd")]
    path = write_scores(Run(tmp_path), "fe", scores, ["look twice"])
    assert path == tmp_path / "scores" / "0001-resnet56.json"
    assert read_scores(path) == scores
    content = json.loads(path.read_text())
    assert content["schema"] == 1
    assert content["run"] == tmp_path.name
    assert content["generator"] == "fe"
    assert content["warnings"] == ["look twice"]
    assert content["scores"][0]["name"] == "FD[resnet56]"
    assert content["protocol"]["options"]["kd_subsets"] == 100


def test_files_are_numbered_and_none_is_overwritten(tmp_path):
    run = Run(tmp_path)
    write_scores(run, "fe", [score()])
    (tmp_path / "scores" / "0007-notes.txt").touch()
    second = write_scores(run, "fe", [score(extractor="tools.nets:embed")])
    assert second.name == "0008-tools.nets-embed.json"
    assert extractors_used(run) == {"resnet56", "tools.nets:embed"}


def test_a_number_taken_meanwhile_is_left_alone(tmp_path, monkeypatch):
    run = Run(tmp_path)
    first = write_scores(run, "fe", [score()])
    monkeypatch.setattr("ganatomy.metrics.files.re.match", lambda *_: None)  # as if the folder had been empty
    assert write_scores(run, "fe", [score(9.0)]).name == "0002-resnet56.json"
    assert read_scores(first)[0].value == 1


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("nonsense", "is not JSON"),
        ('{"schema": 2}', "has schema 2, this version reads schema 1; score the run again"),
        ('{"schema": 1}', "no value for 'run'"),
    ],
)
def test_files_that_cannot_be_read_are_told(tmp_path, text, message):
    path = tmp_path / "0001-x.json"
    path.write_text(text)
    with pytest.raises((DataError, IncompatibleRun), match=message):
        read_scores(path)
    with pytest.raises(IncompatibleRun, match=r"has no 0002-x\.json"):
        read_scores(tmp_path / "0002-x.json")


def test_a_file_that_cannot_be_written_leaves_nothing_behind(tmp_path):
    with pytest.raises(ValueError, match="JSON"):
        write_scores(Run(tmp_path), "fe", [score(float("nan"))])
    assert list((tmp_path / "scores").iterdir()) == []
