"""One generation of E-GAN, as Algorithm 1 of arXiv 1803.00657 has it: variation, evaluation, selection.

The environment adapts next, on images of the survivors. All children of a generation share their latents
and their real images (common random numbers).

Differs: the discriminator's steps take their real images from those of the evaluation, whose features are
there already; the released codes draw them apart.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.errors import DivergedTraining
from ganatomy.evolve.environment import Environment, Features, join, take
from ganatomy.evolve.fitness import evaluate, real_gradient
from ganatomy.evolve.mutation import objective_gradients
from ganatomy.evolve.objectives import Objective
from ganatomy.evolve.population import Individual
from ganatomy.evolve.selection import select
from ganatomy.models.augment import Augmentation, draw_augmentation
from ganatomy.models.dcgan import sample_latents


@dataclass(frozen=True)
class GenerationSettings:
    """What a generation of E-GAN is made of."""

    objectives: tuple[Objective, ...]
    """The mutations: each parent has one child of each."""
    gamma: float
    """Weight of diversity in F = F_q + gamma * F_d  (E-GAN eq. 8)."""
    survivors: int
    """mu: how many children live on."""
    batch_size: int
    """Images of a mutation and of a discriminator step."""
    evaluation_size: int
    """Images on which a child is evaluated."""
    discriminator_steps: int
    """n_D: steps of the discriminator in a generation."""
    augment: bool
    """Whether images are augmented before the discriminator sees them."""

    @property
    def real_images(self) -> int:
        """Real images of a generation: enough for evaluation and for the discriminator's steps."""
        return max(self.evaluation_size, self.batch_size * self.discriminator_steps)


@dataclass(frozen=True)
class Streams:
    """The random streams that a generation draws from."""

    latent: torch.Generator
    evaluation: torch.Generator
    augmentation: torch.Generator
    shuffle: torch.Generator


@dataclass(frozen=True)
class Child:
    """A mutated individual, how it was made and what it is worth."""

    individual: Individual
    parent: int
    objective: str
    quality: float
    diversity: float
    fitness: float
    features: Features
    """What the discriminator sees of the child's evaluation images."""


@dataclass(frozen=True)
class Generation:
    """All children, which of them survive, and the real images they were judged against."""

    children: list[Child]
    survivors: list[int]
    """Indices of the children that live on, fittest first."""
    real: Features
    """What the discriminator sees of the real images."""

    @property
    def surviving(self) -> list[Child]:
        """The children that live on, fittest first."""
        return [self.children[index] for index in self.survivors]


NextReal = Callable[[int], Tensor]


def next_generation(
    population: list[Individual],
    environment: Environment,
    next_real: NextReal,
    settings: GenerationSettings,
    streams: Streams,
) -> Generation:
    """Return the children of `population` and which of them survive.

    Raises:
        DivergedTraining: no child has a finite fitness.
    """

    def draws(n: int) -> Augmentation | None:
        return draw_augmentation(n, streams.augmentation) if settings.augment else None

    # variation: one child for each parent and objective
    mutants = []
    z = sample_latents(population[0].generator, settings.batch_size, streams.latent)
    seen_through = draws(settings.batch_size)
    for index, parent in enumerate(population):
        for objective, gradients in objective_gradients(
            parent.generator, environment, z, seen_through, settings.objectives
        ):
            mutant = parent.copy()
            mutant.step(gradients)
            mutants.append((mutant, index, objective.name))

    # evaluation: F = F_q + gamma * F_d, under the same latents and real images for all
    z = sample_latents(population[0].generator, settings.evaluation_size, streams.evaluation)
    seen_through = draws(settings.evaluation_size)
    with torch.no_grad():
        real = environment.features(next_real(settings.real_images), draws(settings.real_images))
    is_selective = settings.gamma > 0 and len(mutants) > settings.survivors
    by_real = real_gradient(environment, take(real, slice(settings.evaluation_size))) if is_selective else None
    children = []
    for mutant, index, name in mutants:
        with torch.no_grad():
            features = environment.features(mutant.generator(z), seen_through)
        f_q, f_d = evaluate(environment, features, by_real)
        children.append(Child(mutant, index, name, f_q, f_d, f_q + settings.gamma * f_d, features))

    # selection: (mu, lambda)
    if not any(math.isfinite(child.fitness) for child in children):
        raise DivergedTraining(
            f"none of the {len(children)} children has a finite fitness; lower the learning rate or take "
            "another seed, in a new run"
        )
    return Generation(children, select([child.fitness for child in children], settings.survivors), real)


def adapt_environment(
    environment: Environment, generation: Generation, settings: GenerationSettings, rng: torch.Generator
) -> dict[str, float]:
    """Train the discriminator on the survivors' evaluation images, n_D steps, and return its last figures.

    Args:
        environment: the discriminator, trained in place.
        generation: the survivors and the real images.
        settings: batch size and number of steps.
        rng: shuffles both.
    """
    generated = join([child.features for child in generation.surviving])
    shuffled = [torch.randperm(len(pool[0]), generator=rng, device=rng.device) for pool in (generation.real, generated)]
    figures: dict[str, float] = {}
    for step in range(settings.discriminator_steps):
        batch = slice(step * settings.batch_size, (step + 1) * settings.batch_size)
        real_index, generated_index = (order[batch] for order in shuffled)
        figures = environment.step(take(generation.real, real_index), take(generated, generated_index))
    return figures
