"""What a report can be asked for."""

from pathlib import Path

import pytest

from ganatomy.config.report import ReportConfig
from ganatomy.errors import ConfigError


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"units_per_layer": 0}, "units_per_layer is 0; give 1 or more"),
        ({"snapshots": 1}, "snapshots is 1; give 2 or more, for the first and the last"),
    ],
)
def test_what_makes_no_report_is_refused(given: dict[str, int], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        ReportConfig((Path("runs/0001-x"),), **given)


def test_one_unit_and_two_snapshots_make_one() -> None:
    assert ReportConfig((Path("runs/0001-x"),), units_per_layer=1, snapshots=2).output is None


@pytest.mark.parametrize(
    ("runs", "given", "message"),
    [
        ("", {}, "runs are none; give one run or comparison, or two runs to be set side by side"),
        ("a b c", {}, "runs are a, b, c; give one run or comparison, or two runs to be set side by side"),
        ("a", {"live": True, "figures": Path("f")}, "--figures is of one page; leave --figures out, or report one run"),
        ("a b", {"live": True}, "--live is of one run that trains; leave --live out, or give that run alone"),
        ("a b", {"figures": Path("f")}, "--figures is of one page; leave --figures out, or report one run after the"),
        ("a b", {"tensorboard": Path("t")}, "--tensorboard is of one page; leave --tensorboard out, or report one"),
    ],
)
def test_what_is_no_page_is_refused(runs: str, given: dict[str, Path], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        ReportConfig(tuple(map(Path, runs.split())), **given)  # type: ignore[arg-type]
