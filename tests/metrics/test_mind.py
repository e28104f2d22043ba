"""MIND by hand, against its closed form, and with unequal numbers."""

import pytest
import torch

from ganatomy.errors import ConfigError
from ganatomy.metrics.mind import monge_inception_distance, sliced_distance


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_by_hand():
    """One dimension: every direction is 1 or -1; sorted 0, 1 and 2, 4 differ by 2 and 3; 3 f = 3."""
    mind = monge_inception_distance(torch.tensor([[1.0], [0.0]]), torch.tensor([[2.0], [4.0]]), rng(), projections=4)
    assert mind.value == pytest.approx(3 * (4 + 9) / 2)


def test_of_a_shift_is_three_times_its_squared_length():
    """E over directions of (u^T s)^2 is |s|^2 / f: 2 % for 4000 directions."""
    x = torch.randn(40, 6, generator=rng())
    mind = monge_inception_distance(x, x + torch.tensor([3.0, 0, 0, 0, 0, 4.0]), rng(1), projections=4000)
    assert mind.value == pytest.approx(75, rel=0.05)


def test_of_the_same_samples_in_another_order_is_zero():
    x = torch.randn(30, 4, generator=rng())
    assert monge_inception_distance(x, x.flip(0), rng(1)).value == pytest.approx(0, abs=1e-12)


def test_terms_are_potentials_of_the_shift():
    """y = x + 2 on a line: the potential grows by 2 (y - x) = 4 for each unit of y."""
    x = torch.tensor([[0.0], [1.0], [5.0]]).double()
    terms = sliced_distance(x, x + 2, torch.ones(1, 1).double(), scale=1.0).terms
    assert (terms[1] - terms[0]).item() == pytest.approx(4)
    assert (terms[2] - terms[0]).item() == pytest.approx(20)


def test_the_larger_set_is_thinned_by_the_stream():
    x, y = torch.randn(50, 3, generator=rng()), torch.randn(20, 3, generator=rng(1))
    first = monge_inception_distance(x, y, rng(2))
    assert first.value == monge_inception_distance(x, y, rng(2)).value
    assert first.value != monge_inception_distance(x, y, rng(3)).value
    assert first.terms.shape == (20,)
    assert monge_inception_distance(y, x, rng(2)).terms.shape == (20,)


def test_no_projections_are_told():
    with pytest.raises(ConfigError, match="projections is 0; give 1 or more"):
        monge_inception_distance(torch.zeros(2, 1), torch.zeros(2, 1), rng(), projections=0)
