"""Evaluation: what the discriminator makes of a candidate's images.

Source: E-GAN (arXiv 1803.00657), section III-C.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from ganatomy.evolve.discrimination import Features
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.fitness import MeasureChild, fitness, quality
from ganatomy.evolve.mutation import Draw
from ganatomy.evolve.population import Individual


@dataclass(frozen=True)
class Candidate:
    """An individual that may live on, and what the discriminator makes of its evaluation images."""

    individual: Individual
    parent: int
    made_by: str
    """An objective, `crossover`, or `parent` for one that stands for a second generation."""
    images: Tensor
    features: Features
    quality: Tensor
    diversity: Tensor
    """Scalars; on an accelerator they are still being computed."""


@dataclass(frozen=True)
class Child:
    """A candidate and its figures."""

    individual: Individual
    parent: int
    objective: str
    quality: float
    diversity: float
    fitness: float
    features: Features
    """What the discriminator sees of the child's evaluation images."""


def evaluate(
    individual: Individual,
    parent: int,
    made_by: str,
    environment: Environment,
    draw: Draw,
    measure: MeasureChild | None,
    needs_gradient: bool = True,
) -> Candidate:
    """Return the candidate with its quality and its diversity.

    Args:
        individual: what is evaluated; running statistics of its BatchNorm move.
        parent: index of its parent.
        made_by: how it came about.
        environment: the discriminator, which is not changed.
        draw: latents and augmentation of the evaluation images.
        measure: F_d; None leaves it out, as 0, where nothing is selected by it.
        needs_gradient: whether `measure` differentiates the logits.
    """
    with torch.no_grad():
        images = environment.generate(individual.generator, draw.z)
        features = environment.features(images, draw.augmentation)
    with torch.set_grad_enabled(measure is not None and needs_gradient):
        logits = environment.judge(features)
        f_d = logits.new_zeros(()) if measure is None else measure(images, logits).detach()
    return Candidate(individual, parent, made_by, images, features, quality(logits.detach()), f_d)


def figures(candidates: Sequence[Candidate], gamma: float) -> list[Child]:
    """Return the candidates with their quality, diversity and fitness: the one moment that waits for a device."""
    terms = torch.stack([torch.stack([c.quality, c.diversity]) for c in candidates]).tolist()
    return [
        Child(c.individual, c.parent, c.made_by, f_q, f_d, fitness(f_q, f_d, gamma), c.features)
        for c, (f_q, f_d) in zip(candidates, terms, strict=True)
    ]
