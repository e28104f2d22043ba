"""`ganatomy invert`, as the command line calls it."""

import json

import pytest
from tests.invert import runs

from ganatomy.cli.main import main
from ganatomy.intervene import session
from ganatomy.segment.planted import PlantedSegmenter

FEW = [
    "--layer", "layer2", "--steps", "4", "--feature-steps", "4", "--restarts", "2", "--perceptual", "none",
    "--encoder-steps", "2",
]  # fmt: skip


@pytest.fixture
def written(tmp_path):
    run, photos = runs.write_photos(tmp_path)
    return run, [str(photo) for photo in photos]


def test_errors_range_time_and_verdict_of_every_photo_are_told(written, capsys):
    run, photos = written
    assert main(["invert", str(run.path), *photos, *FEW, "--held-out", "2", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["layer"], told["distance"]) == ("layer2", 1.0)
    assert told["encoder"].startswith("trained in 0 s; samples rendered again: error 0.")
    assert [(row["photo"], row["stage"]) for row in told["errors"]] == [
        (photo, stage) for photo in ("0.png", "1.png") for stage in ("encoder", "latent", "features")
    ]
    encoder, latent, features = told["errors"][:3]
    assert encoder["rmse"] >= latent["rmse"] - 0.05
    assert (encoder["out_of_range"], latent["out_of_range"] is None) == (None, False)
    assert features["seconds"] > 0
    assert "perceptual" not in features
    assert [one["inverted"].rpartition("/")[2] for one in told["photos"]] == ["0001-0", "0002-1"]
    assert "training data" in told["photos"][0]["verdict"]
    assert main(["invert", str(run.path), photos[0], *FEW, "--held-out", "0"]) == 0
    assert "that of the run; samples rendered again" in capsys.readouterr().out


def test_an_inverted_photo_can_be_edited(written, capsys, monkeypatch):
    monkeypatch.setattr(session, "load_choice", lambda *_: PlantedSegmenter())
    run, photos = written
    assert main(["invert", str(run.path), photos[0], *FEW, "--held-out", "0"]) == 0
    capsys.readouterr()
    words = ["--layer", "layer3", "--units", "0", "--segmenter", "scenes", "--random-sets", "1", "--json"]
    assert main(["edit", str(run.path), "--on", "invert/0001-0", *words]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["num_images"], told["units"]) == (1, [0])
    assert main(["report", str(run.path)]) == 0
    page = (run.path / "report.html").read_text()
    assert "Photos in the generator" in page
    assert "0.png, by the features of layer2" in page
    assert "What the generator shows of them before the edit" in page
