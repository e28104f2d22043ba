"""Copies of individuals, what they inherit, and where their optimizers take their state from."""

import copy
import math

import pytest
import torch
from tests.evolve import nets
from torch import Tensor

from ganatomy.evolve.population import (
    AdamSettings,
    Individual,
    ObjectiveMoments,
    Traits,
    adam_moments,
    set_adam_moments,
)
from ganatomy.models.networks.dcgan import Generator, GeneratorShape


def ones(individual: Individual) -> tuple[Tensor, ...]:
    return tuple(torch.ones_like(p) for p in individual.generator.parameters())


def steps(individual: Individual) -> set[float]:
    return {moments["step"].item() for moments in adam_moments(individual.optimizer)}


def test_adam_takes_its_settings_and_only_what_learns() -> None:
    net = nets.generator()
    frozen = next(net.parameters()).requires_grad_(False)
    optimizer = AdamSettings(0.5, 0.25, 0.75).optimizer(net)
    (group,) = optimizer.param_groups
    assert (group["lr"], group["betas"]) == (0.5, (0.25, 0.75))
    assert len(group["params"]) == len(list(net.parameters())) - 1
    assert all(p is not frozen for p in group["params"])


def test_siblings_start_from_the_same_weights_and_moments() -> None:
    (parent,) = nets.population()
    parent.step(ones(parent))
    first, second = parent.copy(), parent.copy()
    first.step(ones(first))
    first.step(ones(first))
    second.step(ones(second))
    third = parent.copy()
    third.step(ones(third))
    for a, b in zip(second.generator.parameters(), third.generator.parameters(), strict=True):
        assert torch.equal(a, b)
    assert steps(parent) == {1}
    assert steps(first) == {3}


def test_load_state_dict_would_let_the_second_child_start_from_the_firsts_moments() -> None:
    """The trap that `copy` and `set_adam_moments` keep out of: what is loaded is not copied."""
    (parent,) = nets.population()
    parent.step(ones(parent))
    kept = parent.optimizer.state_dict()
    trapped = nets.population()[0]
    trapped.optimizer.load_state_dict(kept)
    trapped.step(ones(trapped))
    assert steps(parent) == {2}, "torch copies at loading now: `copy` may become simpler"
    safe = nets.population()[0]
    set_adam_moments(safe.optimizer, adam_moments(parent.optimizer))
    safe.step(ones(safe))
    assert steps(parent) == {2}
    assert steps(safe) == {3}


def test_a_copy_shares_no_tensor() -> None:
    (parent,) = nets.population()
    parent.step(ones(parent))
    child = parent.copy()

    def storage(one: Individual) -> set[int]:
        moments = [tensor for kept in adam_moments(one.optimizer) for tensor in kept.values()]
        return {t.data_ptr() for t in (*one.generator.state_dict().values(), *moments)}

    assert storage(parent).isdisjoint(storage(child))
    assert len(storage(child)) == len(storage(parent))


def test_the_copied_optimizer_moves_the_copied_weights() -> None:
    (parent,) = nets.population()
    before = [p.clone() for p in parent.generator.parameters()]
    child = parent.copy()
    child.step(ones(child))
    for old, kept, new in zip(before, parent.generator.parameters(), child.generator.parameters(), strict=True):
        assert torch.equal(old, kept)
        assert (new < old).all()


def test_a_step_is_adams_along_the_gradients_that_are_given() -> None:
    (one,) = nets.population(learning_rate=0.25)
    next(one.generator.parameters()).grad = torch.full_like(next(one.generator.parameters()), 1e6)  # left by someone
    before = [p.clone() for p in one.generator.parameters()]
    one.step(ones(one))
    for old, new in zip(before, one.generator.parameters(), strict=True):
        torch.testing.assert_close(new, old - 0.25)  # the first step of Adam is the sign times the learning rate
        assert new.grad is None


def turned(values: Tensor) -> Tensor:
    """Return `values` (n, m) in another memory order."""
    return values.T.contiguous().T


def test_gradients_and_moments_may_lie_in_memory_in_another_order_than_weights() -> None:
    """As those of a weight that is transposed on its way; fused Adam, which looks past strides, would mix them up."""
    layer = torch.nn.Linear(3, 2, bias=False)
    before = layer.weight.detach().clone()
    gradient = torch.tensor([[1.0, -1.0, 1.0], [1.0, 1.0, -1.0]])
    one = Individual(layer, AdamSettings(0.5).optimizer(layer))
    one.step((turned(gradient),))
    torch.testing.assert_close(layer.weight.detach(), before - 0.5 * gradient)
    other, (kept,) = one.copy(), adam_moments(one.optimizer)
    second = torch.arange(1.0, 7.0).view(2, 3)
    set_adam_moments(one.optimizer, [{**kept, "exp_avg_sq": second}])
    set_adam_moments(other.optimizer, [{**kept, "exp_avg_sq": turned(second)}])
    for individual in (one, other):
        individual.step((gradient,))
    assert torch.equal(layer.weight, other.generator.weight)


@pytest.mark.parametrize("upsampling", ["nearest", "transposed"])
def test_a_generator_takes_the_step_that_plain_adam_takes(upsampling: str) -> None:
    torch.manual_seed(0)
    net = Generator(GeneratorShape(16, (4, 3), z_dim=3, upsampling=upsampling))
    net.to(memory_format=torch.channels_last)
    one = Individual(net, AdamSettings(0.01, 0.5).optimizer(net))
    other = copy.deepcopy(net)
    plain = torch.optim.Adam(other.parameters(), lr=0.01, betas=(0.5, 0.99), foreach=False, fused=False)
    for seed in range(3):
        z = torch.randn(4, 3, generator=torch.Generator().manual_seed(seed))
        one.step(torch.autograd.grad(net(z).square().mean(), list(net.parameters())))
        plain.zero_grad()
        other(z).square().mean().backward()
        plain.step()
    for ours, theirs in zip(net.parameters(), other.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-4)  # a hundredth of a step


