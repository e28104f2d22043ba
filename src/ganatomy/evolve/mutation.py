"""Variation: the gradients of every objective for one parent, from one forward pass.

Source: E-GAN (arXiv 1803.00657), section III-B. Siblings share their latents and their augmentation
(common random numbers: the distribution of each child is the paper's), hence also the parent's images and
their logits; only the cotangents differ.
"""

from collections.abc import Iterator

import torch
from torch import Tensor, nn

from ganatomy.evolve.environment import Environment
from ganatomy.evolve.objectives import Objective, image_logits
from ganatomy.models.augment import Augmentation


def objective_gradients(
    generator: nn.Module,
    environment: Environment,
    z: Tensor,
    draws: Augmentation | None,
    objectives: tuple[Objective, ...],
) -> Iterator[tuple[Objective, tuple[Tensor, ...]]]:
    """Yield each objective with its gradient by the generator's parameters, at the latents `z`.

    Exact: where no layer of the discriminator couples samples, dL/dx_i = dL/ds_i * ds_i/dx_i, so one
    backward pass through it serves all objectives, rescaled for each sample; where one does, each
    objective passes back on its own. The generator's backward pass is per objective in either case.

    Args:
        generator: the parent, in training mode.
        environment: the discriminator, which is not changed.
        z: (n, z_dim) latents.
        draws: the augmentation of the n images, or None.
        objectives: what to differentiate.
    """
    images = generator(z)
    seen = images.detach().requires_grad_()
    s = image_logits(environment.judge(environment.features(seen, draws)))
    shared = None if environment.couples_samples else torch.autograd.grad(s.sum(), seen)[0]
    parameters = list(generator.parameters())
    for index, objective in enumerate(objectives):
        cotangent = objective.cotangent(s.detach()) / len(z)
        is_last = index == len(objectives) - 1
        if shared is None:
            by_image = torch.autograd.grad(s, seen, cotangent, retain_graph=not is_last)[0]
        else:
            by_image = cotangent.view(-1, *[1] * (images.dim() - 1)) * shared
        yield objective, torch.autograd.grad(images, parameters, by_image, retain_graph=not is_last)
