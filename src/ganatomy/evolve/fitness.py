"""Evaluation: F = F_q + gamma * F_d  (E-GAN eq. 8).

Sources: E-GAN (arXiv 1803.00657), section III-C, eqs. 6 and 7; IE-GAN (arXiv 2109.11078) for the pairwise
distance of samples.
"""

import math
from collections.abc import Callable
from typing import Protocol

import torch
from torch import Tensor
from torch.nn.utils import get_total_norm

from ganatomy.evolve.discrimination import Features
from ganatomy.evolve.environment import Environment

PAIRINGS = 5
"""How often each sample is paired with another at random, as in IE-GAN's code."""

MeasureChild = Callable[[Tensor, Tensor], Tensor]
"""Images (n, ...) of a child and their logits (n, m), with their graph, to F_d, a scalar; larger is better."""


class Diversity(Protocol):
    """A measure of diversity, F_d."""

    needs_gradient: bool
    """Whether it differentiates the logits by the discriminator's parameters."""

    def against(self, environment: Environment, real: Features, rng: torch.Generator) -> MeasureChild:
        """Return the measure of one child; what children share is computed here, once a generation."""
        ...


def quality(logits: Tensor) -> Tensor:
    """Return F_q = E_z[D(G(z))], the mean probability of `logits` (n, m), a scalar  (E-GAN eq. 6).

    Differs: with m > 1 logits an image the mean is over all of them. Under a loss other than cross entropy the
    sigmoid is no probability, but rises with what the discriminator makes of the images all the same.
    """
    return logits.sigmoid().mean()


class GradientNorm:
    """F_d = -log ||g_real + g_generated||_2  (E-GAN eq. 7).

    One norm over all parameters of the discriminator, of the gradient of its whole loss (penalties left out, as
    in both released codes). A discriminator that is certain has a vanishing gradient too, so that F_d rewards a
    lost game as much as a diverse generator: read it beside the discriminator's accuracy. As the log of a norm
    that nothing normalises it depends on the discriminator's size, so that gamma does not carry over to another.

    Args:
        squared: take the log of the squared norm, as the Theano code does. Every gamma then counts twice: its
            0.002 for CIFAR-10 is 0.004 in the paper's convention.
    """

    needs_gradient = True

    def __init__(self, squared: bool = False):
        self._factor = 2.0 if squared else 1.0

    def against(self, environment: Environment, real: Features, rng: torch.Generator) -> MeasureChild:
        """Return the measure of one child; the gradient on the features `real` is the same for all of them."""
        by_real = environment.gradient(environment.loss.real(environment.judge(real)))

        def measure(images: Tensor, logits: Tensor) -> Tensor:
            by_generated = environment.gradient(environment.loss.generated(logits))
            return self._factor * minus_log_norm(by_real, by_generated)

        return measure


def minus_log_norm(by_real: tuple[Tensor, ...], by_generated: tuple[Tensor, ...]) -> Tensor:
    """Return -log ||g_real + g_generated||_2, at most 87, that of the smallest normal float32.

    A hinge loss beyond its margin has a gradient of exactly 0; children that all have are told apart by quality.

    Args:
        by_real: gradient of the loss on real images, a tensor for each parameter.
        by_generated: gradient of the loss on generated images, likewise.
    """
    norm = get_total_norm([r + g for r, g in zip(by_real, by_generated, strict=True)])
    return -norm.clamp_min(torch.finfo(torch.float32).tiny).log()


class PairwiseDistance:
    """F_d = the mean distance |x_i - x_j| between samples, over entries and random pairs (IE-GAN).

    It needs no backward pass, and a saturated discriminator does not raise it. All children are paired alike.
    """

    needs_gradient = False

    def against(self, environment: Environment, real: Features, rng: torch.Generator) -> MeasureChild:
        """Return the measure of one child; the pairs are drawn here."""
        orders: list[Tensor] = []

        def measure(images: Tensor, logits: Tensor) -> Tensor:
            if not orders:
                orders.extend(torch.randperm(len(images), generator=rng, device=rng.device) for _ in range(PAIRINGS))
            return sample_distance(images, orders)

        return measure


def sample_distance(images: Tensor, orders: list[Tensor]) -> Tensor:
    """Return the mean of |x_i - x_j| over entries and pairs, a scalar in the units of `images` (n, ...).

    Args:
        images: the samples.
        orders: permutations (n,) of the samples; each pairs its neighbours, the last with the first.
    """
    return torch.stack([neighbour_distance(images[order]) for order in orders]).mean()


def neighbour_distance(images: Tensor) -> Tensor:
    """Return the mean of |x_i - x_j| over entries and neighbours in the batch `images` (n, ...), a scalar."""
    return (images - images.roll(1, 0)).abs().mean()


class NoDiversity:
    """F_d = 0: the fittest have the best quality."""

    needs_gradient = False

    def against(self, environment: Environment, real: Features, rng: torch.Generator) -> MeasureChild:
        """Return the measure of one child."""
        return lambda images, logits: logits.new_zeros(())


def fitness(quality: float, diversity: float, gamma: float) -> float:
    """Return F = F_q + gamma * F_d  (E-GAN eq. 8); not a number where a term is not.

    Diversity that is not weighed does not matter either, even where it is infinite.
    """
    if math.isnan(quality) or math.isnan(diversity):
        return math.nan
    return quality + gamma * diversity if gamma else quality


def diversity_measure(name: str, squared_norm: bool) -> Diversity:
    """Return the measure called `gradient`, `pairwise` or `none`."""
    if name == "gradient":
        return GradientNorm(squared_norm)
    return PairwiseDistance() if name == "pairwise" else NoDiversity()
