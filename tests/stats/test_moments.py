"""Moments: one pass, any split, any order of merges."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from ganatomy.errors import DataError
from ganatomy.stats.moments import Moments


def samples(n: int, f: int = 3, seed: int = 0) -> torch.Tensor:
    return torch.randn(n, f, generator=torch.Generator().manual_seed(seed)) * 3 + 100


def test_by_hand():
    moments = Moments.of(torch.tensor([[0.0, 1.0], [2.0, 5.0]]))
    assert moments.n == 2
    assert moments.mean.tolist() == [1, 3]
    assert moments.covariance.tolist() == [[2, 4], [4, 8]]


def test_is_numpys_covariance():
    features = samples(50)
    moments = Moments.of(features)
    np.testing.assert_allclose(moments.covariance, np.cov(features.double().numpy(), rowvar=False), rtol=1e-12)
    np.testing.assert_allclose(moments.mean, features.double().numpy().mean(0), rtol=1e-14)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.randoms())
def test_any_split_and_any_order_of_merges_equals_one_pass(sizes, random):
    features = samples(sum(sizes))
    parts = []
    for batch in features.split(sizes):
        part = Moments(3)
        part.add(batch)
        parts.append(part)
    random.shuffle(parts)
    together = Moments(3)
    for part in parts:
        together.merge(part)
    whole = Moments(3)
    whole.add(features)
    assert together.n == whole.n
    torch.testing.assert_close(together.mean, whole.mean, rtol=1e-13, atol=1e-11)
    torch.testing.assert_close(together.m2, whole.m2, rtol=1e-11, atol=1e-9)


def test_merging_leaves_the_other_as_it_was():
    a, b = Moments.of(samples(4)), Moments.of(samples(5, seed=1))
    before = b.m2.clone()
    a.merge(b)
    a.add(samples(3))
    assert torch.equal(b.m2, before)
    assert b.n == 5


def test_state_goes_back_and_forth_and_is_not_shared():
    moments = Moments.of(samples(6))
    state = moments.state()
    again = Moments.from_state(state)
    assert again.n == 6
    assert torch.equal(again.mean, moments.mean)
    assert torch.equal(again.m2, moments.m2)
    again.add(samples(2))
    assert torch.equal(state["m2"], moments.m2)
    assert Moments.from_state(Moments(2).state()).n == 0


def test_what_does_not_fit_is_told():
    with pytest.raises(DataError, match=r"features are \(2, 4\); give \(n, 3\)"):
        Moments(3).add(torch.zeros(2, 4))
    with pytest.raises(DataError, match="a covariance needs 2 samples or more; there are 1"):
        _ = Moments.of(samples(1)).covariance
