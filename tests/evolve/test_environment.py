"""The discriminator's part, on one with two weights: a sample's logit is w x + b."""

import math
from typing import Any

import pytest
import torch
from tests.evolve import nets
from torch import Tensor, nn

from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES, Penalties
from ganatomy.evolve.environment import Environment, join, take
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


def line(w: float = 0.0, b: float = 0.0, **parts: Any) -> Environment:
    discriminator = Line(w, b).eval()
    return Environment(discriminator, AdamSettings(LEARNING_RATE).optimizer(discriminator), **parts)


def descending(w: float, b: float = 0.0, **parts: Any) -> Environment:
    """Return an environment whose weights move by minus the gradient."""
    discriminator = Line(w, b).eval()
    return Environment(discriminator, torch.optim.SGD([discriminator.w, discriminator.b], 1.0), **parts)  # type: ignore[arg-type]


def column(*values: float) -> list[Tensor]:
    return [torch.tensor(values, dtype=torch.float32)[:, None]]


def test_a_step_goes_down_the_two_way_loss_and_tells_what_was_before_it() -> None:
    """At w = b = 0 the loss is 2 log 2, its slope by w -(2 + 4) / 4 + (1 + 1) / 4 = -1, by b 0: Adam moves w by +lr."""
    environment = line()
    figures = environment.step(column(2, 4), column(1, 1))
    assert figures == pytest.approx({"d_loss": 2 * math.log(2), "d_real": 0.5, "d_generated": 0.5, "d_accuracy": 0.5})
    w, b = (p.item() for p in environment.parameters)
    assert w == pytest.approx(LEARNING_RATE)
    assert b == 0
    figures = environment.step(column(2, 4), column(1, 1))
    sigma = [1 / (1 + math.exp(-logit)) for logit in (0.2, 0.4, 0.1)]
    expected = -(math.log(sigma[0]) + math.log(sigma[1])) / 2 - math.log(1 - sigma[2])
    assert figures == pytest.approx(
        {"d_loss": expected, "d_real": (sigma[0] + sigma[1]) / 2, "d_generated": sigma[2], "d_accuracy": 0.5}, rel=1e-5
    )


def test_accuracy_is_the_mean_share_on_the_right_side_of_one_half() -> None:
    figures = line(w=1.0).step(column(1, 2, 3, -1), column(-1, -2, 0, 1))  # a logit of 0 is no sign of a real image
    assert figures["d_accuracy"].item() == pytest.approx((3 / 4 + 3 / 4) / 2)
    assert line(w=1.0).step(column(1, 2), column(-1, -2))["d_accuracy"].item() == 1


def test_a_step_may_be_of_another_loss() -> None:
    """At w = 0, b = 1 least squares has the loss 0 + 1; its slope by w is 2 (0) + 2 mean x_g, by b 2."""
    environment = descending(w=0.0, b=1.0, loss=DISCRIMINATOR_LOSSES["least_squares"])
    assert environment.step(column(2, 4), column(1, 3))["d_loss"].item() == pytest.approx(1)
    assert [p.item() for p in environment.parameters] == pytest.approx([0 - 2 * 2, 1 - 2])


WASSERSTEIN = DISCRIMINATOR_LOSSES["wasserstein"]


@pytest.mark.parametrize(
    ("penalties", "slope"),
    [
        (Penalties(r1=0.5), 0.5 * 3),
        (Penalties(r2=0.25), 0.25 * 3),
        (Penalties(gradient=0.1), 0.1 * 2 * (3 - 1)),
        (Penalties(gradient=0.1, centre=0.0), 0.1 * 2 * 3),
        (Penalties(gradient=0.1, r1=0.5, r2=0.25), 0.1 * 2 * (3 - 1) + 0.75 * 3),
    ],
)
def test_penalties_pull_on_the_weight_but_are_not_told_as_loss(penalties: Penalties, slope: float) -> None:
    """Of w x + b, with real and generated samples alike so that the loss itself has no slope."""
    environment = descending(w=3.0, loss=WASSERSTEIN, penalties=penalties)
    figures = environment.step(column(1, 2), column(1, 2))
    assert figures["d_loss"].item() == 0
    assert [p.item() for p in environment.parameters] == pytest.approx([3 - slope, 0])


def test_the_survivors_factor_multiplies_r1() -> None:
    environment = descending(w=3.0, loss=WASSERSTEIN, penalties=Penalties(r1=0.5))
    environment.step(column(1, 2), column(1, 2), r1_factor=0.1)
    assert environment.parameters[0].item() == pytest.approx(3 - 0.05 * 3)


