"""Our metrics against the libraries that papers use, on the same features: equal to 1e-6."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.oracles.features import NUM_FEATURES, SEED, SPLITS, features, kernel_subsets

from ganatomy.metrics.frechet import frechet_distance
from ganatomy.metrics.inception import inception_score
from ganatomy.metrics.kernel import subset_distances
from ganatomy.metrics.mind import sliced_distance
from ganatomy.metrics.neighbours import density_coverage, precision_recall
from ganatomy.stats.moments import Moments

Published = Callable[[str], dict[str, Any]]
FIDELITY, PRDC = "torch-fidelity", "prdc"

pytestmark = pytest.mark.oracle


@pytest.fixture(scope="module")
def real() -> torch.Tensor:
    return torch.from_numpy(features()[0])


@pytest.fixture(scope="module")
def generated() -> torch.Tensor:
    return torch.from_numpy(features()[1])


def test_frechet_distance(published: Published, real: torch.Tensor, generated: torch.Tensor) -> None:
    expected = published(FIDELITY)["frechet_inception_distance"]
    assert frechet_distance(Moments.of(real), Moments.of(generated)) == pytest.approx(expected, rel=1e-6)


def test_kernel_distance_of_the_same_subsets(published: Published, real: torch.Tensor, generated: torch.Tensor) -> None:
    expected = published(FIDELITY)
    pairs = [(torch.from_numpy(i), torch.from_numpy(j)) for i, j in kernel_subsets()]
    distances = subset_distances(real, generated, pairs)
    assert float(distances.mean()) == pytest.approx(expected["kernel_inception_distance_mean"], rel=1e-6)
    assert float(distances.std(correction=0)) == pytest.approx(expected["kernel_inception_distance_std"], rel=1e-6)


def test_inception_score(published: Published) -> None:
    expected = published(FIDELITY)
    score = inception_score(torch.from_numpy(features()[2]), SPLITS)
    assert score.value == pytest.approx(expected["inception_score_mean"], rel=1e-6)
    assert score.spread == pytest.approx(expected["inception_score_std"], rel=1e-6)


def test_precision_and_recall(published: Published, real: torch.Tensor, generated: torch.Tensor) -> None:
    expected = published(FIDELITY)
    found = precision_recall(real, generated)
    assert found == pytest.approx((expected["precision"], expected["recall"]), rel=1e-6)
    assert 0.05 < min(found) < max(found) < 0.99  # so that there is something to agree on


def test_precision_and_recall_of_five_neighbours(
    published: Published, real: torch.Tensor, generated: torch.Tensor
) -> None:
    expected = published(PRDC)
    assert precision_recall(real, generated, 5) == pytest.approx((expected["precision"], expected["recall"]), rel=1e-6)


def test_density_and_coverage(published: Published, real: torch.Tensor, generated: torch.Tensor) -> None:
    expected = published(PRDC)
    assert density_coverage(real, generated) == pytest.approx((expected["density"], expected["coverage"]), rel=1e-6)


def test_mind_along_the_same_directions(published: Published, real: torch.Tensor, generated: torch.Tensor) -> None:
    """Its sums are in float32 there: 1e-4."""
    expected = published(FIDELITY).get("monge_inception_distance")
    if expected is None:
        pytest.skip("this version of torch-fidelity has no MIND")
    directions = torch.randn(64, NUM_FEATURES, generator=torch.Generator().manual_seed(SEED)).double()
    directions /= directions.norm(dim=1, keepdim=True)
    found = sliced_distance(real[: len(generated)], generated, directions, 3 * NUM_FEATURES)
    assert found.value == pytest.approx(expected, rel=1e-4)
