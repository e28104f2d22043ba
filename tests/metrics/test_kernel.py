"""Kernel distance by hand, its subsets, its lack of bias."""

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.kernel import kernel_distance, kernel_terms, subset_distances


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def test_by_hand():
    """k(x, y) = (x y + 1)^3; real 0, 1: k = 1; generated 1, 2: k = 27; between: 1, 1, 8, 27, mean 9.25."""
    real, generated = torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [2.0]])
    mean, sd = kernel_distance(real, generated, rng(), subsets=3, subset_size=2)
    assert mean == pytest.approx(1 + 27 - 2 * 9.25)
    assert sd is None, "subsets of all samples are one subset"
    unequal = kernel_distance(real, torch.tensor([[1.0], [2.0], [1.0]]), rng(), subsets=30, subset_size=2)
    assert unequal.sd == pytest.approx(5.3, abs=1.5)  # two thirds of 9.5 (1 and 2), one third of -1.75 (1 and 1)


def test_terms_by_hand():
    """2 (the other generated one - mean over real)."""
    terms = kernel_terms(torch.tensor([[0.0], [1.0]]), torch.tensor([[1.0], [2.0]]))
    assert terms.tolist() == pytest.approx([2 * (27 - 4.5), 2 * (27 - 14)])


def test_terms_are_summed_up_in_blocks(monkeypatch):
    x, y = torch.randn(20, 3, generator=rng()), torch.randn(15, 3, generator=rng(1))
    whole = kernel_terms(x, y)
    monkeypatch.setattr("ganatomy.metrics.kernel.rows_at_once", lambda _: 4)
    torch.testing.assert_close(kernel_terms(x, y), whole)


def test_is_unbiased():
    """Of equal distributions the mean is zero within its error, and subsets fall on both sides."""
    x, y = torch.randn(2000, 4, generator=rng()), torch.randn(2000, 4, generator=rng(1))
    pairs = [(torch.arange(i, i + 20), torch.arange(i, i + 20)) for i in range(0, 2000, 20)]
    distances = subset_distances(x, y, pairs)
    assert distances.min() < 0 < distances.max()
    assert abs(float(distances.mean())) < 3 * float(distances.std()) / 10


def test_subsets_depend_on_the_stream_alone():
    x, y = torch.randn(50, 3, generator=rng()), torch.randn(40, 3, generator=rng(1))
    first = kernel_distance(x, y, rng(2), subsets=4, subset_size=10)
    assert kernel_distance(x, y, rng(2), subsets=4, subset_size=10) == first
    assert kernel_distance(x, y, rng(3), subsets=4, subset_size=10) != first


def test_what_cannot_be_is_told():
    x = torch.zeros(5, 2)
    with pytest.raises(ConfigError, match="subset_size is 1000; with 5 samples give 2 to 5"):
        kernel_distance(x, x, rng())
    with pytest.raises(ConfigError, match="subsets is 0; give 1 or more"):
        kernel_distance(x, x, rng(), subsets=0, subset_size=5)
    with pytest.raises(DataError, match="subsets have 1 and 5 samples; give 2 or more of either kind"):
        subset_distances(x, x, [(torch.tensor([0]), torch.arange(5))])
