"""Children from one forward pass: the gradients that separate passes give, and what siblings share."""

import copy
import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from tests.evolve import nets
from tests.reference.egan import mutation_gradient
from torch import Tensor

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.mutation import Draw, Variation, mutate, objective_gradients
from ganatomy.evolve.objectives import OBJECTIVES, image_logits
from ganatomy.evolve.population import Individual, ObjectiveMoments, Traits, adam_moments
from ganatomy.models.augment import augment, draw_augmentation
from ganatomy.seeds import stream

NONE = torch.empty(0)


def latents(seed: int = 0) -> Draw:
    return Draw(torch.randn(6, 5, generator=torch.Generator().manual_seed(seed)), None)


def close(ours: tuple[Tensor, ...], theirs: tuple[Tensor, ...]) -> None:
    """Compare to 1e-5 of the largest: single precision, sums in another order."""
    scale = max(float(g.abs().max()) for g in theirs)
    for a, b in zip(ours, theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-5 * scale)


@pytest.mark.parametrize("make", nets.ENVIRONMENTS.values(), ids=nets.ENVIRONMENTS.keys())
@pytest.mark.parametrize("batch_norm", [True, False])
def test_a_shared_forward_gives_the_gradients_of_separate_ones(
    make: Callable[[], Environment], batch_norm: bool
) -> None:
    environment, generator, real = make(), nets.generator(batch_norm=batch_norm), nets.real_images()(6)
    real_logits = image_logits(environment.judge(environment.features(real, None))).detach()
    found = objective_gradients(generator, environment, latents(), tuple(OBJECTIVES.values()), real_logits)
    names = []
    for objective, gradients in found:
        close(gradients, mutation_gradient(generator, environment, latents().z, objective.name, real))
        names.append(objective.name)
    assert names == list(OBJECTIVES)


def test_images_are_augmented_by_the_draw() -> None:
    environment, generator = nets.environment(batch_norm=False), nets.generator()
    draws = draw_augmentation(6, torch.Generator().manual_seed(1))
    ((_, ours),) = objective_gradients(
        generator, environment, Draw(latents().z, draws), nets.objectives("wasserstein"), NONE
    )
    seen = augment(generator(latents().z), draws)
    theirs = torch.autograd.grad(-environment.judge([seen]).mean(), list(generator.parameters()))
    close(ours, theirs)


def test_discriminator_is_left_alone() -> None:
    environment = nets.environment()
    before = copy.deepcopy(environment.discriminator.state_dict())
    list(objective_gradients(nets.generator(), environment, latents(), nets.objectives(), NONE))
    assert all(p.grad is None for p in environment.parameters)
    for name, value in environment.discriminator.state_dict().items():
        assert torch.equal(value, before[name])


def children(parent: Individual, environment: Environment, *names: str, draw: Any = None, **how: Any):
    draw = draw or (lambda step: latents(step))
    variation = Variation(**how)
    return list(mutate(parent, nets.objectives(*names), environment, NONE, draw, variation, stream(0, "mutation")))


def moved(child: Individual, parent: Individual) -> tuple[Tensor, ...]:
    pairs = zip(child.generator.parameters(), parent.generator.parameters(), strict=True)
    return tuple((a - b).detach() for a, b in pairs)


def test_a_child_is_its_parent_one_step_on() -> None:
    """At x = 0 a point's probability is 1/2 and its logit's slope 1: SGD of rate .5 moves it by half the cotangent."""
    (parent,) = nets.constants((0.0, 7.0))
    found = children(parent, nets.plane(), "minimax", "heuristic", "least_squares", "wasserstein", "hinge")
    assert [child.objective for child in found] == ["minimax", "heuristic", "least_squares", "wasserstein", "hinge"]
    at = [child.generator.point.tolist() for child in found]
    assert at == [pytest.approx([x, 7.0]) for x in (0.25, 0.25, 0.125, 0.5, 0.5)]
    assert parent.generator.point.tolist() == [0, 7]


