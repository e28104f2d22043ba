"""`ganatomy import`."""

import json
from pathlib import Path

import pytest
import torch
from tests.exchange.strangers import example, settled, written
from torch import nn

from ganatomy.cli.main import main


def test_what_was_understood_is_printed_with_the_next_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    file = written(tmp_path / "face.pth", {"netG": settled(example(), 20).state_dict()})
    assert main(["import", str(file), "--name", "faces", "--json"]) == 0
    results = json.loads(capsys.readouterr().out)
    assert (results["run"], results["network"], results["image_size"], results["z_dim"]) == (
        "runs/0001-faces",
        "netG",
        32,
        20,
    )
    assert results["layers"] == [
        {"layer": "2", "units": 24, "cells": "4 x 4"},
        {"layer": "5", "units": 12, "cells": "8 x 8"},
        {"layer": "8", "units": 6, "cells": "16 x 16"},
    ]
    assert results["next"] == "ganatomy dissect runs/0001-faces --segmenter NAME"
    assert Path(results["samples"]).exists()
    assert main(["import", str(file)]) == 0
    assert "evidence\n  3 transposed" not in capsys.readouterr().out  # four of them
    dissect = ["dissect", "runs/0001-faces", "--num-images", "8", "--json"]
    assert main(dissect) == 2
    assert "give --segmenter" in capsys.readouterr().err
    assert main([*dissect, "--segmenter", "scenes"]) == 0
    assert [row["layer"] for row in json.loads(capsys.readouterr().out)["layers"]] == ["5", "8"]


def test_a_generator_without_featuremaps_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linear = nn.Sequential(nn.Linear(4, 8), nn.LeakyReLU(0.2), nn.Linear(8, 64))
    file = written(tmp_path / "fc.safetensors", linear.state_dict())
    words = ["import", str(file), "--rectifier", "leaky_relu:0.2", "--out", str(tmp_path / "runs"), "--json"]
    assert main(words) == 0
    results = json.loads(capsys.readouterr().out)
    assert "no layer gives featuremaps" in results["warnings"][-1]
    assert "next" not in results
    assert main(["dissect", results["run"], "--segmenter", "scenes"]) == 2
    assert "has no layer that gives featuremaps" in capsys.readouterr().err


def test_mistakes_are_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "g.pth"
    torch.save({"w": torch.ones(2, 2)}, file)
    for words, said in (
        ([str(file)], "no generator was recognised by its weights"),
        ([str(tmp_path / "none.pth")], "no file"),
        ([str(file), "--rectifier", "relu6"], "rectifier is 'relu6'; choose one of relu, leaky_relu"),
        ([str(file), "--as", "dcgan"], "no generator was recognised"),
    ):
        assert main(["import", *words]) == 2
        err = capsys.readouterr().err
        assert said in err
        assert err.count("\n") == 1
