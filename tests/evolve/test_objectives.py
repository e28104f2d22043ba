"""Objectives at logits whose probabilities are 1/4, 1/2 and 3/4, and their derivatives anywhere."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from ganatomy.config.evolve import ObjectiveName
from ganatomy.evolve.objectives import OBJECTIVES, image_logits

L2, L3, L4, L43 = math.log(2), math.log(3), math.log(4), math.log(4 / 3)
QUARTERS = (0, L3, -L3)
"""Logits of the probabilities 1/2, 3/4 and 1/4."""

# logits of generated images, of real ones, losses, cotangents
BY_HAND = {
    "minimax": (QUARTERS, (), (-L2, -L4, -L43), (-0.5, -0.75, -0.25)),
    "heuristic": (QUARTERS, (), (L2, L43, L4), (-0.5, -0.25, -0.75)),
    "least_squares": (QUARTERS, (), (1 / 4, 1 / 16, 9 / 16), (-1 / 4, -3 / 32, -9 / 32)),
    "least_squares_logit": ((0, 1, 3), (), (1, 0, 4), (-2, 0, 4)),
    "hinge": ((0, 0.5, 1, 3), (), (1, 0.5, 0, 0), (-1, -1, 0, 0)),
    "wasserstein": ((0, 2, -3), (), (0, -2, 3), (-1, -1, -1)),
    # mean s = 0, mean r = log 3: s - mean r = 0 and -log 9, r - mean s = log 3
    "relativistic_average": ((L3, -L3), (L3, L3), (L2 + L4, math.log(10) + L4), (-1 / 2 - 3 / 4, -9 / 10 - 3 / 4)),
    "relativistic_paired": ((0, L3), (L3, 0), (L4, L43), (-3 / 4, -1 / 4)),
}


def test_there_is_an_objective_for_every_name_of_the_settings() -> None:
    assert set(OBJECTIVES) == set(ObjectiveName.__args__) == set(BY_HAND)
    assert all(objective.name == name for name, objective in OBJECTIVES.items())
    assert {name for name, o in OBJECTIVES.items() if o.uses_real} == {"relativistic_average", "relativistic_paired"}


@pytest.mark.parametrize("name", BY_HAND)
def test_losses_and_cotangents_worked_by_hand(name: str) -> None:
    s, r, losses, cotangents = (torch.tensor(values, dtype=torch.float64) for values in BY_HAND[name])
    objective = OBJECTIVES[name]
    assert objective.loss(s, r) == pytest.approx(losses)
    assert objective.cotangent(s, r) == pytest.approx(cotangents)


LOGITS = st.floats(-30, 30)


@pytest.mark.parametrize("name", OBJECTIVES)
@settings(deadline=None, max_examples=50)  # the first backward pass of a process takes its time
@given(pairs=st.lists(st.tuples(LOGITS, LOGITS), min_size=1, max_size=8))
def test_the_cotangent_is_the_derivative_of_the_loss(name: str, pairs: list[tuple[float, float]]) -> None:
    s, r = torch.tensor(pairs, dtype=torch.float64).T
    s.requires_grad_()
    objective = OBJECTIVES[name]
    expected = torch.autograd.grad(objective.loss(s, r).sum(), s)[0]
    # softplus is linear above 20, where it is off by exp(-20)
    torch.testing.assert_close(objective.cotangent(s.detach(), r), expected, atol=3e-9, rtol=1e-10)


def test_losses_are_those_that_the_released_codes_call_by_other_names() -> None:
    s = torch.linspace(-5, 5, 21, dtype=torch.float64)
    none, ones, p = s[:0], torch.ones_like(s), s.sigmoid()

    def bce(p: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        return F.binary_cross_entropy(p, target, reduction="none")

    expected = {
        "minimax": -bce(p, 0 * ones),
        "heuristic": bce(p, ones),
        "least_squares": F.mse_loss(p, ones, reduction="none"),
        "least_squares_logit": F.mse_loss(s, ones, reduction="none"),
    }
    for name, losses in expected.items():
        torch.testing.assert_close(OBJECTIVES[name].loss(s, none), losses, msg=name)


@pytest.mark.parametrize("name", sorted({*OBJECTIVES} - {"least_squares_logit", "hinge"}))
def test_most_objectives_push_logits_up_everywhere(name: str) -> None:
    s = torch.linspace(-5, 5, 11)
    assert (OBJECTIVES[name].cotangent(s, s.flip(0)) < 0).all()


def test_least_squares_of_the_logit_pulls_confident_images_down_and_the_hinge_lets_them_be() -> None:
    s = torch.tensor([0.9, 1.1])
    assert OBJECTIVES["least_squares_logit"].cotangent(s, s).sign().tolist() == [-1, 1]
    assert OBJECTIVES["hinge"].cotangent(s, s).tolist() == [-1, 0]


def test_losses_stay_finite_far_from_zero() -> None:
    s, r = torch.tensor([-1e4, 1e4]), torch.tensor([1e4, -1e4])
    for objective in OBJECTIVES.values():
        assert objective.loss(s, r).isfinite().all(), objective.name
        assert objective.cotangent(s, r).isfinite().all(), objective.name


def test_an_image_has_the_mean_of_its_logits() -> None:
    assert image_logits(torch.tensor([[1.0, 3.0], [0.0, -1.0]])).tolist() == [2.0, -0.5]
