"""The environment adapts to a generation: the discriminator learns on images of its survivors.

Source: E-GAN (arXiv 1803.00657), Algorithm 1.
"""

import torch
from torch import Tensor

from ganatomy.evolve.discrimination import Features
from ganatomy.evolve.environment import Environment, join, take
from ganatomy.evolve.generation import Generation, GenerationSettings, draws
from ganatomy.evolve.population import Individual


@torch.no_grad()
def _fresh(
    individual: Individual, n: int, environment: Environment, settings: GenerationSettings, rng: torch.Generator
) -> Features:
    """Return what the discriminator sees of `n` images that nobody was chosen by."""
    drawn = draws(individual, n, settings, rng, rng)(0)
    return environment.features(environment.generate(individual.generator, drawn.z), drawn.augmentation)


def adapt_environment(
    environment: Environment, generation: Generation, settings: GenerationSettings, rng: torch.Generator
) -> dict[str, Tensor]:
    """Train the discriminator on images of the survivors, n_D steps, and return its last figures.

    Args:
        environment: the discriminator, trained in place.
        generation: the survivors and the real images.
        settings: batch size, number of steps, and which images.
        rng: shuffles both, mixes them for the gradient penalty, and draws the latents of fresh images.
    """
    if settings.fresh_images:
        each = -(-settings.trained_on // len(generation.surviving))
        generated = join([_fresh(child.individual, each, environment, settings, rng) for child in generation.surviving])
    else:
        generated = join([child.features for child in generation.surviving])
    shuffled = [torch.randperm(len(pool[0]), generator=rng, device=rng.device) for pool in (generation.real, generated)]
    r1_factor = generation.surviving[0].individual.traits.r1
    last: dict[str, Tensor] = {}
    for step in range(settings.discriminator_steps):
        batch = slice(step * settings.batch_size, (step + 1) * settings.batch_size)
        real_index, generated_index = (order[batch] for order in shuffled)
        mix = torch.rand(len(real_index), generator=rng, device=rng.device) if environment.penalties.gradient else None
        last = environment.step(
            take(generation.real, real_index), take(generated, generated_index), mix, r1_factor=r1_factor
        )
    return last