def test_further_steps_go_on_from_the_child() -> None:
    (parent,) = nets.constants((0.0, 0.0))
    ((one,), (two,), (three,)) = (children(parent, nets.plane(), "least_squares_logit", steps=n) for n in (1, 2, 3))
    # x -> x - .5 * 2 (x - 1) = 1: at its aim after one step
    assert [c.generator.point[0].item() for c in (one, two, three)] == [1, 1, 1]
    (parent,) = nets.constants((0.0, 0.0), learning_rate=0.25)
    found = [children(parent, nets.plane(), "least_squares_logit", steps=n)[0] for n in (1, 2, 3)]
    assert [c.generator.point[0].item() for c in found] == [0.5, 0.75, 0.875]


def test_each_step_is_on_draws_of_its_own_number() -> None:
    asked: list[int] = []

    def draw(step: int) -> Draw:
        asked.append(step)
        return latents(step)

    (parent,) = nets.population()
    children(parent, nets.environment(), draw=draw, steps=3)
    assert asked == [0, 1, 2, 1, 2, 1, 2], "the first forward serves all siblings"
    asked.clear()
    children(parent, nets.environment(), draw=draw, steps=2, shared=False)
    assert asked == [0, 1, 0, 1, 0, 1]


def test_siblings_that_share_nothing_are_what_each_would_be_alone() -> None:
    """Under the same draws: without BatchNorm's running statistics nothing tells the two ways apart."""
    (parent,) = nets.population(batch_norm=False)
    environment = nets.environment()
    together, apart = (children(parent, environment, shared=shared) for shared in (True, False))
    for a, b in zip(together, apart, strict=True):
        for x, y in zip(moved(a, parent), moved(b, parent), strict=True):
            torch.testing.assert_close(x, y, rtol=1e-4, atol=1e-6)


def test_children_share_no_tensor_with_their_parent_or_each_other() -> None:
    (parent,) = nets.population()
    family = [parent, *children(parent, nets.environment())]
    storage = [t.data_ptr() for one in family for t in one.generator.state_dict().values()]
    assert len(set(storage)) == len(storage)


def test_traits_are_inherited_or_perturbed_and_move_the_childs_learning_rate() -> None:
    """With learning rates moved by a factor, Adam's first step is moved by it too."""
    (plain,) = nets.population(learning_rate=0.01)
    parent = Individual(plain.generator, plain.optimizer, Traits(r1=2.0))
    assert all(child.traits == parent.traits for child in children(parent, nets.environment()))
    found = children(parent, nets.environment(), perturb=0.5)
    rng = stream(0, "mutation")
    assert [child.traits for child in found] == [parent.traits.perturbed(0.5, rng) for _ in found]
    for child in found:
        step = max(float(m.abs().max()) for m in moved(child, parent))
        assert step == pytest.approx(0.01 * child.traits.learning_rate, rel=1e-3)
        assert child.traits.learning_rate != 1


def test_state_of_optimizers_may_be_the_objectives() -> None:
    (parent,) = nets.population()
    moments = ObjectiveMoments()
    for _ in range(2):
        found = children(parent, nets.environment(), moments=moments)
    assert set(moments.of) == set(nets.THREE)
    for name in nets.THREE:
        assert {kept["step"].item() for kept in moments.of[name]} == {2}
    assert not any(kept for child in found for kept in adam_moments(child.optimizer)), "children keep none"


def test_tiny_gradients_are_almost_no_step_after_large_ones_unless_each_objective_has_its_own_state() -> None:
    """Why the Theano code keeps them apart: under a strong discriminator minimax pulls by p, the heuristic by 1 - p."""
    (parent,) = nets.constants((-8.0, 0.0))  # p = .0003
    parent = Individual(parent.generator, torch.optim.Adam(parent.generator.parameters(), 0.1, betas=(0.0, 0.99)))
    inherited = children(parent, nets.plane(), "heuristic")[0]
    ((chained,),) = (children(inherited, nets.plane(), "minimax"),)
    moments = ObjectiveMoments()
    own = children(inherited, nets.plane(), "minimax", moments=moments)[0]
    assert abs(moved(chained, inherited)[0][0].item()) < 1e-3
    assert moved(own, inherited)[0][0].item() == pytest.approx(0.1, rel=1e-3)
    assert math.isclose(moved(inherited, parent)[0][0].item(), 0.1, rel_tol=1e-3)
