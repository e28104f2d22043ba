"""The benchmark of the domain check has a row for each kind of images, and tells those of the segmenter from others."""

import json
from pathlib import Path

import pytest
from benchmarks.domain_check import main
from tests.cli.tiny import write_images


def test_noise_is_told_from_renders(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    given = f"noise in files={write_images(tmp_path / 'images')}"
    main(["--num-images", "24", "--image-size", "32", "--images", given, "--json"])
    rows = {row["images"]: row for row in json.loads(capsys.readouterr().out)}
    assert rows["renders of scenes"]["others"] == "no"
    assert rows["noise"]["others"] == "yes"
    assert rows["noise in files"]["less_sure"] > 0.9
    assert rows["renders of scenes:streets"]["against"] == "renders of scenes:streets"
