import math

import pytest
import torch
from tests.evolve import nets
from tests.reference.egan import fitness

from ganatomy.evolve.fitness import diversity, evaluate, quality, real_gradient


@pytest.mark.parametrize(
    "environment", [nets.environment(), nets.environment(batch_norm=False), nets.patch_environment()]
)
def test_shared_real_gradient_gives_the_fitness_of_the_whole_loss(environment) -> None:
    generator = nets.generator()
    z, real = torch.randn(6, 5), nets.real_images()(6)
    f_q, f_d, _ = fitness(generator, environment, z, real, gamma=0.5)
    by_real = real_gradient(environment, environment.features(real, None))
    ours = evaluate(environment, environment.features(generator(z).detach(), None), by_real)
    assert ours == pytest.approx((f_q, f_d), rel=1e-5)


def test_quality_is_the_mean_probability() -> None:
    logits = torch.tensor([[0.0], [math.log(3)]])
    assert quality(logits) == pytest.approx((0.5 + 0.75) / 2)


def test_diversity_is_minus_log_of_one_norm_over_all_parameters() -> None:
    by_real = (torch.tensor([3.0]), torch.tensor([[0.0, 1.0]]))
    by_generated = (torch.tensor([0.0]), torch.tensor([[4.0, -1.0]]))
    assert diversity(by_real, by_generated) == pytest.approx(-math.log(5))


def test_a_vanishing_gradient_is_infinitely_diverse() -> None:
    zero = (torch.zeros(2),)
    assert diversity(zero, zero) == math.inf


def test_diversity_is_left_out_without_a_real_gradient() -> None:
    environment = nets.environment()
    features = environment.features(nets.real_images()(6), None)
    assert evaluate(environment, features, None)[1] == 0.0
