"""How networks are trained."""

from dataclasses import dataclass
from typing import Annotated, Literal

from ganatomy.config.bounds import Amount, AtLeast, Count, Decay, require_bounds


@dataclass(frozen=True)
class OptimiserSettings:
    """Batches, steps, Adam, the average over the survivors, and arithmetic."""

    batch_size: Annotated[int, AtLeast(2, "for statistics of a batch")] = 32
    """Images of a mutation and of a discriminator step."""
    discriminator_steps: Count = 1
    """n_D: steps of the discriminator in a generation."""
    learning_rate: Amount = 2e-4
    """Adam's learning rate, for generator and discriminator."""
    beta1: Decay = 0.0
    """Adam's first moment decay."""
    beta2: Decay = 0.99
    """Adam's second moment decay."""
    discriminator_beta1: Decay | None = None
    """First moment decay of the discriminator's Adam, where it is another."""
    adam_state: Literal["inherited", "per_objective"] = "inherited"
    """A child's optimizer goes on from its parent's state, or from one of its objective's (Theano code)."""
    ema_kimg: Amount = 5.0
    """Half-life of the averaged survivor, in thousands of images."""
    precision: Literal["fp32", "bf16"] = "fp32"
    """Arithmetic of the networks; losses, moments and weights stay in fp32."""

    def __post_init__(self) -> None:
        require_bounds(self)
