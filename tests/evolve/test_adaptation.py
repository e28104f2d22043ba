"""The discriminator trains on images of the survivors."""

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import settings as settings_of
from hypothesis import strategies as st
from tests.evolve import nets
from tests.reference import egan
from torch import Tensor

from ganatomy.evolve.adaptation import adapt_environment
from ganatomy.evolve.discrimination import Penalties
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.generation import Generation, GenerationSettings, next_generation
from ganatomy.evolve.population import Individual, Traits
from ganatomy.models.protocol import sample_latents
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


def grown_by(environment: Environment, survivors: int, **changes: Any) -> tuple[Generation, GenerationSettings]:
    """Return a generation of points of constant parents, 10 apart, that all live on."""
    parents = nets.constants(*[(10.0 * i, 0.0) for i in range(survivors)], learning_rate=0.0)
    settings = nets.settings(objectives=nets.objectives("minimax"), survivors=survivors, gamma=0, **changes)
    return next_generation(parents, environment, nets.real_points(), settings, nets.streams()), settings


def shares(environment: Watched, survivors: int) -> list[list[int]]:
    """Return how many images of each survivor each step took."""
    steps: list[Any] = environment.discriminator.asked  # type: ignore[assignment]
    whose = [(step[1][0][:, 0] / 10).round().long() for step in steps]
    return [who.bincount(minlength=survivors).tolist() for who in whose]


@pytest.mark.parametrize("fresh", [False, True], ids=["judged images", "fresh images"])
@settings_of(deadline=None, max_examples=40)
@given(survivors=st.integers(1, 8), batch_size=st.integers(2, 20), steps=st.integers(1, 5), spare=st.integers(0, 5))
def test_every_survivor_has_an_equal_share_of_every_step(
    fresh: bool, survivors: int, batch_size: int, steps: int, spare: int
) -> None:
    environment = watched()
    found, settings = grown_by(
        environment, survivors, batch_size=batch_size, discriminator_steps=steps, fresh_images=fresh
    )
    if spare and not fresh:  # more images were judged than the steps use
        more = [c.features[0][:1].expand(len(c.features[0]) + spare, -1) for c in found.children]
        children = [replace(c, features=[x]) for c, x in zip(found.children, more, strict=True)]
        found = replace(found, children=children)
    adapt_environment(environment, found, settings, stream(7, "shuffle"))
    taken = shares(environment, survivors)
    assert [sum(of_a_step) for of_a_step in taken] == [batch_size] * steps
    assert all(max(of_a_step) - min(of_a_step) <= 1 for of_a_step in taken)
    totals = [sum(column) for column in zip(*taken, strict=True)]
    assert max(totals) - min(totals) <= 1
    if batch_size % survivors == 0:
        assert taken == [[batch_size // survivors] * survivors] * steps
    if batch_size * steps % survivors == 0:
        assert len(set(totals)) == 1


def test_four_survivors_have_sixteen_images_of_sixty_four() -> None:
    """They had 20, 12, 16 and 16 by chance."""
    environment = watched()
    found, settings = grown_by(environment, 4, batch_size=64)
    adapt_environment(environment, found, settings, stream(0, "shuffle"))
    assert shares(environment, 4) == [[16, 16, 16, 16]]


def test_who_has_one_image_more_changes_from_step_to_step() -> None:
    environment = watched()
    found, settings = grown_by(environment, 4, batch_size=6, discriminator_steps=2)
    adapt_environment(environment, found, settings, stream(0, "shuffle"))
    assert shares(environment, 4) == [[2, 2, 1, 1], [1, 1, 2, 2]]


@pytest.mark.parametrize("fresh", [False, True], ids=["judged images", "fresh images"])
def test_images_of_a_single_survivor_are_taken_as_one_shuffle_has_them(fresh: bool) -> None:
    """Real images first, then generated ones, and nothing else is drawn: runs of one survivor go on as they were."""
    environment, settings = watched(), nets.settings(evaluation_size=15, discriminator_steps=2, fresh_images=fresh)
    parent = [spread()[0]]
    adapted(environment, settings, parent)
    found: Generation = adapted.found  # type: ignore[attr-defined]
    rng, (child,) = stream(7, "shuffle"), found.surviving
    z = sample_latents(child.individual.generator, 12, rng) if fresh else None
    images = child.features[0] if z is None else child.individual.generator(z).detach()
    real_order, order = (torch.randperm(len(pool), generator=rng) for pool in (found.real[0], images))
    steps: list[Any] = environment.discriminator.asked  # type: ignore[assignment]
    for step, (real, generated, *_) in enumerate(steps):
        batch = slice(6 * step, 6 * (step + 1))
        assert torch.equal(real[0], found.real[0][real_order[batch]])
        assert torch.equal(generated[0], images[order[batch]])


@pytest.mark.parametrize("survivors", [1, 2, 3])
@pytest.mark.parametrize("make", nets.ENVIRONMENTS.values(), ids=nets.ENVIRONMENTS.keys())
def test_the_discriminator_is_that_of_the_slow_obvious_steps(make: Any, survivors: int) -> None:
    """Three steps of plain Adam on images dealt out one by one, to 1e-6 in single precision."""
    environment = make()
    environment.optimizer.param_groups[0]["eps"] = 1e-2  # so that gradients of rounding size are no whole steps
    settings = nets.settings(survivors=survivors, batch_size=4, discriminator_steps=3, evaluation_size=13)
    found = next_generation(nets.population(survivors), environment, nets.real_images(), settings, nets.streams())
    rng = stream(7, "shuffle")
    real_order = torch.randperm(len(found.real[0]), generator=rng).tolist()
    orders = [torch.randperm(13, generator=rng).tolist() for _ in range(survivors)]
    generated = [child.features[0] for child in found.surviving]
    expected = egan.train_discriminator(environment, found.real[0], generated, real_order, orders, 4, 3)
    adapt_environment(environment, found, settings, stream(7, "shuffle"))
    for a, b in zip(environment.discriminator.parameters(), expected.parameters(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


def test_a_child_that_holds_two_places_has_two_shares() -> None:
    environment = watched()
    found, settings = grown_by(environment, 3, batch_size=6)
    adapt_environment(environment, replace(found, survivors=[2, 0, 2]), settings, stream(0, "shuffle"))
    assert shares(environment, 3) == [[2, 0, 4]]


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
