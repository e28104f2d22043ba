"""Objectives of the generator (mutations), as functions of logits.

Sources: E-GAN (Wang et al., arXiv 1803.00657), eqs. 3 to 5; its authors' PyTorch port for the least squares
of the logit; Lim and Ye, arXiv 1705.02894, for the hinge; WGAN, arXiv 1701.07875; Jolicoeur-Martineau,
arXiv 1807.00734, for the relativistic ones. With s the logit of a generated image, r those of real images and
p = sigmoid(s) the discriminator's probability that it is real:

    minimax               E[log(1 - p)]                 dL/ds = -p
    heuristic            -E[log p]                      dL/ds = -(1 - p)
    least_squares         E[(p - 1)^2]                  dL/ds = -2 p (1 - p)^2
    least_squares_logit   E[(s - 1)^2]                  dL/ds = 2 (s - 1)
    hinge                 E[max(0, 1 - s)]              dL/ds = -1 where s < 1
    wasserstein          -E[s]                          dL/ds = -1
    relativistic_paired   E[-log sigmoid(s - r)]        dL/ds = -sigmoid(r - s)
    relativistic_average  E[-log sigmoid(s - mean r)] + E[-log(1 - sigmoid(r - mean s))]
                                                        dL/ds = -sigmoid(mean r - s) - mean sigmoid(r - mean s)

Differs: the factors 1/2 of eqs. 3 and 4 are dropped, as in both released codes; Adam makes them nearly
irrelevant.
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

OfLogits = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Objective:
    """What a mutation minimises: a loss of each logit, and its derivative.

    Both take logits (n,) of generated images and (n,) of real ones, and give (n,).
    """

    name: str
    loss: OfLogits
    cotangent: OfLogits
    """The derivative of the sum of `loss` by the generated logits, written out."""
    uses_real: bool = False
    """Whether real logits matter; they may be empty where not."""


def minimax_loss(s: Tensor) -> Tensor:
    """Return log(1 - p) of the logits `s`  (E-GAN eq. 3)."""
    return -F.softplus(s)


def heuristic_loss(s: Tensor) -> Tensor:
    """Return -log p of the logits `s`  (E-GAN eq. 4)."""
    return F.softplus(-s)


def least_squares_loss(s: Tensor) -> Tensor:
    """Return (p - 1)^2 of the logits `s`  (E-GAN eq. 5).

    On the probability, as in the paper and the Theano code; `least_squares_logit` is that of the PyTorch port.
    """
    return (torch.sigmoid(s) - 1).square()


def _least_squares_cotangent(s: Tensor) -> Tensor:
    p = torch.sigmoid(s)
    return -2 * p * (1 - p).square()


def least_squares_logit_loss(s: Tensor) -> Tensor:
    """Return (s - 1)^2: another mutation than `least_squares`, for it pulls images with s > 1 down again."""
    return (s - 1).square()


def hinge_loss(s: Tensor) -> Tensor:
    """Return max(0, 1 - s): images that the discriminator is sure of pull no more.

    Differs: arXiv 1705.02894 minimises -s, which is `wasserstein` here.
    """
    return F.relu(1 - s)


def relativistic_paired_loss(s: Tensor, r: Tensor) -> Tensor:
    """Return -log sigmoid(s - r): each generated image shall look more real than a real one."""
    return F.softplus(r - s)


def relativistic_average_loss(s: Tensor, r: Tensor) -> Tensor:
    """Return -log sigmoid(s - mean r), plus the mean of -log(1 - sigmoid(r - mean s)), the same for each."""
    return F.softplus(r.mean() - s) + F.softplus(r - s.mean()).mean()


def _relativistic_average_cotangent(s: Tensor, r: Tensor) -> Tensor:
    return -torch.sigmoid(r.mean() - s) - torch.sigmoid(r - s.mean()).mean()


def _of_generated(name: str, loss: Callable[[Tensor], Tensor], cotangent: Callable[[Tensor], Tensor]) -> Objective:
    return Objective(name, lambda s, r: loss(s), lambda s, r: cotangent(s))


OBJECTIVES = {
    objective.name: objective
    for objective in (
        _of_generated("minimax", minimax_loss, lambda s: -torch.sigmoid(s)),
        _of_generated("heuristic", heuristic_loss, lambda s: torch.sigmoid(s) - 1),
        _of_generated("least_squares", least_squares_loss, _least_squares_cotangent),
        _of_generated("least_squares_logit", least_squares_logit_loss, lambda s: 2 * (s - 1)),
        _of_generated("hinge", hinge_loss, lambda s: -(s < 1).to(s.dtype)),
        _of_generated("wasserstein", torch.neg, lambda s: -torch.ones_like(s)),
        Objective("relativistic_average", relativistic_average_loss, _relativistic_average_cotangent, uses_real=True),
        Objective("relativistic_paired", relativistic_paired_loss, lambda s, r: -torch.sigmoid(r - s), uses_real=True),
    )
}


def image_logits(logits: Tensor) -> Tensor:
    """Return one logit an image, (n,), of `logits` (n, m): their mean.

    Differs: the paper's discriminator has one logit an image; one that judges patches has m.
    """
    return logits.mean(1)
