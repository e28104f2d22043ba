"""The discriminator's part, on one with two weights: a sample's logit is w x + b."""

import math

import pytest
import torch
from tests.evolve import nets
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment, detached, join, take
from ganatomy.evolve.population import AdamSettings
from ganatomy.models.augment import augment, draw_augmentation

LEARNING_RATE = 0.1


class Line(nn.Module):
    """Judges (n, 1) features by w x + b; remembers in which mode it did."""

    couples_samples = False

    def __init__(self, w: float, b: float) -> None:
        super().__init__()
        self.w, self.b = nn.Parameter(torch.tensor(w)), nn.Parameter(torch.tensor(b))
        self.fixed = nn.Parameter(torch.tensor(5.0), requires_grad=False)
        self.modes: list[bool] = []

    def features(self, images: Tensor) -> list[Tensor]:
        return [images.mean((1, 2, 3))[:, None]]

    def judge(self, features: list[Tensor]) -> Tensor:
        self.modes.append(self.training)
        return self.w * features[0] + self.b


def line(w: float = 0.0, b: float = 0.0) -> Environment:
    discriminator = Line(w, b).eval()
    return Environment(discriminator, AdamSettings(LEARNING_RATE).optimizer(discriminator))


def column(*values: float) -> list[Tensor]:
    return [torch.tensor(values)[:, None]]


def test_a_step_goes_down_the_two_way_loss_and_tells_what_was_before_it() -> None:
    """At w = b = 0 the loss is 2 log 2, its slope by w -(2 + 4) / 4 + (1 + 1) / 4 = -1, by b 0: Adam moves w by +lr."""
    environment = line()
    figures = environment.step(column(2, 4), column(1, 1))
    assert figures == pytest.approx({"d_loss": 2 * math.log(2), "d_real": 0.5, "d_generated": 0.5})
    w, b = (p.item() for p in environment.parameters)
    assert w == pytest.approx(LEARNING_RATE)
    assert b == 0
    figures = environment.step(column(2, 4), column(1, 1))
    sigma = [1 / (1 + math.exp(-logit)) for logit in (0.2, 0.4, 0.1)]
    expected = -(math.log(sigma[0]) + math.log(sigma[1])) / 2 - math.log(1 - sigma[2])
    assert figures == pytest.approx(
        {"d_loss": expected, "d_real": (sigma[0] + sigma[1]) / 2, "d_generated": sigma[2]}, rel=1e-5
    )


def test_a_step_trains_in_training_mode_and_leaves_evaluation_mode() -> None:
    environment = line()
    environment.step(column(1), column(2))
    assert environment.discriminator.modes == [True, True]
    assert not environment.discriminator.training


def test_steps_do_not_gather_gradients() -> None:
    once, often = line(), line()
    once.step(column(2, 4), column(1, 1))
    often.parameters[0].grad = torch.tensor(-100.0)  # left behind by someone else
    often.step(column(2, 4), column(1, 1))
    assert torch.equal(once.parameters[0], often.parameters[0])


def test_only_what_learns_is_a_parameter() -> None:
    environment = line(w=3.0)
    assert [p.item() for p in environment.parameters] == [3.0, 0.0]
    environment.step(column(1), column(2))
    assert environment.discriminator.fixed.item() == 5.0


def test_the_gradient_is_that_of_the_loss_by_each_parameter() -> None:
    environment = line(w=2.0, b=1.0)
    loss = environment.judge(column(3, 5)).square().sum()  # (2 x + 1)^2: by w 2 x (2 x + 1), by b 2 (2 x + 1)
    assert [g.item() for g in environment.gradient(loss)] == [2 * 3 * 7 + 2 * 5 * 11, 2 * 7 + 2 * 11]


def test_images_are_seen_as_they_are_or_augmented_by_the_draws() -> None:
    environment = line()
    images = torch.rand(4, 3, 8, 8, generator=torch.Generator().manual_seed(0))
    assert torch.equal(environment.features(images, None)[0], images.mean((1, 2, 3))[:, None])
    draws = draw_augmentation(4, torch.Generator().manual_seed(1))
    augmented = environment.features(images, draws)[0]
    assert torch.equal(augmented, augment(images, draws).mean((1, 2, 3))[:, None])
    assert not torch.equal(augmented, environment.features(images, None)[0])


def test_batch_norm_couples_samples() -> None:
    assert nets.environment(batch_norm=True).couples_samples is True
    assert nets.environment(batch_norm=False).couples_samples is False


def test_features_are_taken_joined_and_detached_level_by_level() -> None:
    features = [torch.arange(4.0)[:, None].requires_grad_(), torch.arange(8.0).view(4, 2)]
    assert [f.tolist() for f in take(features, slice(1, 3))] == [[[1], [2]], [[2, 3], [4, 5]]]
    assert [f.tolist() for f in take(features, torch.tensor([3, 0]))] == [[[3], [0]], [[6, 7], [0, 1]]]
    parts = [take(features, slice(0, 1)), take(features, slice(1, 4))]
    assert all(torch.equal(a, b) for a, b in zip(join(parts), features, strict=True))
    assert [f.requires_grad for f in detached(features)] == [False, False]
    with pytest.raises(ValueError, match="zip"):
        join([features, features[:1]])
