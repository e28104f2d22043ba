"""Compared dissections, read back from their file."""

import json
from pathlib import Path

import pytest
from tests.dissect.test_comparison_page import PROTOCOL, ROOF, SKY, TREE, row

from ganatomy.dissect.comparison import Comparison, as_json
from ganatomy.dissect.comparison_file import read_comparison
from ganatomy.errors import DataError, IncompatibleRun

ROWS = (row("0001-a", "layer2", (SKY, 6), (ROOF, 2), interval=(5, 10)), row("0002-b", "layer3", (TREE, 4)))
COMPARED = Comparison(("0001-a", "0002-b"), PROTOCOL, ("object", "part"), ROWS)


def write(folder: Path, data: object) -> Path:
    (folder / "comparison.json").write_text(json.dumps(data))
    return folder


def test_what_was_written_is_read(tmp_path: Path) -> None:
    assert read_comparison(write(tmp_path, as_json(COMPARED))) == COMPARED


def test_a_comparison_without_layers_is_read(tmp_path: Path) -> None:
    assert read_comparison(write(tmp_path, as_json(COMPARED) | {"layers": []})).rows == ()


def test_a_folder_without_a_comparison_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        IncompatibleRun, match=r"has no comparison\.json, so it is no comparison; `ganatomy dissect RUN R"
    ):
        read_comparison(tmp_path)


def test_a_comparison_of_another_schema_is_refused(tmp_path: Path) -> None:
    with pytest.raises(IncompatibleRun, match=r"comparison\.json has schema 99, .*; dissect the runs again"):
        read_comparison(write(tmp_path, as_json(COMPARED) | {"schema": 99}))


def test_a_file_of_another_form_is_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"comparison\.json holds a list, not a JSON object; dissect the runs again"):
        read_comparison(write(tmp_path, []))
    with pytest.raises(DataError, match=r"comparison\.json is not as this version writes it \(KeyError: 'run'\)"):
        read_comparison(write(tmp_path, as_json(COMPARED) | {"layers": [{"layer": "layer1", "runs": [{}]}]}))
