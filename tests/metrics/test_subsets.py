"""Distances of subsets are those that the metrics themselves give."""

import pytest
import torch

from ganatomy.errors import DataError
from ganatomy.metrics.frechet import frechet_distance
from ganatomy.metrics.kernel import subset_distances
from ganatomy.metrics.subsets import FrechetSubsets, KernelSubsets, subset_distances_to
from ganatomy.stats.moments import Moments


def features(n, seed, width=6):
    return torch.randn(n, width, generator=torch.Generator().manual_seed(seed)) * 0.7 + seed / 3


REAL, GENERATED = features(40, 0), features(30, 1)
SUBSETS = [torch.arange(30), torch.tensor([3, 8, 1]), torch.tensor([29, 0]), torch.arange(5, 25)]


@pytest.mark.parametrize("samples", SUBSETS, ids=len)
def test_kernel_distances(samples):
    expected = subset_distances(REAL, GENERATED, [(torch.arange(40), samples)])[0]
    assert KernelSubsets(REAL, GENERATED).distance(samples) == pytest.approx(float(expected), rel=1e-9)


@pytest.mark.parametrize("samples", SUBSETS, ids=len)
def test_frechet_distances_also_of_fewer_samples_than_features(samples):
    expected = frechet_distance(Moments.of(REAL), Moments.of(GENERATED[samples]))
    assert FrechetSubsets(REAL, GENERATED).distance(samples) == pytest.approx(expected, rel=1e-6)


def test_few_samples_bias_the_one_and_not_the_other():
    real, generated = features(400, 0), features(400, 0) + 0.01 * features(400, 3)
    rng = torch.Generator().manual_seed(0)
    draws = [torch.randperm(400, generator=rng)[:12] for _ in range(200)]
    means = {}
    for metric in ("kd", "fd"):
        distances = subset_distances_to(real, generated, metric)
        means[metric] = sum(map(distances.distance, draws)) / len(draws), distances.distance(torch.arange(400))
    assert abs(means["kd"][0] - means["kd"][1]) < 0.05
    assert means["fd"][0] > means["fd"][1] + 0.5


def test_features_of_another_length_are_refused():
    with pytest.raises(DataError, match="real samples have 6 features, generated ones 5"):
        subset_distances_to(REAL, features(9, 1, 5), "kd")
