import math

import pytest
import torch
from tests.evolve import nets
from tests.reference.egan import fitness

from ganatomy.errors import DivergedTraining
from ganatomy.evolve.environment import join
from ganatomy.evolve.generation import adapt_environment, next_generation
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.models.dcgan import sample_latents
from ganatomy.seeds import stream


def test_every_parent_has_one_child_of_each_objective() -> None:
    generation = next_generation(
        nets.population(2), nets.environment(), nets.real_images(), nets.settings(survivors=2), nets.streams()
    )
    assert [(c.parent, c.objective) for c in generation.children] == [(p, name) for p in (0, 1) for name in OBJECTIVES]
    best = sorted((c.fitness for c in generation.children), reverse=True)[:2]
    assert [c.fitness for c in generation.surviving] == best


def test_children_have_the_fitness_that_the_paper_defines() -> None:
    environment, settings = nets.environment(), nets.settings()
    generation = next_generation(nets.population(), environment, nets.real_images(), settings, nets.streams())
    z = sample_latents(generation.children[0].individual.generator, 6, nets.streams().evaluation)
    real = nets.real_images()(6)
    for child in generation.children:
        expected = fitness(child.individual.generator, environment, z, real, settings.gamma)
        assert (child.quality, child.diversity, child.fitness) == pytest.approx(expected, rel=1e-4)


def test_mutations_are_parallel_not_a_chain() -> None:
    """Each child alone is the same as each child among its siblings."""
    together = next_generation(
        nets.population(), nets.environment(), nets.real_images(), nets.settings(), nets.streams()
    )
    for index, objective in enumerate(OBJECTIVES.values()):
        alone = next_generation(
            nets.population(),
            nets.environment(),
            nets.real_images(),
            nets.settings(objectives=(objective,)),
            nets.streams(),
        )
        for a, b in zip(
            alone.children[0].individual.generator.parameters(),
            together.children[index].individual.generator.parameters(),
            strict=True,
        ):
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


def test_the_environment_adapts_on_the_survivors_images() -> None:
    environment, settings = nets.environment(batch_norm=False), nets.settings(discriminator_steps=1)
    generation = next_generation(nets.population(), environment, nets.real_images(), settings, nets.streams())
    images = join([child.features for child in generation.surviving])
    before = environment.judge(images).mean().item()
    for _ in range(20):
        figures = adapt_environment(environment, generation, settings, stream(7, "shuffle"))
    assert environment.judge(images).mean().item() < before
    assert figures["d_real"] > figures["d_generated"]


def test_nothing_is_compared_where_nothing_is_selected() -> None:
    settings = nets.settings(objectives=(OBJECTIVES["heuristic"],))
    generation = next_generation(nets.population(), nets.environment(), nets.real_images(), settings, nets.streams())
    assert [child.diversity for child in generation.children] == [0.0]


def test_one_real_batch_serves_evaluation_and_the_discriminator() -> None:
    asked: list[int] = []
    real = nets.real_images()

    def next_real(n: int) -> torch.Tensor:
        asked.append(n)
        return real(n)

    settings = nets.settings(discriminator_steps=3)
    next_generation(nets.population(), nets.environment(), next_real, settings, nets.streams())
    assert asked == [18]


def test_a_generation_without_a_finite_fitness_stops_with_a_message() -> None:
    (individual,) = nets.population()
    with torch.no_grad():
        next(individual.generator.parameters()).fill_(math.nan)
    with pytest.raises(DivergedTraining, match="none of the 3 children has a finite fitness; lower the learning rate"):
        next_generation([individual], nets.environment(), nets.real_images(), nets.settings(), nets.streams())
