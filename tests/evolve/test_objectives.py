import math

import pytest
import torch

from ganatomy.evolve.objectives import OBJECTIVES, generated_loss, image_logits, real_loss


@pytest.mark.parametrize("name", OBJECTIVES)
def test_cotangent_is_the_derivative_of_the_loss(name: str) -> None:
    s = torch.linspace(-8, 8, 33, dtype=torch.float64, requires_grad=True)
    objective = OBJECTIVES[name]
    expected = torch.autograd.grad(objective.loss(s).sum(), s)[0]
    torch.testing.assert_close(objective.cotangent(s.detach()), expected, atol=1e-12, rtol=1e-10)


@pytest.mark.parametrize(
    ("name", "at_zero"), [("minimax", math.log(0.5)), ("heuristic", math.log(2)), ("least_squares", 0.25)]
)
def test_losses_at_an_undecided_logit(name: str, at_zero: float) -> None:
    assert OBJECTIVES[name].loss(torch.zeros(1)).item() == pytest.approx(at_zero)


def test_every_objective_pushes_logits_up_everywhere() -> None:
    s = torch.linspace(-5, 5, 11)
    for objective in OBJECTIVES.values():
        assert (objective.cotangent(s) < 0).all()


def test_discriminator_loss_is_the_sum_of_two_means_not_their_average() -> None:
    undecided = torch.zeros(4, 1)
    assert (real_loss(undecided) + generated_loss(undecided)).item() == pytest.approx(2 * math.log(2))


def test_an_image_has_the_mean_of_its_logits() -> None:
    assert image_logits(torch.tensor([[1.0, 3.0], [0.0, -1.0]])).tolist() == [2.0, -0.5]
