"""Variation: children of one parent, the first step of all of them from one forward pass.

Source: E-GAN (arXiv 1803.00657), section III-B. Siblings share their latents and their augmentation
(common random numbers: the distribution of each child is the paper's), hence also the parent's images and
their logits; only the cotangents differ.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.objectives import Objective, image_logits
from ganatomy.evolve.population import Individual, ObjectiveMoments
from ganatomy.models.augment import Augmentation


@dataclass(frozen=True)
class Draw:
    """The latents (n, z_dim) of a batch and the augmentation of its images, or None."""

    z: Tensor
    augmentation: Augmentation | None


DrawStep = Callable[[int], Draw]
"""The number of a step to what it is taken on: the same for all children, or fresh at every call."""


@dataclass(frozen=True)
class Variation:
    """How children are made."""

    steps: int = 1
    """Of a mutation."""
    shared: bool = True
    """Whether siblings are mutated on the same draws."""
    perturb: float = 0.0
    """Spread of the traits."""
    moments: ObjectiveMoments | None = None
    """Where children take the state of their optimizers from; None leaves them their parent's."""


def mutate(
    parent: Individual,
    objectives: tuple[Objective, ...],
    environment: Environment,
    real_logits: Tensor,
    draw: DrawStep,
    variation: Variation,
    rng: torch.Generator,
) -> Iterator[Individual]:
    """Yield a child of `parent` for each objective, mutated.

    Args:
        parent: not changed, but for the running statistics of its BatchNorm.
        objectives: what to minimise.
        environment: not changed.
        real_logits: (n,) for the objectives that need them.
        draw: what each step is taken on.
        variation: steps, traits and optimizer state.
        rng: perturbs the traits.
    """
    together = [objectives] if variation.shared else [(objective,) for objective in objectives]
    for group in together:
        first = objective_gradients(parent.generator, environment, draw(0), group, real_logits)
        for objective, gradients in first:
            traits = parent.traits.perturbed(variation.perturb, rng) if variation.perturb else parent.traits
            bank = variation.moments
            child = parent.child(objective.name, traits, None if bank is None else bank.start(objective.name))
            child.step(gradients)
            if bank is not None:
                bank.take_from(child)
            for number in range(1, variation.steps):
                following = objective_gradients(child.generator, environment, draw(number), (objective,), real_logits)
                for _, later_gradients in following:
                    child.step(later_gradients)
            yield child


def objective_gradients(
    generator: nn.Module,
    environment: Environment,
    draw: Draw,
    objectives: tuple[Objective, ...],
    real_logits: Tensor,
) -> Iterator[tuple[Objective, tuple[Tensor, ...]]]:
    """Yield each objective with its gradient by the generator's parameters.

    Exact: where no layer of the discriminator couples samples, dL/dx_i = dL/ds_i * ds_i/dx_i, so one
    backward pass through it serves all objectives, rescaled for each sample; where one does, each
    objective passes back on its own. The generator's backward pass is per objective in either case.

    Args:
        generator: the parent, in training mode.
        environment: the discriminator, which is not changed.
        draw: latents of n images and their augmentation.
        objectives: what to differentiate.
        real_logits: (n,) logits of real images.
    """
    images = environment.generate(generator, draw.z)
    seen = images.detach().requires_grad_()
    s = image_logits(environment.judge(environment.features(seen, draw.augmentation)))
    shared = None if environment.couples_samples else torch.autograd.grad(s.sum(), seen)[0]
    parameters = list(generator.parameters())
    for index, objective in enumerate(objectives):
        cotangent = objective.cotangent(s.detach(), real_logits) / len(s)
        is_last = index == len(objectives) - 1
        if shared is None:
            by_image = torch.autograd.grad(s, seen, cotangent, retain_graph=not is_last)[0]
        else:
            by_image = cotangent.view(-1, *[1] * (images.dim() - 1)) * shared
        yield objective, torch.autograd.grad(images, parameters, by_image, retain_graph=not is_last)