def test_the_gradient_is_penalised_where_the_mix_says() -> None:
    class Parabola(Line):
        def judge(self, features: list[Tensor]) -> Tensor:
            return self.w * features[0].square() / 2 + self.b  # gradient w x

    for mix, x in ((None, 2.0), (torch.tensor([0.0]), 1.0), (torch.tensor([1.0]), 3.0)):
        discriminator = Parabola(1.0, 0.0).eval()
        optimizer = torch.optim.SGD([discriminator.w, discriminator.b], 1.0)
        penalties = Penalties(gradient=0.1, centre=0.0)
        environment = Environment(discriminator, optimizer, WASSERSTEIN, penalties)  # type: ignore[arg-type]
        environment.step(column(1), column(3), mix)
        # loss (9 - 1) / 2 * w, penalty 0.1 (w x)^2
        assert environment.parameters[0].item() == pytest.approx(1 - 4 - 0.2 * x**2)


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


class Dense(nn.Module):
    """A layer whose arithmetic shows: as generator, as features, as judge."""

    couples_samples = False

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.layer = nn.Linear(4, 4)

    def forward(self, x: Tensor) -> Tensor:
        return self.layer(x)

    def features(self, x: Tensor) -> list[Tensor]:
        return [self.layer(x)]

    def judge(self, features: list[Tensor]) -> Tensor:
        return self.layer(features[0])


@pytest.mark.parametrize("bf16", [False, True])
def test_networks_may_run_in_bfloat16_and_what_they_give_is_float32(bf16: bool) -> None:
    dense, x = Dense(), torch.rand(3, 4, generator=torch.Generator().manual_seed(0))
    exact = dense(x)
    environment = Environment(dense, AdamSettings().optimizer(dense), bf16=bf16)
    for given in (environment.generate(dense, x), environment.judge([x])):
        assert given.dtype == torch.float32
        assert torch.equal(given, exact) != bf16
        torch.testing.assert_close(given, exact, rtol=0.02, atol=0.02)  # 8 bits of mantissa
    assert environment.features(x, None)[0].dtype == (torch.bfloat16 if bf16 else torch.float32)


def test_a_network_that_is_slow_backwards_in_bfloat16_is_not_passed_back_through_in_it() -> None:
    dense, x = Dense(), torch.rand(3, 4)
    environment = Environment(dense, AdamSettings().optimizer(dense), bf16=True)
    assert environment.features(x.clone().requires_grad_(), None)[0].dtype == torch.bfloat16
    dense.slow_backward_in_bf16 = True
    assert environment.features(x.clone().requires_grad_(), None)[0].dtype == torch.float32
    assert environment.features(x, None)[0].dtype == torch.bfloat16


def test_batch_norm_couples_samples() -> None:
    assert nets.environment(batch_norm=True).couples_samples is True
    assert nets.environment(batch_norm=False).couples_samples is False


def test_features_are_taken_and_joined_level_by_level() -> None:
    features = [torch.arange(4.0)[:, None], torch.arange(8.0).view(4, 2)]
    assert [f.tolist() for f in take(features, slice(1, 3))] == [[[1], [2]], [[2, 3], [4, 5]]]
    assert [f.tolist() for f in take(features, torch.tensor([3, 0]))] == [[[3], [0]], [[6, 7], [0, 1]]]
    parts = [take(features, slice(0, 1)), take(features, slice(1, 4))]
    assert all(torch.equal(a, b) for a, b in zip(join(parts), features, strict=True))
    with pytest.raises(ValueError, match="zip"):
        join([features, features[:1]])


@pytest.mark.parametrize(
    ("loss", "real", "generated", "expected"),
    [
        ("bce", (1, -1), (-1, -2), 0.75),
        ("least_squares", (0.7, 0.4), (0.3, 0.2), 0.75),
        ("wasserstein", (9,), (-9,), math.nan),
    ],
)
def test_accuracy_is_told_at_the_boundary_of_the_loss(
    loss: str, real: tuple[float, ...], generated: tuple[float, ...], expected: float
) -> None:
    """Least squares pulls logits to 1 and 0, so that the boundary is 1/2; Wasserstein's have no zero."""
    environment = line(w=1.0, loss=DISCRIMINATOR_LOSSES[loss])
    accuracy = environment.step(column(*real), column(*generated))["d_accuracy"].item()
    assert accuracy == pytest.approx(expected, nan_ok=True)


def test_drift_pulls_the_logits_of_real_images_to_zero() -> None:
    """At w = 0, b = 2 the slope of .5 E[D(x)^2] by b is 2, by w 2 x = 6; that of Wasserstein is -1 + 1 and -3 + 1."""
    loss = DISCRIMINATOR_LOSSES["wasserstein"]
    environment = descending(0.0, 2.0, loss=loss, penalties=Penalties(drift=0.5))
    figures = environment.step(column(3, 3), column(1, 1))
    w, b = (p.item() for p in environment.parameters)
    assert b == pytest.approx(2 - 2)
    assert w == pytest.approx(0 - (6 - 3 + 1))
    assert figures["d_loss"].item() == 0, "penalties are left out"
