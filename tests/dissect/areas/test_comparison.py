"""Areas of generated images against real ones, by hand-made areas."""

import math

import numpy as np
import pytest

from ganatomy.dissect.areas.comparison import (
    DROPPED_PART,
    EDGES,
    area_histogram,
    compare_areas,
    verdict,
)
from ganatomy.errors import DataError
from ganatomy.stats.resampling import Interval

CONCEPTS = ("sky", "tree", "boat", "sea", "never")


def rng(seed=0):
    return np.random.default_rng(seed)


def areas(n, seed, scale):
    """Return (n, 5) areas whose means are `scale` / 2, the last one 0."""
    return rng(seed).uniform(0, 1, (n, 5)) * np.array([*scale, 0.0])


def by_name(generated, real):
    return {row.concept: row for row in compare_areas(generated, real, CONCEPTS, rng())}


@pytest.fixture(scope="module")
def compared():
    generated = areas(400, 1, (0.8, 0.3, 0.005, 0.2))
    real = areas(600, 2, (0.8, 0.15, 0.1, 0.4))
    return by_name(generated, real), generated, real


def test_every_kind_of_difference_is_called_by_its_name(compared):
    rows, _, _ = compared
    assert {name: row.verdict for name, row in rows.items()} == {
        "sky": "as real", "tree": "overdrawn", "boat": "dropped", "sea": "underdrawn", "never": "absent",
    }  # fmt: skip


def test_means_differences_and_ratios_are_those_of_the_areas(compared):
    rows, generated, real = compared
    for c, name in enumerate(CONCEPTS[:4]):
        row, a, b = rows[name], generated[:, c].mean(), real[:, c].mean()
        assert (row.generated.mean, row.real.mean) == pytest.approx((a, b))
        assert (row.difference, row.ratio) == pytest.approx((a - b, a / b))
        assert row.ratio_interval.low < row.ratio < row.ratio_interval.high
        assert row.generated.present == row.real.present == 1.0
    never = rows["never"]
    assert (never.difference, never.difference_interval, never.ratio_interval) == (0.0, (0.0, 0.0), None)
    assert [math.isnan(value) for value in (never.ratio, never.p, never.q)] == [True] * 3


def test_intervals_are_as_wide_as_the_normal_law_says(compared):
    rows, generated, real = compared
    error = math.sqrt(generated[:, 1].var() / 400 + real[:, 1].var() / 600)
    low, high = rows["tree"].difference_interval
    assert high - low == pytest.approx(2 * 1.96 * error, rel=0.08)
    low, high = rows["tree"].real.interval
    assert high - low == pytest.approx(2 * 1.96 * real[:, 1].std() / math.sqrt(600), rel=0.08)


def test_what_differs_by_chance_is_hardly_ever_called():
    """Of 40 concepts without any difference, tests at 5 % call 2 or so; the adjusted ones call none in most draws."""
    names = [f"concept {c}" for c in range(40)]
    called, unadjusted = 0, 0
    for draw in range(20):
        a, b = rng(draw).beta(0.5, 4, (80, 40)), rng(100 + draw).beta(0.5, 4, (80, 40))
        rows = compare_areas(a, b, names, rng())
        called += any(row.verdict != "as real" for row in rows)
        unadjusted += any(row.p <= 0.05 for row in rows)
    assert called <= 4
    assert unadjusted >= 12


def test_a_concept_of_one_real_image_is_not_called_dropped():
    generated, real = np.zeros((50, 1)), np.zeros((50, 1))
    real[7] = 0.9
    (row,) = compare_areas(generated, real, ["boat"], rng())
    assert (row.verdict, row.real.present) == ("as real", 0.02)
    assert row.p == pytest.approx(math.erfc(1 / math.sqrt(2)))  # mean and error are both 0.9 / 50
    assert row.difference_interval.high == 0
    assert row.ratio_interval is None  # every third resample has none of it


def test_a_verdict_needs_the_interval_the_rate_and_the_size():
    lower, higher, around = Interval(-0.3, -0.1), Interval(0.1, 0.3), Interval(-0.1, 0.1)
    assert verdict(0.0, 0.2, lower, 0.05) == "dropped"
    assert verdict(0.2 * DROPPED_PART, 0.2, lower, 0.05) == "underdrawn"
    assert verdict(0.4, 0.2, higher, 0.05) == "overdrawn"
    assert verdict(0.2, 0.0, higher, 0.0) == "overdrawn"
    assert verdict(0.4, 0.2, higher, 0.051) == "as real"
    assert verdict(0.4, 0.2, around, 0.0) == "as real"
    assert verdict(0.0, 0.0, Interval(0.0, 0.0), math.nan) == "absent"


def test_histograms_count_every_image_once():
    """Bounds are 0, 1/256, 4/256, ..., 1."""
    counts = area_histogram(
        np.array([[0.0, 1.0], [1 / 256, 0.5], [0.004, 1.0], [1.0, 0.0], [0.0, 0.0], [1 + 1e-12, 0]])
    )
    assert counts.shape == (2, 17)
    assert {i: c for i, c in enumerate(counts[0]) if c} == {0: 2, 1: 1, 2: 1, 16: 2}
    assert {i: c for i, c in enumerate(counts[1]) if c} == {0: 3, 12: 1, 16: 2}
    assert EDGES[11] < 0.5 <= EDGES[12]


@pytest.mark.parametrize(
    ("generated", "real", "message"),
    [
        (np.zeros((4, 3)), np.zeros((4, 2)), r"generated areas are \(4, 3\); give \(images, 2\), a column per concept"),
        (np.zeros((4, 2)), np.zeros(4), r"real areas are \(4,\); give \(images, 2\)"),
        (np.zeros((1, 2)), np.zeros((4, 2)), "there are areas of 1 generated images; a comparison needs 2 or more"),
    ],
)
def test_areas_that_cannot_be_compared_are_refused(generated, real, message):
    with pytest.raises(DataError, match=message):
        compare_areas(generated, real, ["a", "b"], rng())
