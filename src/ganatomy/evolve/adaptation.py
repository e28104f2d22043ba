"""The environment adapts to a generation: the discriminator learns on images of its survivors.

Source: E-GAN (arXiv 1803.00657), Algorithm 1, which takes of m images of a step m / mu of each survivor; so does the
Theano code over all steps of a generation together.
"""

import torch
from torch import Tensor

from ganatomy.evolve.discrimination import Features
from ganatomy.evolve.environment import Environment, dealt, join, take
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

    Of m images of a step m / mu are of each survivor (Algorithm 1); where that is no whole number, one more of some,
    who take turns from step to step. A child that holds two places, where others have died, has two shares.

    Args:
        environment: the discriminator, trained in place.
        generation: the survivors and the real images.
        settings: batch size, number of steps, and which images.
        rng: shuffles both, mixes them for the gradient penalty, and draws the latents of fresh images.
    """
    survivors = [child.individual for child in generation.surviving]
    if settings.fresh_images:
        parts = [_fresh(one, settings.share, environment, settings, rng) for one in survivors]
    else:
        parts = [child.features for child in generation.surviving]
    shuffled = [dealt([len(pool[0]) for pool in pools], rng) for pools in ([generation.real], parts)]
    generated = join(parts)
    r1_factor = survivors[0].traits.r1
    last: dict[str, Tensor] = {}
    for step in range(settings.discriminator_steps):
        batch = slice(step * settings.batch_size, (step + 1) * settings.batch_size)
        real_index, generated_index = (order[batch] for order in shuffled)
        mix = torch.rand(len(real_index), generator=rng, device=rng.device) if environment.penalties.gradient else None
        last = environment.step(
            take(generation.real, real_index), take(generated, generated_index), mix, r1_factor=r1_factor
        )
    return last
