"""How often one sample is below another, with an interval that holds where they do not overlap."""

import numpy as np
import pytest

from ganatomy.errors import DataError
from ganatomy.stats.ordering import part_below


def test_pairs_are_counted_and_ties_by_half() -> None:
    these, others = np.array([1.0, 2.0, 2.0, 5.0]), np.array([2.0, 3.0, 1.0])
    pairs = [(a < b) + (a == b) / 2 for a in these for b in others]
    assert part_below(these, others).value == pytest.approx(np.mean(pairs))


def test_samples_without_overlap_have_an_interval_too() -> None:
    found = part_below(np.arange(20.0), np.arange(100.0, 120.0))
    assert found.value == 1
    assert found.interval.high == 1
    assert 0.75 < found.interval.low < 0.95
    turned = part_below(np.arange(100.0, 120.0), np.arange(20.0))
    assert turned.interval.low == 0
    assert turned.interval.high == pytest.approx(1 - found.interval.low)


def test_more_values_narrow_the_interval() -> None:
    rng = np.random.default_rng(0)
    widths = []
    for n in (20, 200, 2000):
        low, high = part_below(rng.normal(0, 1, n), rng.normal(0.5, 1, n)).interval
        assert low < 0.638 < high  # the normal law: Phi(0.5 / sqrt(2))
        widths.append(high - low)
    assert widths[0] > 2 * widths[1] > 4 * widths[2]


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    intervals = [part_below(rng.normal(0, 1, 30), rng.normal(2, 1, 60)).interval for _ in range(400)]
    assert 0.92 <= np.mean([low < 0.9214 < high for low, high in intervals]) <= 0.99


def test_no_values_are_refused() -> None:
    with pytest.raises(DataError, match="there are 0 and 3 values to compare; give 1 or more of each"):
        part_below(np.array([]), np.ones(3))
