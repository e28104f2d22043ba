"""Losses of the discriminator by hand, and penalties on discriminators whose gradient is known.

A linear discriminator w x + b has the gradient w everywhere; a quadratic one, a |x|^2 / 2, has a x at x.
"""

import math

import pytest
import torch
from torch import Tensor

from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES, Penalties, generated_loss, real_loss

L2, L4, L43 = math.log(2), math.log(4), math.log(4 / 3)
REAL = [torch.tensor([[3.0, 4.0], [0.0, 1.0]])]
"""Of norms 5 and 1."""
GENERATED = [torch.tensor([[0.0, 0.0], [0.0, 3.0]])]
"""Of norms 0 and 3."""
HALVES = torch.full((2,), 0.5)


def linear(features: list[Tensor]) -> Tensor:
    return features[0] @ torch.tensor([[2.0], [1.0]]) + 7  # a gradient of norm sqrt 5


def quadratic(features: list[Tensor]) -> Tensor:
    return features[0].square().sum(1, keepdim=True)  # a = 2


@pytest.mark.parametrize(
    ("name", "real", "generated"),
    [
        ("bce", (L2 + L43) / 2, (L2 + L4) / 2),
        ("least_squares", (1 + (math.log(3) - 1) ** 2) / 2, math.log(3) ** 2 / 2),
        ("hinge", 1 / 2, (1 + 1 + math.log(3)) / 2),
        ("wasserstein", -math.log(3) / 2, math.log(3) / 2),
    ],
)
def test_each_half_of_the_loss_at_logits_of_one_half_and_three_quarters(
    name: str, real: float, generated: float
) -> None:
    logits = torch.tensor([[0.0, math.log(3)]])
    loss = DISCRIMINATOR_LOSSES[name]
    assert loss.real(logits).item() == pytest.approx(real)
    assert loss.generated(logits).item() == pytest.approx(generated)


def test_the_papers_loss_is_the_sum_of_two_means_not_their_average() -> None:
    undecided = torch.zeros(4, 1)
    assert (real_loss(undecided) + generated_loss(undecided)).item() == pytest.approx(2 * math.log(2))
    assert DISCRIMINATOR_LOSSES["bce"].real is real_loss


def test_no_weight_no_penalty() -> None:
    def never(features: list[Tensor]) -> Tensor:
        raise AssertionError("judged for nothing")

    assert Penalties().loss(never, REAL, GENERATED, HALVES).item() == 0


@pytest.mark.parametrize(("centre", "expected"), [(1.0, (5**0.5 - 1) ** 2), (0.0, 5), (5**0.5, 0)])
def test_the_gradient_penalty_of_a_linear_discriminator(centre: float, expected: float) -> None:
    penalty = Penalties(gradient=10, centre=centre).loss(linear, REAL, GENERATED, HALVES)
    assert penalty.item() == pytest.approx(10 * expected, abs=1e-5)


@pytest.mark.parametrize(
    ("mix", "norms"),
    [
        ((0.0, 0.0), (5.0, 1.0)),  # at the real samples
        ((1.0, 1.0), (0.0, 3.0)),  # at the generated ones
        ((0.5, 0.25), (2.5, 1.5)),  # half way, and a quarter of the way from (0, 1) to (0, 3)
    ],
)
def test_the_gradient_penalty_lies_between_real_and_generated(
    mix: tuple[float, float], norms: tuple[float, float]
) -> None:
    penalty = Penalties(gradient=2, centre=1).loss(quadratic, REAL, GENERATED, torch.tensor(mix))
    expected = 2 * sum((2 * norm - 1) ** 2 for norm in norms) / 2
    assert penalty.item() == pytest.approx(expected, rel=1e-5)


def test_r1_and_r2_are_half_the_squared_gradient_at_real_and_at_generated_samples() -> None:
    r1 = Penalties(r1=3).loss(quadratic, REAL, GENERATED, HALVES)
    r2 = Penalties(r2=3).loss(quadratic, REAL, GENERATED, HALVES)
    assert r1.item() == pytest.approx(3 / 2 * (4 * 25 + 4 * 1) / 2)
    assert r2.item() == pytest.approx(3 / 2 * (4 * 0 + 4 * 9) / 2)
    both = Penalties(r1=3, r2=3).loss(linear, REAL, GENERATED, HALVES)
    assert both.item() == pytest.approx(3 / 2 * 5 * 2)


def test_a_factor_multiplies_r1_alone() -> None:
    penalties = Penalties(gradient=1, r1=1, r2=1)
    once, twice = (penalties.loss(quadratic, REAL, GENERATED, HALVES, r1_factor=factor).item() for factor in (1, 2))
    assert twice - once == pytest.approx(1 / 2 * (4 * 25 + 4 * 1) / 2)


def test_the_gradient_is_that_of_the_mean_logit_by_all_features_together() -> None:
    def judge(features: list[Tensor]) -> Tensor:  # mean logit 2 a + 3 b + 6 c of features (n, 1) and (n, 2)
        return torch.cat([4 * features[0], features[1] @ torch.tensor([[6.0], [12.0]])], 1)

    features = [torch.ones(2, 1), torch.ones(2, 2)]
    penalty = Penalties(r1=1).loss(judge, features, features, HALVES)
    assert penalty.item() == pytest.approx((2**2 + 3**2 + 6**2) / 2)


def test_a_penalty_is_differentiable_also_where_the_gradient_vanishes() -> None:
    w = torch.zeros(2, requires_grad=True)

    def judge(features: list[Tensor]) -> Tensor:
        return (features[0] * w).sum(1, keepdim=True)

    penalty = Penalties(gradient=1).loss(judge, REAL, GENERATED, HALVES)
    assert penalty.item() == pytest.approx(1)
    assert torch.autograd.grad(penalty, w)[0].tolist() == [0, 0]
    w = torch.tensor([3.0, 4.0], requires_grad=True)
    penalty = Penalties(gradient=1, r1=1).loss(judge, REAL, GENERATED, HALVES)
    # (|w| - 1)^2 + |w|^2 / 2 by w: 2 (|w| - 1) w / |w| + w
    assert torch.autograd.grad(penalty, w)[0].tolist() == pytest.approx([2 * 4 * 0.6 + 3, 2 * 4 * 0.8 + 4])


def test_features_in_bfloat16_are_mixed_as_they_are() -> None:
    real, generated = ([level.bfloat16() for level in features] for features in (REAL, GENERATED))
    penalty = Penalties(gradient=1).loss(lambda x: x[0].float().square().sum(1, keepdim=True), real, generated, HALVES)
    assert penalty.item() == pytest.approx(((2 * 2.5 - 1) ** 2 + (2 * 2 - 1) ** 2) / 2)
