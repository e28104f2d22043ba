"""The environment of a population: a discriminator, and how images are shown to it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import torch
from torch import Tensor, nn

from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES, DiscriminatorLoss, Features, Penalties
from ganatomy.models.augment import Augmentation, augment


def take(features: Features, index: Tensor | slice) -> Features:
    """Return the samples `index` of `features`."""
    return [feature[index] for feature in features]


def join(parts: list[Features]) -> Features:
    """Return the samples of all `parts`, one after another."""
    return [torch.cat(level) for level in zip(*parts, strict=True)]


def dealt(sizes: Sequence[int], rng: torch.Generator) -> Tensor:
    """Return the indices of samples that were joined, shuffled, one of each part in turn: (parts * fewest,) int64.

    As cards are dealt: any stretch has as many samples of each part, or one more of some, and who has one more changes
    from stretch to stretch. Of a single part it is a shuffle.

    Args:
        sizes: how many samples each part has, in the order of `join`.
        rng: shuffles each part.
    """
    starts, fewest = accumulate(sizes, initial=0), min(sizes)
    hands = [
        start + torch.randperm(size, generator=rng, device=rng.device)[:fewest]
        for start, size in zip(starts, sizes, strict=False)
    ]
    return torch.stack(hands, 1).flatten()


@dataclass(frozen=True)
class Environment:
    """The discriminator, its optimizer and what it minimises.

    A discriminator has `features(images)`, which may be fixed and shared, and `judge(features)`, the part
    that learns, giving logits (n, m). Both are differentiable.
    """

    discriminator: nn.Module
    optimizer: torch.optim.Adam
    loss: DiscriminatorLoss = DISCRIMINATOR_LOSSES["bce"]
    penalties: Penalties = field(default_factory=Penalties)
    bf16: bool = False
    """Whether the networks run in bfloat16; logits and losses are float32 all the same."""

    @property
    def couples_samples(self) -> bool:
        """Whether a sample's logit depends on the others of its batch, as with BatchNorm."""
        return bool(self.discriminator.couples_samples)

    @property
    def parameters(self) -> list[nn.Parameter]:
        """The parameters that learn."""
        return [p for p in self.discriminator.parameters() if p.requires_grad]

    def autocast(self, device: torch.device, enabled: bool = True) -> torch.autocast:
        """Return the context in which networks run on `device`."""
        return torch.autocast(device.type, torch.bfloat16, enabled=enabled and self.bf16)

    def generate(self, generator: nn.Module, z: Tensor) -> Tensor:
        """Return the images (n, 3, h, w), or points (n, 2), of the latents `z`, float32."""
        with self.autocast(z.device):
            images: Tensor = generator(z)
        return images.float()

    def features(self, images: Tensor, draws: Augmentation | None) -> Features:
        """Return what the learning part sees of `images` (n, 3, h, w), augmented by `draws`."""
        seen = images if draws is None else augment(images, draws)
        # A pretrained network's depthwise convolutions are slower backwards in bfloat16 than in float32.
        fast = not (seen.requires_grad and getattr(self.discriminator, "slow_backward_in_bf16", False))
        with self.autocast(images.device, fast):
            features: Features = self.discriminator.features(seen)  # type: ignore[operator]
        return features

    def judge(self, features: Features) -> Tensor:
        """Return the logits (n, m) of `features`, float32."""
        with self.autocast(features[0].device):
            logits: Tensor = self.discriminator.judge(features)  # type: ignore[operator]
        return logits.float()

    def gradient(self, loss: Tensor) -> tuple[Tensor, ...]:
        """Return the gradient of `loss` by the discriminator's parameters."""
        return torch.autograd.grad(loss, self.parameters)

    def step(
        self, real: Features, generated: Features, mix: Tensor | None = None, r1_factor: float = 1.0
    ) -> dict[str, Tensor]:
        """Take one Adam step of L_D = -E[log D(x)] - E[log(1 - D(G(z)))]  (E-GAN eq. 2), in place.

        Differs: or of the loss and the penalties that the environment has instead.

        Args:
            real: features of real images.
            generated: features of as many generated ones.
            mix: shares (n,) of the generated sample in those between, where the gradient is penalised; None
                takes halves.
            r1_factor: multiplies the weight of R1.

        Returns:
            Before the step: the loss, the mean sigmoid of the logits of real and of generated images, and the share of
            images on the right side of the loss' boundary, not a number where it has none; scalars on the
            discriminator's device.
        """
        self.discriminator.train()
        self.optimizer.zero_grad(set_to_none=True)
        real_logits, generated_logits = self.judge(real), self.judge(generated)
        loss = self.loss.real(real_logits) + self.loss.generated(generated_logits)
        mix = real_logits.new_full((len(real_logits),), 0.5) if mix is None else mix
        penalised = loss + self.penalties.loss(self.judge, real, generated, mix, r1_factor)
        if self.penalties.drift:
            penalised = penalised + self.penalties.drift * real_logits.square().mean()
        penalised.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.discriminator.eval()
        with torch.no_grad():
            return {
                "d_loss": loss.detach(),
                "d_real": real_logits.sigmoid().mean(),
                "d_generated": generated_logits.sigmoid().mean(),
                "d_accuracy": self.loss.accuracy(real_logits, generated_logits),
            }
