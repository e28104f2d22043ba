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
    gradients: list[tuple[Tensor, ...]]
    figures: tuple[float, float, float]


def generation(
    parents: list[Individual],
    objectives: tuple[str, ...],
    environment: Environment,
    real: Tensor,
    mutation_latents: Callable[[], Tensor],
    evaluation_latents: Callable[[], Tensor],
    *,
    batch_size: int,
    evaluation_size: int,
    steps: int,
    gamma: float,
    loss: str,
    squared: bool,
) -> list[ReferenceChild]:
    """All children of a generation, one after another: each mutated, then evaluated.

    Args:
        mutation_latents: gives the latents of each step in turn.
        evaluation_latents: gives those of each evaluation.
    """
    children = []
    for parent in parents:
        for name in objectives:
            generator, optimizer = copy.deepcopy((parent.generator, parent.optimizer))
            for group in optimizer.param_groups:
                group["fused"] = group["foreach"] = False  # the plain loop over parameters
            taken = []
            for _ in range(steps):
                z = mutation_latents()
                gradients = mutation_gradient(generator, environment, z, name, real[:batch_size])
                for parameter, gradient in zip(generator.parameters(), gradients, strict=True):
                    parameter.grad = gradient
                optimizer.step()
                taken.append(gradients)
            z = evaluation_latents()
            figures = fitness(generator, environment, z, real[:evaluation_size], gamma, loss, squared)
            children.append(ReferenceChild(generator, taken, figures))
    return children
