"""E-GAN in the order of operations of its released codes: every child on its own, everything by autograd.

Slow and obvious: each child has its own forwards, sees the real images again, is differentiated through
generator and discriminator at once, and takes its steps with an optimizer of its own.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.population import Individual


def objective_loss(name: str, s: Tensor, r: Tensor) -> Tensor:
    """The loss of one objective, as published, of the logits s of generated images and r of real ones."""
    p = torch.sigmoid(s)
    return {
        "minimax": lambda: torch.log(1 - p).mean(),
        "heuristic": lambda: -torch.log(p).mean(),
        "least_squares": lambda: ((p - 1) ** 2).mean(),
        "least_squares_logit": lambda: ((s - 1) ** 2).mean(),
        "hinge": lambda: torch.clamp(1 - s, min=0).mean(),
        "wasserstein": lambda: -s.mean(),
        "relativistic_average": lambda: (
            -torch.log(torch.sigmoid(s - r.mean())).mean() - torch.log(1 - torch.sigmoid(r - s.mean())).mean()
        ),
        "relativistic_paired": lambda: -torch.log(torch.sigmoid(s - r)).mean(),
    }[name]()


def discriminator_loss(name: str, s: Tensor, r: Tensor) -> Tensor:
    """The discriminator's whole loss, as published."""
    return {
        "bce": lambda: -torch.log(torch.sigmoid(r)).mean() - torch.log(1 - torch.sigmoid(s)).mean(),
        "least_squares": lambda: ((r - 1) ** 2).mean() + (s**2).mean(),
        "hinge": lambda: torch.clamp(1 - r, min=0).mean() + torch.clamp(1 + s, min=0).mean(),
        "wasserstein": lambda: s.mean() - r.mean(),
    }[name]()


def judge(environment: Environment, images: Tensor) -> Tensor:
    return environment.judge(environment.features(images, None))


def mutation_gradient(
    generator: nn.Module, environment: Environment, z: Tensor, name: str, real: Tensor
) -> tuple[Tensor, ...]:
    """The gradient of one objective by backpropagation through everything."""
    s, r = (judge(environment, images).mean(1) for images in (generator(z), real))
    return torch.autograd.grad(objective_loss(name, s, r), list(generator.parameters()))


def fitness(
    generator: nn.Module,
    environment: Environment,
    z: Tensor,
    real: Tensor,
    gamma: float,
    loss: str = "bce",
    squared: bool = False,
) -> tuple[float, float, float]:
    """F_q, F_d and F = F_q + gamma F_d from one graph of the whole discriminator loss."""
    s, r = judge(environment, generator(z).detach()), judge(environment, real)
    whole = discriminator_loss(loss, s, r)
    gradient = torch.cat([g.flatten() for g in torch.autograd.grad(whole, environment.parameters)])
    f_q = torch.sigmoid(s).mean().item()
    f_d = -torch.log((gradient**2).sum() if squared else gradient.norm()).item()
    return f_q, f_d, f_q + gamma * f_d


@dataclass
class ReferenceChild:
    """A child with the gradients of its steps and its figures."""

    generator: nn.Module
    optimizer: torch.optim.Optimizer
    gradients: list[tuple[Tensor, ...]]
    figures: tuple[float, float, float]


@dataclass
class Nursery:
    """What all children of a generation are made with."""

    environment: Environment
    real: Tensor
    mutation_latents: Callable[[], Tensor]
    """Gives the latents of each step in turn."""
    evaluation_latents: Callable[[], Tensor]
    """Gives those of each evaluation."""
    batch_size: int
    evaluation_size: int
    steps: int
    gamma: float
    loss: str
    squared: bool

    def child(self, parent: Individual | ReferenceChild, name: str) -> ReferenceChild:
        """A copy of `parent`, mutated, then evaluated."""
        generator, optimizer = copy.deepcopy((parent.generator, parent.optimizer))
        for group in optimizer.param_groups:
            group["fused"] = group["foreach"] = False  # the plain loop over parameters
        taken = []
        for _ in range(self.steps):
            z = self.mutation_latents()
            gradients = mutation_gradient(generator, self.environment, z, name, self.real[: self.batch_size])
            for parameter, gradient in zip(generator.parameters(), gradients, strict=True):
                parameter.grad = gradient
            optimizer.step()
            taken.append(gradients)
        z, real = self.evaluation_latents(), self.real[: self.evaluation_size]
        figures = fitness(generator, self.environment, z, real, self.gamma, self.loss, self.squared)
        return ReferenceChild(generator, optimizer, taken, figures)


def generation(parents: list[Individual], objectives: tuple[str, ...], nursery: Nursery) -> list[ReferenceChild]:
    """All children of a generation, one after another."""
    return [nursery.child(parent, name) for parent in parents for name in objectives]


def chained_generation(
    parents: list[Individual], objectives: tuple[str, ...], nursery: Nursery
) -> tuple[list[ReferenceChild], list[ReferenceChild]]:
    """All children, and the survivors in their places, where the list of old and that of new parents are one.

    As the Theano code has it: `gen_old_params = gen_new_params` binds the same list, whose slots the first children
    fill and later ones take over from the least fit.
    """
    slots: list[Individual | ReferenceChild] = list(parents)
    values: list[float] = []
    children = []
    for can_i in range(len(parents)):
        for name in objectives:
            child = nursery.child(slots[can_i], name)
            children.append(child)
            value = child.figures[2]
            if len(values) < len(parents):
                slots[len(values)] = child
                values.append(value)
            elif value > min(values):
                idx = values.index(min(values))
                slots[idx], values[idx] = child, value
    return children, slots


def dealt_round(generated: list[list[int]], wanted: int) -> list[tuple[int, int]]:
    """Whose images the steps take, as (survivor, image): one of each survivor in turn until there are enough."""
    taken: list[tuple[int, int]] = []
    turn = 0
    while len(taken) < wanted:
        survivor = turn % len(generated)
        taken.append((survivor, generated[survivor].pop(0)))
        turn += 1
    return taken


def train_discriminator(
    environment: Environment,
    real: Tensor,
    generated: list[Tensor],
    real_order: list[int],
    orders: list[list[int]],
    batch_size: int,
    steps: int,
    loss: str = "bce",
) -> nn.Module:
    """A copy of the discriminator after its steps on survivors' images, each by the whole loss and a plain Adam."""
    discriminator, optimizer = copy.deepcopy((environment.discriminator, environment.optimizer))
    for group in optimizer.param_groups:
        group["fused"] = group["foreach"] = False
    turns = dealt_round([list(order) for order in orders], batch_size * steps)
    for step in range(steps):
        places = range(step * batch_size, (step + 1) * batch_size)
        x = torch.stack([real[real_order[place]] for place in places])
        y = torch.stack([generated[turns[place][0]][turns[place][1]] for place in places])
        optimizer.zero_grad()
        discriminator.train()
        discriminator_loss(
            loss, discriminator.judge(discriminator.features(y)), discriminator.judge(discriminator.features(x))
        ).backward()
        optimizer.step()
    return discriminator
