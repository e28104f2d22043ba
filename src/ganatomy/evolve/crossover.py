"""Crossover: one child distilled from two candidates.

Source: IE-GAN (Li, Li, Zhou, Lu, arXiv 2109.11078): a copy of the fitter one takes one Adam step towards, for
each latent, whichever parent's sample the discriminator prefers.

Differs: the targets are images rather than what comes before the generator's tanh, and preference is by the
logit alone, without IE-GAN's small term for a sample's distance to the others. Where each objective has an Adam state
of its own, the fitter one carries none, and the step is the first one of a fresh state.
"""

import torch
from torch.nn import functional as F

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.mutation import Draw
from ganatomy.evolve.objectives import image_logits
from ganatomy.evolve.population import Individual


def distil(fitter: Individual, other: Individual, environment: Environment, draw: Draw) -> Individual:
    """Return the child of two individuals, neither of which is changed but for running statistics.

    Args:
        fitter: the child starts from its weights and its optimizer.
        other: the second parent.
        environment: says which image of the two is the better one.
        draw: latents of the images, and how they are augmented before they are judged.
    """
    with torch.no_grad():
        mine, theirs = (environment.generate(one.generator, draw.z) for one in (fitter, other))
        s, t = (image_logits(environment.judge(environment.features(x, draw.augmentation))) for x in (mine, theirs))
        target = torch.where((s >= t).view(-1, *[1] * (mine.dim() - 1)), mine, theirs)
    child = fitter.copy()
    loss = F.mse_loss(environment.generate(child.generator, draw.z), target)
    child.step(torch.autograd.grad(loss, list(child.generator.parameters())))
    return child
