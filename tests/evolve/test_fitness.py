"""Quality, the three measures of diversity, and their sum."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tests.evolve import nets
from tests.reference import egan
from torch import Tensor

from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES
from ganatomy.evolve.fitness import (
    GradientNorm,
    NoDiversity,
    PairwiseDistance,
    diversity_measure,
    fitness,
    minus_log_norm,
    quality,
    sample_distance,
)

RNG = torch.Generator()
FINITE = st.floats(-1e3, 1e3)


def test_quality_is_the_mean_probability() -> None:
    logits = torch.tensor([[0.0], [math.log(3)]])
    assert quality(logits).item() == pytest.approx((0.5 + 0.75) / 2)


def test_quality_of_many_logits_an_image_is_the_mean_over_all() -> None:
    logits = torch.tensor([[0.0, math.log(3)], [-math.log(3), -math.log(3)]])
    assert quality(logits).item() == pytest.approx((0.5 + 0.75 + 0.25 + 0.25) / 4)


def test_gradient_diversity_is_minus_log_of_one_norm_over_all_parameters() -> None:
    by_real = (torch.tensor([3.0]), torch.tensor([[0.0, 1.0]]))
    by_generated = (torch.tensor([0.0]), torch.tensor([[4.0, -1.0]]))
    assert minus_log_norm(by_real, by_generated).item() == pytest.approx(-math.log(5))


def test_a_vanishing_gradient_is_as_diverse_as_can_be_and_no_more() -> None:
    zero = (torch.zeros(2),)
    assert minus_log_norm(zero, zero).item() == pytest.approx(87.34, abs=0.01)
    assert minus_log_norm((torch.full((1,), 1e-30),), (torch.zeros(1),)).item() == pytest.approx(69.08, abs=0.01)
    assert math.isnan(minus_log_norm((torch.full((2,), math.nan),), zero).item())


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("loss", DISCRIMINATOR_LOSSES)
@pytest.mark.parametrize("make", nets.ENVIRONMENTS.values(), ids=nets.ENVIRONMENTS.keys())
def test_a_shared_real_gradient_gives_the_diversity_of_the_whole_loss(make, loss: str, squared: bool) -> None:
    """Of each of two children, after the other one was measured."""
    environment = make(loss=DISCRIMINATOR_LOSSES[loss])
    z, real = torch.randn(6, 5, generator=torch.Generator().manual_seed(0)), nets.real_images()(6)
    measure = GradientNorm(squared).against(environment, environment.features(real, None), RNG)
    for generator in (nets.generator(0), nets.generator(1)):
        f_q, f_d, _ = egan.fitness(generator, environment, z, real, 0.5, loss, squared)
        images = generator(z).detach()
        logits = environment.judge(environment.features(images, None))
        assert quality(logits).item() == pytest.approx(f_q, rel=1e-5)
        assert measure(images, logits).item() == pytest.approx(f_d, rel=1e-5, abs=1e-5)


def test_the_squared_norm_counts_twice() -> None:
    environment, features = nets.plane(2.0), [torch.tensor([[1.0, 0.0]])]
    # loss log(1 + e^-2w) real, log(1 + e^2w) generated at x = 1: slope -sigma(-w) + sigma(w) = tanh(w / 2), w = 2
    for squared, factor in ((False, 1), (True, 2)):
        logits = environment.judge(features)
        f_d = GradientNorm(squared).against(environment, features, RNG)(features[0], logits)
        assert f_d.item() == pytest.approx(-factor * math.log(math.tanh(1)))


def test_measuring_leaves_no_gradient_behind() -> None:
    environment, images = nets.environment(), nets.real_images()(6)
    features = environment.features(images, None)
    GradientNorm().against(environment, features, RNG)(images, environment.judge(features))
    assert all(p.grad is None for p in environment.parameters)


def test_the_distance_of_samples_is_the_mean_over_entries_and_neighbours() -> None:
    points = torch.tensor([[0.0, 0.0], [1.0, 3.0], [5.0, 0.0]])
    in_order = torch.arange(3)  # |0-5| + 0, 1 + 3, 4 + 3: each with the one before
    assert sample_distance(points, [in_order]).item() == pytest.approx((5 + 4 + 7) / 6)
    two = points[:2]
    assert sample_distance(two, [torch.tensor([0, 1]), torch.tensor([1, 0])]).item() == pytest.approx(2)


def test_pairwise_diversity_is_larger_where_samples_are_further_apart_and_0_where_they_are_one() -> None:
    rng = torch.Generator().manual_seed(0)
    images, logits = torch.randn(8, 3, 4, 4, generator=rng), torch.zeros(8, 1)
    measure = PairwiseDistance().against(nets.environment(), [images], rng)
    near, far = measure(images, logits).item(), measure(3 * images, logits).item()
    assert far == pytest.approx(3 * near)
    assert measure(images[:1].expand(8, -1, -1, -1), logits).item() == 0


def test_all_children_of_a_generation_are_paired_alike_and_the_next_ones_anew() -> None:
    rng = torch.Generator().manual_seed(0)
    images, logits = torch.randn(8, 2, generator=rng), torch.zeros(8, 1)
    first, second = (PairwiseDistance().against(nets.environment(), [images], rng) for _ in range(2))
    assert first(images, logits) == first(images, logits)
    assert first(images, logits) != second(images, logits)


def test_no_diversity_is_0() -> None:
    measure = NoDiversity().against(nets.environment(), [], RNG)
    assert measure(torch.ones(2, 3), torch.ones(2, 1)).item() == 0


@pytest.mark.parametrize(
    ("name", "squared", "expected"),
    [
        ("gradient", False, GradientNorm),
        ("gradient", True, GradientNorm),
        ("pairwise", False, PairwiseDistance),
        ("none", False, NoDiversity),
    ],
)
def test_a_measure_is_found_by_its_name(name: str, squared: bool, expected: type) -> None:
    found = diversity_measure(name, squared)
    assert type(found) is expected
    assert found.needs_gradient == (name == "gradient")
    if isinstance(found, GradientNorm):
        environment, features = nets.plane(2.0), [torch.tensor([[1.0, 0.0]])]
        f_d: Tensor = found.against(environment, features, RNG)(features[0], environment.judge(features))
        assert f_d.item() == pytest.approx(-(1 + squared) * math.log(math.tanh(1)))


@given(FINITE, FINITE, FINITE)
def test_fitness_is_the_weighted_sum(f_q: float, f_d: float, gamma: float) -> None:
    assert fitness(f_q, f_d, gamma) == pytest.approx(f_q + gamma * f_d)


def test_fitness_is_no_number_where_a_term_is_none() -> None:
    assert math.isnan(fitness(math.nan, 0.0, 0.5))
    assert math.isnan(fitness(0.5, math.nan, 0.5))
    assert math.isnan(fitness(0.5, math.nan, 0.0))


def test_infinite_diversity_matters_where_it_is_weighed() -> None:
    assert fitness(0.5, math.inf, 0.1) == math.inf
    assert fitness(0.5, -math.inf, 0.1) == -math.inf
    assert fitness(0.5, math.inf, 0.0) == 0.5
