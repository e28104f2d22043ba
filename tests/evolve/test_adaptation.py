"""The discriminator trains on images of the survivors."""

from dataclasses import replace
from typing import Any

import torch
from tests.evolve import nets
from torch import Tensor

from ganatomy.evolve.adaptation import adapt_environment
from ganatomy.evolve.discrimination import Penalties
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import GenerationSettings, next_generation
from ganatomy.evolve.population import Individual, Traits
from ganatomy.seeds import stream


def test_the_environment_adapts_on_the_survivors_images() -> None:
    environment, settings = nets.environment(batch_norm=False), nets.settings()
    found = next_generation(nets.population(), environment, nets.real_images(), settings, nets.streams())
    (images,) = (child.features for child in found.surviving)
    before = environment.judge(images).mean().item()
    for _ in range(20):
        figures = adapt_environment(environment, found, settings, stream(7, "shuffle"))
    assert environment.judge(images).mean().item() < before
    assert figures["d_real"] > figures["d_generated"]
    assert set(figures) == {"d_loss", "d_real", "d_generated", "d_accuracy"}


class Watched(Environment):
    """Remembers the steps it is asked for."""

    def step(self, real: Any, generated: Any, mix: Any = None, r1_factor: float = 1.0) -> dict[str, Tensor]:
        self.discriminator.asked.append((real, generated, mix, r1_factor))  # type: ignore[union-attr, operator]
        return {"number": torch.tensor(len(self.discriminator.asked))}  # type: ignore[arg-type]


def watched(**parts: Any) -> Watched:
    plane = nets.plane()
    plane.discriminator.asked = []  # type: ignore[assignment]
    return Watched(plane.discriminator, plane.optimizer, **parts)


def adapted(environment: Watched, settings: GenerationSettings, survivors: list[Individual]) -> dict[str, Tensor]:
    found = next_generation(survivors, environment, nets.real_points(), settings, nets.streams())
    adapted.found = found  # type: ignore[attr-defined]
    return adapt_environment(environment, found, settings, stream(7, "shuffle"))


def test_each_step_takes_images_of_its_own() -> None:
    environment, settings = (
        watched(),
        nets.settings(
            survivors=2,
            discriminator_steps=3,
            evaluation_size=9,
            objectives=nets.objectives("minimax", "heuristic"),
            gamma=0,
        ),
    )
    last = adapted(environment, settings, nets.constants((0.0, 0.0), (5.0, 5.0)))
    assert last["number"] == 3, "the figures of the last step"
    steps: list[Any] = environment.discriminator.asked  # type: ignore[assignment]
    real = torch.cat([real[0] for real, *_ in steps])
    generated = torch.cat([generated[0] for _, generated, *_ in steps])
    assert [len(step[0][0]) for step in steps] == [len(step[1][0]) for step in steps] == [6, 6, 6]
    assert len(real.unique(dim=0)) == 18, "no real image twice"
    pool = torch.cat([child.features[0] for child in adapted.found.surviving])  # type: ignore[attr-defined]
    assert sorted(generated.tolist()) == sorted(pool.tolist()), "each generated image once"
    assert len(steps[0][1][0].unique(dim=0)) == 2, "the survivors are mixed"
    assert [step[2] for step in steps] == [None] * 3


def test_places_of_the_mixed_samples_are_drawn_where_the_gradient_is_penalised() -> None:
    environment = watched(penalties=Penalties(gradient=1.0))
    adapted(environment, nets.settings(discriminator_steps=2, evaluation_size=12), nets.constants((0.0, 0.0)))
    mixes = [step[2] for step in environment.discriminator.asked]  # type: ignore[union-attr]
    assert [mix.shape for mix in mixes] == [(6,), (6,)]
    assert len(torch.cat(mixes).unique()) == 12
    assert all(mix.min() >= 0 and mix.max() < 1 for mix in mixes)


def test_the_fittest_survivors_trait_weighs_r1() -> None:
    environment = watched()
    parent = replace(nets.constants((0.0, 0.0))[0], traits=Traits(r1=3.0))
    adapted(environment, nets.settings(), [parent])
    assert [step[3] for step in environment.discriminator.asked] == [3.0]  # type: ignore[union-attr]


def test_the_discriminator_may_train_on_other_images_than_those_that_were_judged() -> None:
    environment, settings = watched(), nets.settings(evaluation_size=9, gamma=0, discriminator_steps=2, survivors=2)
    adapted(environment, replace(settings, fresh_images=True), spread())
    judged = {tuple(x.tolist()) for child in adapted.found.surviving for x in child.features[0]}  # type: ignore[attr-defined]
    steps: list[Any] = environment.discriminator.asked  # type: ignore[assignment]
    generated = torch.cat([generated[0] for _, generated, *_ in steps])
    assert len(generated) == 12
    assert not judged & {tuple(x.tolist()) for x in generated}


class Spread(nets.Constant):
    """Makes its latents, moved to its point."""

    def forward(self, z: Tensor) -> Tensor:
        return z.expand(-1, 2) + self.point


def spread() -> list[Individual]:
    found = [Spread(0.0, 0.0), Spread(3.0, 3.0)]
    return [Individual(net, torch.optim.SGD(net.parameters(), 0.1)) for net in found]  # type: ignore[arg-type]
