"""Maximum mean discrepancy by hand, and against scikit-learn's kernels."""

import math

import pytest
import torch
from sklearn.metrics.pairwise import euclidean_distances, rbf_kernel

from ganatomy.metrics.mmd import maximum_mean_discrepancy


def test_by_hand():
    """One point each, 2 apart: b = 4, and the squared discrepancy is sum_i 2 (1 - exp(-4 / b_i))."""
    mmd = maximum_mean_discrepancy(torch.tensor([[0.0]]), torch.tensor([[2.0]]))
    assert mmd.value == pytest.approx(sum(2 * (1 - math.exp(-(2.0 ** (2 - i)))) for i in range(5)))


def test_equals_the_kernels_of_scikit_learn(monkeypatch):
    rng = torch.Generator().manual_seed(0)
    x, y = torch.randn(40, 2, generator=rng).double(), torch.randn(30, 2, generator=rng).double() * 1.5 + 1
    both = torch.cat([x, y]).numpy()
    bandwidth = euclidean_distances(both, squared=True).sum() / (70 * 69)
    expected = 0.0
    for i in range(5):
        k = rbf_kernel(both, gamma=1 / (bandwidth * 2.0 ** (i - 2)))
        expected += k[:40, :40].mean() + k[40:, 40:].mean() - 2 * k[:40, 40:].mean()
    assert maximum_mean_discrepancy(x, y).value == pytest.approx(expected, abs=1e-12)
    monkeypatch.setattr("ganatomy.metrics.mmd.rows_at_once", lambda _: 7)
    assert maximum_mean_discrepancy(x, y).value == pytest.approx(expected, abs=1e-12)


def test_same_samples_and_collapsed_samples():
    x = torch.randn(20, 2, generator=torch.Generator().manual_seed(0))
    assert maximum_mean_discrepancy(x, x.flip(0)).value == pytest.approx(0, abs=1e-12)
    alike = torch.ones(5, 2)
    assert maximum_mean_discrepancy(alike, alike).value == pytest.approx(0, abs=1e-12)
