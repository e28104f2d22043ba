"""One generation of E-GAN, as Algorithm 1 of arXiv 1803.00657 has it: variation, evaluation, selection.

The environment adapts next, on images of the survivors. Unless told otherwise all children of a generation
share their latents and their real images (common random numbers).

Differs: the discriminator's steps take their real images from those of the evaluation, whose features are
there already; the released codes draw them apart. As in those codes the discriminator trains after the generators, on
the images by which they were chosen; Algorithm 1 has it train before them, on fresh images, which `fresh_images` takes.
As there, each survivor has its share in every step.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Literal

import torch
from torch import Tensor

from ganatomy.errors import DivergedTraining
from ganatomy.evolve.chain import Evaluate, chain
from ganatomy.evolve.crossover import distil
from ganatomy.evolve.discrimination import Features
from ganatomy.evolve.environment import Environment, take
from ganatomy.evolve.evaluation import Candidate, Child, evaluate, figures
from ganatomy.evolve.fitness import Diversity, GradientNorm, MeasureChild, neighbour_distance
from ganatomy.evolve.mutation import Draw, DrawStep, Variation, mutate
from ganatomy.evolve.objectives import OBJECTIVES, Objective, image_logits
from ganatomy.evolve.population import Individual
from ganatomy.evolve.selection import select, select_pareto
from ganatomy.models.augment import draw_augmentation
from ganatomy.models.protocol import sample_latents

Plan = list[tuple[int, tuple[Objective, ...]]]
"""The parents that have children, by index, and the objectives of those."""


@dataclass(frozen=True)
class GenerationSettings:
    """What a generation of E-GAN is made of."""

    objectives: tuple[Objective, ...]
    """The mutations: each parent has one child of each."""
    gamma: float
    """Weight of diversity in the fitness."""
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
    selection: Literal["comma", "plus", "pareto", "random", "chain"] = "comma"
    """How survivors are chosen."""
    diversity: Diversity = field(default_factory=GradientNorm)
    """F_d."""
    variation: Variation = field(default_factory=Variation)
    """How children are made."""
    crossover: bool = False
    """Whether the two fittest candidates have a child more."""
    evolve_every: int = 1
    """Every how many generations objectives compete."""
    fresh_images: bool = False
    """Whether the discriminator trains on other images of the survivors than those they were judged on."""

    @property
    def trained_on(self) -> int:
        """Images of either kind that the discriminator's steps use in a generation."""
        return self.batch_size * self.discriminator_steps

    @property
    def share(self) -> int:
        """The most images that those steps use of one survivor; two at least, for BatchNorm."""
        return max(2, -(-self.trained_on // self.survivors))

    def competes(self, number: int) -> bool:
        """Return whether the fittest are chosen in generation `number`, from 1 on.

        Not between two competitions, nor where chance decides or all live on.
        """
        has_choice = len(self.objectives) > 1 or self.crossover or self.selection == "plus"
        return has_choice and self.selection != "random" and (number - 1) % self.evolve_every == 0


@dataclass(frozen=True)
class Streams:
    """The random streams that a generation draws from."""

    latent: torch.Generator
    evaluation: torch.Generator
    augmentation: torch.Generator
    shuffle: torch.Generator
    mutation: torch.Generator


@dataclass(frozen=True)
class Generation:
    """All children, which of them survive, and the real images they were judged against."""

    children: list[Child]
    survivors: list[int]
    """Indices of the children that live on, fittest first."""
    real: Features
    """What the discriminator sees of the real images."""
    competed: bool
    """Whether survivors were chosen by fitness."""
    has_diversity: bool
    """Whether diversity was measured; it is 0 where not."""
    sample_distance: Tensor
    """Mean distance between two images of the fittest survivor, as a share of that between two real ones."""

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
    number: int = 1,
) -> Generation:
    """Return the children of `population` and which of them survive.

    Args:
        population: the parents.
        environment: the discriminator; not changed.
        next_real: gives as many real images as it is asked for.
        settings: objectives, fitness, selection.
        streams: where random numbers come from.
        number: of this generation, from 1 on; decides whether objectives compete in it.

    Raises:
        DivergedTraining: no child has a finite fitness.
    """
    competes = settings.competes(number)
    # Where nothing is judged, only images for the discriminator are made.
    shown = settings.evaluation_size if competes else settings.share
    is_selected = competes or settings.selection == "random"
    variation = settings.variation if is_selected else replace(settings.variation, perturb=0.0)
    on_mutation = draws(population[0], settings.batch_size, settings, streams.latent, streams.augmentation)
    on_evaluation = draws(population[0], shown, settings, streams.evaluation, streams.augmentation)
    images = next_real(max(shown, settings.trained_on))
    with torch.no_grad():
        seen_through = draw_augmentation(len(images), streams.augmentation) if settings.augment else None
        real = environment.features(images, seen_through)
        real_logits = _real_logits(environment, real, settings)
    measure = _measure(environment, take(real, slice(shown)), settings, streams.mutation) if competes else None

    def vary(parent: Individual, objectives: tuple[Objective, ...]) -> Iterator[Individual]:
        return mutate(parent, objectives, environment, real_logits, on_mutation, variation, streams.mutation)

    def evaluated(one: Individual, parent: int, made_by: str) -> Candidate:
        by_gradient = settings.diversity.needs_gradient
        return evaluate(one, parent, made_by, environment, on_evaluation(0), measure, by_gradient)

    held: list[int] | None = None
    if competes and settings.selection == "chain":
        candidates, held = chain(population, settings.objectives, vary, evaluated, settings.gamma)
    else:
        # variation: one child for each parent and objective
        mutants = [
            (child, parent, str(child.objective))
            for parent, objectives in plan(population, settings, number, streams.mutation)
            for child in vary(population[parent], objectives)
        ]
        # evaluation: F = F_q + gamma * F_d, of the parents too where they may live on
        if competes and settings.selection == "plus":
            mutants += [(one, index, "parent") for index, one in enumerate(population)]
        candidates = [evaluated(*mutant) for mutant in mutants]
    if competes and settings.crossover:
        candidates.append(_distilled(candidates, environment, on_mutation(0), evaluated, settings.gamma))

    # selection: the fittest live on
    children = figures(candidates, settings.gamma)
    if settings.variation.moments is not None:
        settings.variation.moments.forget(child.objective for child in children if not math.isfinite(child.fitness))
    survivors = _select(children, settings, competes, held)
    spread, real_spread = (neighbour_distance(x) for x in (candidates[survivors[0]].images, images))
    return Generation(children, survivors, real, competes, measure is not None, spread / real_spread)


def plan(population: list[Individual], settings: GenerationSettings, number: int, rng: torch.Generator) -> Plan:
    """Return who has children under which objectives in generation `number`.

    Every parent under every objective; between two competitions each under the objective that made it, or the first
    where none has; with random selection as many pairs as shall survive, drawn at random, since the others would die
    unseen.
    """
    if settings.selection == "random":
        pairs = [(index, objective) for index in range(len(population)) for objective in settings.objectives]
        drawn = torch.randperm(len(pairs), generator=rng, device=rng.device)[: settings.survivors].tolist()
        return [(pairs[i][0], (pairs[i][1],)) for i in sorted(drawn)]
    if (number - 1) % settings.evolve_every:
        first = settings.objectives[0].name
        return [(index, (OBJECTIVES[one.objective or first],)) for index, one in enumerate(population)]
    return [(index, settings.objectives) for index in range(len(population))]


def draws(
    individual: Individual,
    n: int,
    settings: GenerationSettings,
    latent: torch.Generator,
    augmentation: torch.Generator,
) -> DrawStep:
    """Return what gives latents and augmentations of `n` images: for each step the same to all, or fresh ones."""
    kept: dict[int, Draw] = {}

    def draw(step: int) -> Draw:
        if step not in kept or not settings.variation.shared:
            z = sample_latents(individual.generator, n, latent)
            kept[step] = Draw(z, draw_augmentation(n, augmentation) if settings.augment else None)
        return kept[step]

    return draw


def _real_logits(environment: Environment, real: Features, settings: GenerationSettings) -> Tensor:
    if any(objective.uses_real for objective in settings.objectives):
        return image_logits(environment.judge(take(real, slice(settings.batch_size))))
    return real[0].new_empty(0)


def _measure(
    environment: Environment, real: Features, settings: GenerationSettings, rng: torch.Generator
) -> MeasureChild | None:
    if settings.gamma == 0 and settings.selection != "pareto":
        return None
    return settings.diversity.against(environment, real, rng)


def _distilled(
    candidates: list[Candidate], environment: Environment, draw: Draw, evaluated: Evaluate, gamma: float
) -> Candidate:
    fittest = select([child.fitness for child in figures(candidates, gamma)], 2) or [0, 1]
    fitter, other = (candidates[index] for index in fittest)
    return evaluated(distil(fitter.individual, other.individual, environment, draw), fitter.parent, "crossover")


def _select(children: list[Child], settings: GenerationSettings, competes: bool, held: list[int] | None) -> list[int]:
    # Where nothing competes those that are alive keep their order, and with it who is averaged.
    values = [child.fitness if competes else 0 * child.fitness for child in children]
    if held is not None:  # the others have been replaced
        values = [value if index in held else math.nan for index, value in enumerate(values)]
    if settings.selection == "pareto":
        survivors = select_pareto([(c.quality, c.diversity) for c in children], values, settings.survivors)
    else:
        survivors = select(values, settings.survivors)
    if not survivors:
        raise DivergedTraining(
            f"none of the {len(children)} children has a finite fitness; lower the learning rate or take "
            "another seed, in a new run"
        )
    return survivors
