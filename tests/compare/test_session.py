"""A comparison as a whole: grown, written and returned, and done again without growing anything."""

from functools import partial
from pathlib import Path

import pytest
from tests.compare.tiny import POINTS

from ganatomy.compare import session
from ganatomy.compare.costs import generation_costs
from ganatomy.compare.session import compare_arms
from ganatomy.config.compare import CompareConfig
from ganatomy.config.parts import changed
from ganatomy.progress import SILENT
from ganatomy.runs.files import read_json


@pytest.fixture(autouse=True)
def _quick_costs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session, "generation_costs", partial(generation_costs, seconds_per_arm=0.0))


def test_a_comparison_is_written_and_returned_and_stays_when_it_is_done(tmp_path: Path) -> None:
    config = CompareConfig(("egan", "random"), seeds=2, budget=2, scores=1, base=changed(POINTS, out=tmp_path))
    compared = compare_arms(config, SILENT)
    path = compared.plan.path
    assert all(planned.is_finished for planned in compared.plan.runs)
    assert [metric.name for metric in compared.results.metrics] == [
        row["name"] for row in read_json(path / "compare.json")["metrics"]
    ]
    assert (path / "table.md").exists()
    again = changed(config, resume=path, name="compare")
    # as text, since NaN differs from NaN: arms that draw have a difference without an interval
    assert str(compare_arms(again, SILENT).results) == str(compared.results)
