"""Objectives of the generator (mutations) and the loss of the discriminator, as functions of logits.

Source: E-GAN (Wang et al., arXiv 1803.00657), eqs. 2 to 5. With s the logit of a generated image and
p = sigmoid(s) the discriminator's probability that it is real:

    minimax         E[log(1 - p)]       dL/ds = -p
    heuristic      -E[log p]            dL/ds = -(1 - p)
    least_squares   E[(p - 1)^2]        dL/ds = -2 p (1 - p)^2

Differs: the factors 1/2 of eqs. 3 and 4 are dropped, as in both released codes; Adam makes them nearly
irrelevant.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F


@dataclass(frozen=True)
class Objective:
    """What a mutation minimises: a loss of each logit, and its derivative."""

    name: str
    loss: Callable[[Tensor], Tensor]
    """Logits (n,) of generated images to the loss of each, (n,)."""
    cotangent: Callable[[Tensor], Tensor]
    """Logits (n,) to dL/ds of each, (n,): the derivative of `loss`, written out."""


def minimax_loss(s: Tensor) -> Tensor:
    """Return log(1 - p) of the logits `s`  (E-GAN eq. 3)."""
    return -F.softplus(s)


def heuristic_loss(s: Tensor) -> Tensor:
    """Return -log p of the logits `s`  (E-GAN eq. 4)."""
    return F.softplus(-s)


def least_squares_loss(s: Tensor) -> Tensor:
    """Return (p - 1)^2 of the logits `s`  (E-GAN eq. 5).

    On the probability, as in the paper; the released PyTorch port takes the logit instead, which pulls
    images with s > 1 down again.
    """
    return (torch.sigmoid(s) - 1).square()


def _least_squares_cotangent(s: Tensor) -> Tensor:
    p = torch.sigmoid(s)
    return -2 * p * (1 - p).square()


OBJECTIVES = {
    "minimax": Objective("minimax", minimax_loss, lambda s: -torch.sigmoid(s)),
    "heuristic": Objective("heuristic", heuristic_loss, lambda s: torch.sigmoid(s) - 1),
    "least_squares": Objective("least_squares", least_squares_loss, _least_squares_cotangent),
}


def real_loss(logits: Tensor) -> Tensor:
    """Return -E[log D(x)] over all `logits` of real images: half of L_D  (E-GAN eq. 2)."""
    return F.softplus(-logits).mean()


def generated_loss(logits: Tensor) -> Tensor:
    """Return -E[log(1 - D(G(z)))] over all `logits` of generated images: half of L_D  (E-GAN eq. 2)."""
    return F.softplus(logits).mean()


def image_logits(logits: Tensor) -> Tensor:
    """Return one logit an image, (n,), of `logits` (n, m): their mean.

    Differs: the paper's discriminator has one logit an image; one that judges patches has m.
    """
    return logits.mean(1)
