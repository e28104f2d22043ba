"""The environment of a population: a discriminator, and how images are shown to it."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.evolve.objectives import generated_loss, real_loss
from ganatomy.models.augment import Augmentation, augment

Features = list[Tensor]


def detached(features: Features) -> Features:
    """Return `features` without their graph."""
    return [feature.detach() for feature in features]


def take(features: Features, index: Tensor | slice) -> Features:
    """Return the samples `index` of `features`."""
    return [feature[index] for feature in features]


def join(parts: list[Features]) -> Features:
    """Return the samples of all `parts`, one after another."""
    return [torch.cat(level) for level in zip(*parts, strict=True)]


@dataclass(frozen=True)
class Environment:
    """The discriminator and its optimizer.

    A discriminator has `features(images)`, which may be fixed and shared, and `judge(features)`, the part
    that learns, giving logits (n, m). Both are differentiable.
    """

    discriminator: nn.Module
    optimizer: torch.optim.Adam

    @property
    def couples_samples(self) -> bool:
        """Whether a sample's logit depends on the others of its batch, as with BatchNorm."""
        return bool(self.discriminator.couples_samples)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """The parameters that learn."""
        return [p for p in self.discriminator.parameters() if p.requires_grad]

    def features(self, images: Tensor, draws: Augmentation | None) -> Features:
        """Return what the learning part sees of `images` (n, 3, h, w), augmented by `draws`."""
        seen = images if draws is None else augment(images, draws)
        features: Features = self.discriminator.features(seen)  # type: ignore[operator]
        return features

    def judge(self, features: Features) -> Tensor:
        """Return the logits (n, m) of `features`."""
        logits: Tensor = self.discriminator.judge(features)  # type: ignore[operator]
        return logits

    def gradient(self, loss: Tensor) -> tuple[Tensor, ...]:
        """Return the gradient of `loss` by the discriminator's parameters."""
        return torch.autograd.grad(loss, self.parameters)

    def step(self, real: Features, generated: Features) -> dict[str, float]:
        """Take one Adam step of L_D = -E[log D(x)] - E[log(1 - D(G(z)))]  (E-GAN eq. 2), in place.

        Returns:
            The loss and the mean probabilities given to real and to generated images, before the step.
        """
        self.discriminator.train()
        self.optimizer.zero_grad(set_to_none=True)
        real_logits, generated_logits = self.judge(real), self.judge(generated)
        loss = real_loss(real_logits) + generated_loss(generated_logits)
        loss.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.discriminator.eval()
        return {
            "d_loss": loss.item(),
            "d_real": real_logits.sigmoid().mean().item(),
            "d_generated": generated_logits.sigmoid().mean().item(),
        }
