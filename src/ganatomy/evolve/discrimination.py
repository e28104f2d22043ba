"""What the discriminator minimises: a loss of its logits, and penalties on its gradient by what it sees.

Sources: E-GAN (arXiv 1803.00657), eq. 2; LSGAN, arXiv 1611.04076; the hinge of arXiv 1705.02894; WGAN-GP,
arXiv 1704.00028; R1 and R2 of Mescheder et al., arXiv 1801.04406.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

Features = list[Tensor]
Judge = Callable[[Features], Tensor]


@dataclass(frozen=True)
class DiscriminatorLoss:
    """A loss that is a sum of one half on real and one on generated images, each of their logits (n, m) alone.

    So the gradient on real images is the same for all children of a generation.
    """

    real: Callable[[Tensor], Tensor]
    generated: Callable[[Tensor], Tensor]
    boundary: float = 0.0
    """The logit above which a sample counts as real; not a number where logits have no zero."""

    def accuracy(self, real: Tensor, generated: Tensor) -> Tensor:
        """Return the share of real and generated logits on the right side of the boundary, NaN where it has none."""
        if math.isnan(self.boundary):
            return real.new_tensor(math.nan)
        return ((real > self.boundary).float().mean() + (generated <= self.boundary).float().mean()) / 2


def real_loss(logits: Tensor) -> Tensor:
    """Return -E[log D(x)] over all `logits` of real images: half of L_D  (E-GAN eq. 2)."""
    return F.softplus(-logits).mean()


def generated_loss(logits: Tensor) -> Tensor:
    """Return -E[log(1 - D(G(z)))] over all `logits` of generated images: half of L_D  (E-GAN eq. 2)."""
    return F.softplus(logits).mean()


DISCRIMINATOR_LOSSES = {
    "bce": DiscriminatorLoss(real_loss, generated_loss),
    "least_squares": DiscriminatorLoss(lambda r: (r - 1).square().mean(), lambda s: s.square().mean(), 0.5),
    "hinge": DiscriminatorLoss(lambda r: F.relu(1 - r).mean(), lambda s: F.relu(1 + s).mean()),
    "wasserstein": DiscriminatorLoss(lambda r: -r.mean(), lambda s: s.mean(), math.nan),
}


@dataclass(frozen=True)
class Penalties:
    """Weights of the penalties on the discriminator's gradient and on its logits; 0 leaves one out.

    The gradient is that of a sample's mean logit by what the learning part sees of it.

    Differs: for a projected discriminator that is not the image but its fixed features.
    """

    gradient: float = 0.0
    """lambda of lambda * E[(||gradient|| - centre)^2] between real and generated samples (WGAN-GP)."""
    centre: float = 1.0
    r1: float = 0.0
    """Weight of E[||gradient||^2] / 2 at real samples."""
    r2: float = 0.0
    """Weight of E[||gradient||^2] / 2 at generated samples."""
    drift: float = 0.0
    """Weight of E[D(x)^2] over the logits of real samples (Progressive GAN, arXiv 1710.10196, appendix A)."""

    def loss(self, judge: Judge, real: Features, generated: Features, mix: Tensor, r1_factor: float = 1.0) -> Tensor:
        """Return the sum of the penalties.

        Args:
            judge: features of n samples to their logits (n, m), in whatever mode the step is taken in.
            real: features of n real samples.
            generated: features of n generated samples.
            mix: (n,) share of the generated sample in each mixed one, in [0, 1].
            r1_factor: multiplies the weight of R1.
        """
        total = torch.zeros((), device=mix.device)
        if self.gradient:
            between = [torch.lerp(r, g, _like(mix, r)) for r, g in zip(real, generated, strict=True)]
            norm = (_squared_gradient(judge, between) + 1e-16).sqrt()  # the root of 0 has no derivative
            total = total + self.gradient * (norm - self.centre).square().mean()
        if self.r1:
            total = total + self.r1 * r1_factor / 2 * _squared_gradient(judge, real).mean()
        if self.r2:
            total = total + self.r2 / 2 * _squared_gradient(judge, generated).mean()
        return total


def _like(mix: Tensor, feature: Tensor) -> Tensor:
    return mix.to(feature.dtype).view(-1, *[1] * (feature.dim() - 1))


def _squared_gradient(judge: Judge, features: Features) -> Tensor:
    """Return (n,) squared norms of the gradient of each sample's mean logit by all its features."""
    seen = [feature.detach().requires_grad_() for feature in features]
    gradients = torch.autograd.grad(judge(seen).mean(1).sum(), seen, create_graph=True)
    return torch.stack([gradient.float().flatten(1).square().sum(1) for gradient in gradients]).sum(0)
