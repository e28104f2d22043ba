"""Frechet distance: closed forms, another library's root, fewer samples than features."""

import math

import numpy as np
import pytest
import scipy.linalg
import torch

from ganatomy.errors import DataError
from ganatomy.metrics.frechet import frechet_distance, frechet_terms
from ganatomy.stats.moments import Moments


def moments(mean, covariance, n: int = 1000) -> Moments:
    mean, covariance = torch.tensor(mean).double(), torch.tensor(covariance).double()
    return Moments.from_state({"n": torch.tensor(n), "mean": mean, "m2": covariance * (n - 1)})


def features(n: int, f: int, seed: int) -> torch.Tensor:
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(n, f, generator=rng, dtype=torch.float64) @ torch.randn(f, f, generator=rng, dtype=torch.float64)


def test_by_hand_in_one_dimension():
    """(1 - 4)^2 + (sqrt(4) - sqrt(9))^2."""
    assert frechet_distance(moments([1.0], [[4.0]]), moments([4.0], [[9.0]])) == pytest.approx(10, abs=1e-12)


def test_by_hand_where_covariances_commute():
    a, b = moments([0.0, 0.0], [[1.0, 0.0], [0.0, 16.0]]), moments([1.0, 2.0], [[4.0, 0.0], [0.0, 9.0]])
    assert frechet_distance(a, b) == pytest.approx(1 + 4 + 1 + 1, abs=1e-12)


def test_equals_the_published_recipe_with_scipys_matrix_root():
    a, b = Moments.of(features(60, 5, 0)), Moments.of(features(80, 5, 1) + 1)
    root = scipy.linalg.sqrtm(a.covariance.numpy() @ b.covariance.numpy()).real
    shift = float((a.mean - b.mean).square().sum())
    expected = shift + np.trace(a.covariance + b.covariance) - 2 * np.trace(root)
    assert frechet_distance(a, b) == pytest.approx(expected, rel=1e-10)


def test_is_symmetric_and_zero_of_itself():
    a, b = Moments.of(features(60, 5, 0)), Moments.of(features(80, 5, 1))
    assert frechet_distance(a, b) == pytest.approx(frechet_distance(b, a), rel=1e-12)
    assert frechet_distance(a, a) == pytest.approx(0, abs=1e-11)


def test_fewer_samples_than_features():
    """Of rank below the number of features: still zero of itself, and right on a line, where roots are exact."""
    few = Moments.of(features(6, 40, 0))
    assert frechet_distance(few, few) == pytest.approx(0, abs=1e-10)
    line = torch.zeros(3, 40).double()
    line[:, 7] = torch.tensor([-1.0, 0.0, 1.0])
    assert frechet_distance(Moments.of(line), Moments.of(3 * line + 1)) == pytest.approx(40 + 4, rel=1e-12)


def test_constant_features_leave_the_distance_of_means():
    same = torch.ones(4, 3)
    assert frechet_distance(Moments.of(same), Moments.of(3 * same)) == pytest.approx(12)
    assert math.isfinite(frechet_terms(Moments.of(same), 3 * same).sum())


def test_terms_leave_out_directions_without_spread():
    terms = frechet_terms(Moments.of(features(6, 40, 0)), features(5, 40, 1))
    assert terms.shape == (5,)
    assert torch.isfinite(terms).all()


def test_what_does_not_fit_is_told():
    with pytest.raises(DataError, match="moments are of 1 and 2 features; give both from the same extractor"):
        frechet_distance(moments([0.0], [[1.0]]), moments([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]]))
    with pytest.raises(DataError, match="a covariance needs 2 samples or more; there are 1"):
        frechet_distance(moments([0.0], [[1.0]]), Moments.of(torch.ones(1, 1)))
