"""Amounts of work in words."""

import pytest

from ganatomy.cli.amounts import amount, duration, rate


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (7.4, "7 s"), (185, "3:05 min"), (59.9, "1:00 min"), (7201, "2:00:01 h")],
)
def test_duration(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_rate_has_three_digits() -> None:
    assert rate(1000, 3) == "333"


def test_amounts_are_whole_percents_and_exact_counts() -> None:
    assert [amount(4.226, "%"), amount(1_234_567, "img"), amount(0.5, "kimg")] == ["4", "1234567", "0.5"]
