"""What networks minimise."""

from dataclasses import dataclass
from typing import Literal

from ganatomy.config.bounds import Weight, require_bounds
from ganatomy.config.unused import refuse_unused
from ganatomy.errors import ConfigError

ObjectiveName = Literal[
    "minimax",
    "heuristic",
    "least_squares",
    "least_squares_logit",
    "hinge",
    "wasserstein",
    "relativistic_average",
    "relativistic_paired",
]
PAPER_OBJECTIVES: tuple[ObjectiveName, ...] = ("heuristic", "minimax", "least_squares")


@dataclass(frozen=True)
class ObjectiveSettings:
    """What generators and the discriminator minimise."""

    objectives: tuple[ObjectiveName, ...] = PAPER_OBJECTIVES
    """Mutations; a single one gives the plain GAN of that objective."""
    discriminator_loss: Literal["bce", "least_squares", "hinge", "wasserstein"] = "bce"
    """What the discriminator minimises; its gradient is also the one of F_d."""
    gradient_penalty: Weight = 0.0
    """lambda: weight of (||gradient|| - centre)^2 between real and generated images."""
    gradient_penalty_centre: Weight = 1.0
    """The gradient norm at which the penalty vanishes."""
    r1: Weight = 0.0
    """Weight of half the squared gradient at real images."""
    r2: Weight = 0.0
    """Weight of half the squared gradient at generated images."""
    drift: Weight = 0.0
    """Weight of the squared logits of real images, which keeps those of Wasserstein near 0; .001 in Progressive GAN."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if not self.objectives or len(set(self.objectives)) != len(self.objectives):
            raise ConfigError(f"objectives are {list(self.objectives)}; give one or more, each once")
        if not self.gradient_penalty:
            refuse_unused(self, ("gradient_penalty_centre",), "gradient_penalty is 0")
