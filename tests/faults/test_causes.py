"""Causes that cannot be looked for: one line, exit code 2, and nothing written."""

from pathlib import Path

import pytest
from tests.dissected_run import dissected_run

from ganatomy.cli.main import main
from ganatomy.intervene.ace import session
from ganatomy.segment.planted import PlantedSegmenter

FEW = ["--pool", "40", "--steps", "1", "--num-images", "4", "--curve-images", "0", "--top", "1"]


class Namer:
    """Names concepts, and tells no probability."""

    name, fingerprint = "namer", "namer-1"
    concepts, categories = PlantedSegmenter.concepts, PlantedSegmenter.categories

    def segment(self, images):
        return PlantedSegmenter().segment(images)


@pytest.fixture
def path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return dissected_run(tmp_path, monkeypatch, session)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--concepts", "treee"], "no concept 'treee'; did you mean 'tree'?"),
        (["--concepts", "sky", "--layer", "layr2"], "no layer 'layr2'"),
        (["--concepts", "sky", "--layer", "layer1"], "has not been dissected; run: ganatomy dissect"),
        (["--concepts", "sky", "--top", "9"], "top is 9, and layer 'layer2' has 6 units; give 1 to 6"),
        (["--concepts", "sky", "--pool", "2"], "'sky' shows in "),
        (["--concepts", "sky", "--schedule", "slow"], "slow"),
        (["--concepts", "sky", "--specificity", "-1"], "specificity is -1.0"),
    ],
)
def test_one_line_says_what_to_do(path: Path, capsys: pytest.CaptureFixture[str], words: list[str], said: str) -> None:
    assert main(["ace", str(path), "--layer", "layer2", *FEW, *words]) == 2
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith("ganatomy: ")
    assert said in last
    assert not (path / "ace").exists()


def test_a_segmenter_without_probabilities_is_refused(
    path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "load_choice", lambda *_: Namer())
    assert main(["ace", str(path), "--layer", "layer2", "--concepts", "sky", *FEW]) == 2
    assert "segmenter 'namer' names concepts but gives no probability of them" in capsys.readouterr().err