def test_a_copy_keeps_what_is_inherited_and_a_child_takes_what_it_is_given() -> None:
    (parent,) = nets.population(learning_rate=0.1)
    parent = Individual(parent.generator, parent.optimizer, Traits(learning_rate=1.0, r1=3.0), "hinge")
    copied = parent.copy()
    assert (copied.traits, copied.objective) == (parent.traits, "hinge")
    child = parent.child("minimax", Traits(learning_rate=2.0, ema=0.5))
    grandchild = child.child("heuristic", Traits(learning_rate=0.5))
    assert (child.traits, child.objective) == (Traits(learning_rate=2.0, ema=0.5), "minimax")
    assert [one.optimizer.param_groups[0]["lr"] for one in (parent, child, grandchild)] == [0.1, 0.2, 0.05]
    assert next(child.generator.parameters()) is not next(parent.generator.parameters())


def test_traits_move_by_normal_numbers_in_log_units() -> None:
    rng = torch.Generator().manual_seed(0)
    moves = torch.randn(3, generator=torch.Generator().manual_seed(0))
    perturbed = Traits(2.0, 3.0, 5.0).perturbed(0.1, rng)
    expected = [factor * math.exp(0.1 * move) for factor, move in zip((2.0, 3.0, 5.0), moves.tolist(), strict=True)]
    assert list(vars(perturbed).values()) == pytest.approx(expected)


def test_the_spread_is_a_standard_deviation_and_0_moves_nothing() -> None:
    rng = torch.Generator().manual_seed(0)
    logs = torch.tensor([[math.log(v) for v in vars(Traits().perturbed(0.3, rng)).values()] for _ in range(2000)])
    # 6000 draws: relative error of a standard deviation .009, of the mean .3 / sqrt 6000 = .004
    assert logs.std().item() == pytest.approx(0.3, rel=0.04)
    assert logs.mean().item() == pytest.approx(0, abs=0.016)
    assert Traits(2.0, 3.0, 5.0).perturbed(0.0, rng) == Traits(2.0, 3.0, 5.0)
    walked = Traits()
    for _ in range(2000):
        walked = walked.perturbed(1.0, rng)
        assert all(0.1 <= factor <= 10 for factor in vars(walked).values())


def child_of(parent: Individual, objective: str, moments: ObjectiveMoments) -> Individual:
    """Return a child mutated by one step along ones, as mutation does it."""
    child = parent.child(objective, parent.traits, moments.start(objective))
    child.step(ones(child))
    moments.take_from(child)
    return child


def test_each_objective_has_one_state_that_all_its_children_carry_on() -> None:
    (parent,) = nets.population()
    parent.step(ones(parent))
    moments = ObjectiveMoments()

    def taken(parent: Individual, objective: str) -> tuple[Individual, set[float]]:
        child = child_of(parent, objective, moments)
        return child, {kept["step"].item() for kept in moments.of[objective]}

    first, count = taken(parent, "minimax")
    assert count == {1}, "nothing of the parent's is inherited"
    assert not any(adam_moments(first.optimizer)), "and the child keeps none"
    assert taken(parent, "heuristic")[1] == {1}
    assert taken(parent, "minimax")[1] == {2}, "whether or not the first one lives"
    assert taken(first, "heuristic")[1] == {2}
    assert steps(parent) == {1}


def test_a_child_takes_the_state_of_its_objective_over_without_a_copy() -> None:
    (parent,) = nets.population()
    moments = ObjectiveMoments()
    child_of(parent, "minimax", moments)
    kept = [of["exp_avg"].data_ptr() for of in moments.of["minimax"]]
    again = parent.child("minimax", parent.traits, moments.start("minimax"))
    assert [of["exp_avg"].data_ptr() for of in adam_moments(again.optimizer)] == kept
    assert moments.of == {}, "it has one owner at a time"
    again.step(ones(again))
    moments.take_from(again)
    assert {of["step"].item() for of in moments.of["minimax"]} == {2}


def test_a_state_laid_out_otherwise_as_from_a_file_is_turned_like_the_parameters() -> None:
    (parent,) = nets.population()
    parent.generator.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    moments = ObjectiveMoments()
    child_of(parent, "minimax", moments)
    moments.of["minimax"] = [{n: v.contiguous() for n, v in kept.items()} for kept in moments.of["minimax"]]
    again = parent.child("minimax", parent.traits, moments.start("minimax"))
    for parameter, kept in zip(again.generator.parameters(), adam_moments(again.optimizer), strict=True):
        assert kept["exp_avg"].stride() == parameter.stride()


def test_moments_are_the_objectives_own_numbers() -> None:
    """Gradients of 1 under one objective and 3 under the other leave second moments of .01 and .09 (beta2 = .99)."""
    (parent,) = nets.population()
    moments = ObjectiveMoments()
    for objective, size in (("minimax", 1.0), ("heuristic", 3.0)):
        child = parent.child(objective, parent.traits, moments.start(objective))
        child.step(tuple(size * g for g in ones(child)))
        moments.take_from(child)
    for objective, second in (("minimax", 0.01), ("heuristic", 0.09)):
        for kept in moments.of[objective]:
            torch.testing.assert_close(kept["exp_avg_sq"], torch.full_like(kept["exp_avg_sq"], second))
