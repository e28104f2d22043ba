"""Modes: by hand, of the mixtures themselves, of a collapse."""

import math

import pytest
import torch

from ganatomy.data.mixtures import centres, sample, standard_deviation
from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.modes import assign, count_modes

CENTRES = torch.tensor([[0.0, 0.0], [10.0, 0.0]])


def test_by_hand():
    """At the centre, on the border of 3 deviations, outside of it; the second mode has the last one."""
    points = torch.tensor([[0.0, 0.0], [0.0, 3.0], [3.0, 1.0], [9.0, 0.0]])
    modes = count_modes(assign(points, CENTRES, sd=1.0), 2)
    assert modes.covered == 2
    assert modes.high_quality == 0.75
    assert modes.counts == (2, 1)
    assert modes.reverse_kl == pytest.approx(0.75 * math.log(1.5) + 0.25 * math.log(0.5))
    assert count_modes(assign(points, CENTRES, 1.0), 2, covered_from=2).covered == 1
    assert count_modes(assign(points, CENTRES, 1.0, deviations=4), 2).high_quality == 1


@pytest.mark.parametrize(("name", "k"), [("8gaussians", 8), ("25gaussians", 25)])
def test_the_mixture_itself_has_all_modes_evenly(name, k):
    points = sample(name, 10_000, torch.Generator().manual_seed(0))
    modes = count_modes(assign(points, centres(name), standard_deviation(name)), k)
    assert modes.covered == k
    assert modes.high_quality == pytest.approx(1 - math.exp(-4.5), abs=0.004)
    assert modes.reverse_kl == pytest.approx((k - 1) / 20_000, abs=0.002)


def test_a_collapse_has_one_mode_and_the_largest_divergence():
    modes = count_modes(assign(centres("8gaussians")[3].expand(50, 2), centres("8gaussians"), 0.01), 8)
    assert modes.covered == 1
    assert modes.high_quality == 1
    assert modes.reverse_kl == pytest.approx(math.log(8))


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: assign(torch.zeros(0, 2), CENTRES, 1.0), DataError, r"points are \(0, 2\); give \(1 or more, 2\)"),
        (lambda: assign(torch.zeros(4, 3), CENTRES, 1.0), DataError, r"points are \(4, 3\); give \(1 or more, 2\)"),
        (lambda: assign(torch.full((1, 2), torch.nan), CENTRES, 1.0), DataError, "points hold NaN or infinity"),
        (lambda: assign(torch.zeros(1, 2), CENTRES, 0.0), ConfigError, "sd is 0.0; give a number above 0"),
        (lambda: assign(torch.zeros(1, 2), CENTRES, 1.0, -1), ConfigError, "deviations is -1; give a number above 0"),
        (
            lambda: count_modes(assign(torch.zeros(1, 2), CENTRES, 1.0), 2, 0),
            ConfigError,
            "covered_from is 0; give 1 or more",
        ),
    ],
)
def test_what_cannot_be_is_told(call, error, message):
    with pytest.raises(error, match=message):
        call()
