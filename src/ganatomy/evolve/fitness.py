"""Evaluation: F = F_q + gamma * F_d  (E-GAN eq. 8).

Source: E-GAN (arXiv 1803.00657), section III-C, eqs. 6 and 7.
"""

import math

import torch
from torch import Tensor

from ganatomy.evolve.environment import Environment, Features
from ganatomy.evolve.objectives import generated_loss, real_loss


def real_gradient(environment: Environment, real: Features) -> tuple[Tensor, ...]:
    """Return the gradient of -E[log D(x)] by the discriminator's parameters: the same for all children."""
    return environment.gradient(real_loss(environment.judge(real)))


def quality(logits: Tensor) -> float:
    """Return F_q = E_z[D(G(z))], the mean probability of `logits` (n, m)  (E-GAN eq. 6).

    Differs: with m > 1 logits an image the mean is over all of them.
    """
    return logits.sigmoid().mean().item()


def diversity(by_real: tuple[Tensor, ...], by_generated: tuple[Tensor, ...]) -> float:
    """Return F_d = -log ||g_real + g_generated||_2  (E-GAN eq. 7).

    One norm over all parameters of the discriminator, of the gradient of its whole loss. A discriminator
    that is certain has a vanishing gradient too, so read it beside the discriminator's probabilities.

    Args:
        by_real: gradient of -E[log D(x)], a tensor for each parameter.
        by_generated: gradient of -E[log(1 - D(G(z)))], likewise.
    """
    norm = torch.stack([(r + g).square().sum() for r, g in zip(by_real, by_generated, strict=True)]).sum().sqrt()
    return -math.log(norm.item()) if norm > 0 else math.inf


def evaluate(environment: Environment, generated: Features, by_real: tuple[Tensor, ...] | None) -> tuple[float, float]:
    """Return quality and diversity of the child whose evaluation images have the features `generated`.

    Args:
        environment: the discriminator, which is not changed.
        generated: features of the child's evaluation images.
        by_real: the shared gradient on real images; None leaves diversity out, as 0, where nothing is to be
            selected or gamma is 0.
    """
    if by_real is None:
        with torch.no_grad():
            return quality(environment.judge(generated)), 0.0
    logits = environment.judge(generated)
    by_generated = environment.gradient(generated_loss(logits))
    return quality(logits.detach()), diversity(by_real, by_generated)
