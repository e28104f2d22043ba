"""Objectives as curves over D(G(z)), the discriminator's probability that a generated image is real.

Source: E-GAN (Wang et al., arXiv 1803.00657), Fig. 2.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ganatomy.evolve.objectives import OBJECTIVES

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shape:
    """One objective for a single generated image, over its probability; arrays of (n,)."""

    name: str
    loss: Floats
    pull: Floats
    """Minus the loss's derivative by the logit: how hard the objective pulls the image towards real."""
    uses_real: bool
    """Whether a real image takes part; its logit is 0 here, a probability of one half."""


def objective_shapes(names: Sequence[str], probabilities: Floats) -> list[Shape]:
    """Return the shapes of objectives.

    Differs: the paper draws losses alone, and its own three; a relativistic one is drawn against one real image of
    logit 0.

    Args:
        names: of objectives; those that are not known are left out.
        probabilities: (n,), each above 0 and below 1.
    """
    logits = torch.from_numpy(probabilities).logit().unsqueeze(1)  # one at a time: some take a mean over the batch
    real = torch.zeros(1, dtype=logits.dtype)
    shapes = []
    for name in names:
        if objective := OBJECTIVES.get(name):
            loss = torch.cat([objective.loss(s, real) for s in logits])
            pull = -torch.cat([objective.cotangent(s, real) for s in logits])
            shapes.append(Shape(name, loss.numpy(), pull.numpy(), objective.uses_real))
    return shapes
