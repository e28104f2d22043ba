"""When a layer's files need not be written again."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganatomy.dissect.writing import is_written

SAME = {"schema": 2, "profile": "paper"}


@pytest.mark.parametrize(
    ("key", "table", "is_it"),
    [
        ("ab", {**SAME, "layer": "layer2"}, True),
        ("cd", SAME, False),
        ("ab", {**SAME, "profile": "compat"}, False),
        ("ab", {"schema": 1, "profile": "paper"}, False),
    ],
)
def test_key_and_rules_decide(tmp_path: Path, key: str, table: dict[str, Any], is_it: bool) -> None:
    np.savez(tmp_path / "tally.npz", key=np.array("ab"))
    (tmp_path / "units.json").write_text(json.dumps(table))
    assert is_written(tmp_path, key, SAME) == is_it


def test_a_folder_without_counts_or_with_those_of_an_earlier_version_is_not_taken(tmp_path: Path) -> None:
    assert not is_written(tmp_path, "ab", SAME)
    np.savez(tmp_path / "tally.npz", counts=np.zeros(1))
    (tmp_path / "units.json").write_text(json.dumps(SAME))
    assert not is_written(tmp_path, "ab", SAME)
