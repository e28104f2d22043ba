"""How children are made, evaluated and chosen."""

from dataclasses import dataclass
from typing import Annotated, Literal

from ganatomy.config.bounds import AtLeast, AtMost, Count, Weight, require_bounds
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class SelectionSettings:
    """Variation, evaluation and selection: which children there are, and which survive."""

    population: Count = 1
    """mu: parents in each generation."""
    selection: Literal["comma", "plus", "pareto", "random", "chain"] = "comma"
    """`comma`: the fittest children, parents die; `plus`: parents compete too; `pareto`: quality and diversity as two
    aims; `random`: the control, children at random and no evaluation; `chain`: a fault of the Theano code, each child
    starts from the one kept before it, so that a generation is up to one step for each objective, the first always
    taken."""
    gamma: Weight = 0.02
    """Weight of diversity in F = F_q + gamma * F_d; 0 selects by quality alone."""
    diversity: Literal["gradient", "pairwise", "none"] = "gradient"
    """F_d: minus log of the discriminator's `gradient` norm (E-GAN), mean `pairwise` distance of samples (IE-GAN)."""
    squared_norm: bool = False
    """Take the log of the squared gradient norm, as the Theano code does: its gamma counts twice."""
    crossover: bool = False
    """Distil one more child from the two fittest (IE-GAN)."""
    generator_steps: Count = 1
    """Steps of a mutation before the child is evaluated."""
    evolve_every: Count = 1
    """Every how many generations objectives compete; between them survivors train on under the one that won."""
    perturb: Annotated[float, AtLeast(0), AtMost(1, "which is a factor of e")] = 0.0
    """Spread, in log units, by which a child's learning rate, R1 weight and averaging half-life leave its parent's,
    where they are selected; they stay between a tenth and ten times what was set."""
    common_latents: bool = True
    """All children of a generation share latents and augmentation; else each draws its own, as in the paper."""
    evaluation_size: Count | None = None
    """Images on which a child is evaluated; none given takes as many as the discriminator's steps use."""
    fresh_images: bool = False
    """The discriminator trains on fresh images of the survivors, as in the paper, rather than on those by which they
    were chosen, as in the authors' codes: no bias by selection, for one forward pass more."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.crossover and self.selection == "random":
            raise ConfigError(
                "crossover takes the two fittest, and selection random measures no fitness; leave one out"
            )
        if self.crossover and self.selection == "chain":
            raise ConfigError("crossover distils two siblings, and selection chain has none; leave one out")
        if self.selection == "random" and self.evolve_every > 1:
            raise ConfigError(
                f"evolve_every is {self.evolve_every}, but selection random lets nothing compete; give --evolve-every 1"
            )
        if self.selection == "pareto" and self.diversity == "none":
            raise ConfigError(
                "selection pareto weighs quality against diversity; give --diversity gradient or pairwise"
            )
