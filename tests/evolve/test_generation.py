"""One generation against the slow, obvious order of operations, and every way of choosing who lives on."""

import math
from dataclasses import replace
from typing import Any

import pytest
import torch
from tests.evolve import nets
from tests.reference import egan
from torch import Tensor

from ganatomy.errors import DivergedTraining
from ganatomy.evolve import generation as module
from ganatomy.evolve.discrimination import DISCRIMINATOR_LOSSES
from ganatomy.evolve.environment import Environment
from ganatomy.evolve.fitness import GradientNorm, NoDiversity, PairwiseDistance
from ganatomy.evolve.generation import Generation, next_generation, plan
from ganatomy.evolve.mutation import Variation
from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.population import Individual, ObjectiveMoments, Traits, adam_moments
from ganatomy.models.protocol import sample_latents
from ganatomy.seeds import stream

ALL = tuple(OBJECTIVES.values())


def grown(
    population: list[Individual] | None = None, environment: Environment | None = None, number: int = 1, **changes: Any
) -> Generation:
    """Return a generation of images, of fresh parents unless they are given."""
    settings = nets.settings(**changes)
    population = nets.population(settings.survivors) if population is None else population
    environment = environment or nets.environment()
    return next_generation(population, environment, nets.real_images(), settings, nets.streams(), number)


def pointed(population: list[Individual], environment: Environment | None = None, number: int = 1, **changes: Any):
    """Return a generation of points."""
    settings = nets.settings(**changes)
    return next_generation(
        population, environment or nets.plane(), nets.real_points(), settings, nets.streams(), number
    )


# The slow, obvious order


def smooth(n: int) -> list[Individual]:
    """Return parents whose Adam has a large epsilon, so that gradients of rounding size do not become whole steps."""
    parents = nets.population(n)
    for one in parents:
        one.optimizer.param_groups[0]["eps"] = 1e-2
    return parents


@pytest.mark.parametrize("shared", [True, False], ids=["common latents", "own latents"])
@pytest.mark.parametrize("steps", [1, 2])
@pytest.mark.parametrize("make", nets.ENVIRONMENTS.values(), ids=nets.ENVIRONMENTS.keys())
def test_a_generation_is_that_of_the_slow_obvious_order(
    make: Any, steps: int, shared: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every gradient and every figure, to 1e-5 in single precision; of two parents and all objectives."""
    taken = gradients_taken(monkeypatch)
    settings = nets.settings(objectives=ALL, survivors=2, evaluation_size=8, variation=Variation(steps, shared))
    parents, environment = smooth(2), make()
    ours = next_generation(parents, environment, nets.real_images(), settings, nets.streams())
    theirs = egan.generation(smooth(2), tuple(OBJECTIVES), nursery(environment, steps, shared))
    assert len(ours.children) == 16
    assert_same_children(ours, theirs, taken)


@pytest.mark.parametrize("shared", [True, False], ids=["common latents", "own latents"])
def test_a_chain_is_that_of_the_theano_code(shared: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two parents and four objectives, in an order in which some children take a place and some do not."""
    taken = gradients_taken(monkeypatch)
    names = ("wasserstein", "minimax", "heuristic", "least_squares")
    settings = nets.settings(
        objectives=nets.objectives(*names), survivors=2, evaluation_size=8, variation=Variation(1, shared),
        selection="chain",
    )  # fmt: skip
    environment = nets.environment(batch_norm=False)
    ours = next_generation(smooth(2), environment, nets.real_images(), settings, nets.streams())
    theirs, slots = egan.chained_generation(smooth(2), names, nursery(environment, 1, shared))
    assert [c.objective for c in ours.children] == [*names, *names]
    assert [c.parent for c in ours.children] == [0] * 4 + [1] * 4
    assert_same_children(ours, theirs, taken)
    best_first = sorted(slots, key=lambda one: -one.figures[2])
    assert ours.survivors == [next(i for i, child in enumerate(theirs) if child is one) for one in best_first]
    steps = {max(kept["step"].item() for kept in adam_moments(c.individual.optimizer)) for c in ours.children}
    assert len(steps) > 2, "children of children"


def gradients_taken(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Tensor, ...]]:
    """Return a list that every step adds its gradients to."""
    taken: list[tuple[Tensor, ...]] = []
    step = Individual.step
    monkeypatch.setattr(Individual, "step", lambda one, gradients: (taken.append(gradients), step(one, gradients))[1])
    return taken


def nursery(environment: Environment, steps: int, shared: bool) -> egan.Nursery:
    """Return what the slow order makes children with, on the latents that a generation of ours draws."""
    streams, kept, like = nets.streams(), {}, nets.generator()

    def latents(name: str, n: int, steps: int) -> Any:
        rng, calls = getattr(streams, name), [0]

        def next_latents() -> Tensor:
            number = calls[0] % steps if shared else calls[0]
            calls[0] += 1
            if (name, number) not in kept:
                kept[name, number] = sample_latents(like, n, rng)
            return kept[name, number]

        return next_latents

    return egan.Nursery(
        environment, nets.real_images()(8), latents("latent", 6, steps), latents("evaluation", 8, 1),
        batch_size=6, evaluation_size=8, steps=steps, gamma=0.5, loss="bce", squared=False,
    )  # fmt: skip


def assert_same_children(ours: Generation, theirs: list[egan.ReferenceChild], taken: list[tuple[Tensor, ...]]) -> None:
    """Compare figures, gradients and weights of all children."""
    gradients = iter(taken)
    for child, expected in zip(ours.children, theirs, strict=True):
        assert (child.quality, child.diversity, child.fitness) == pytest.approx(expected.figures, rel=1e-5, abs=1e-5)
        for of_a_step in expected.gradients:
            scale = max(float(g.abs().max()) for g in of_a_step)
            for a, b in zip(next(gradients), of_a_step, strict=True):
                torch.testing.assert_close(a, b, rtol=1e-5, atol=2e-5 * scale)
        for a, b in zip(child.individual.generator.parameters(), expected.generator.parameters(), strict=True):
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("loss", DISCRIMINATOR_LOSSES)
@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("make", nets.ENVIRONMENTS.values(), ids=nets.ENVIRONMENTS.keys())
def test_children_have_the_fitness_of_every_loss_and_norm(make: Any, squared: bool, loss: str) -> None:
    environment = make(loss=DISCRIMINATOR_LOSSES[loss])
    found = grown(environment=environment, diversity=GradientNorm(squared))
    z, real = sample_latents(nets.generator(), 6, nets.streams().evaluation), nets.real_images()(6)
    for child in found.children:
        expected = egan.fitness(child.individual.generator, environment, z, real, 0.5, loss, squared)
        assert (child.quality, child.diversity, child.fitness) == pytest.approx(expected, rel=1e-5, abs=1e-5)


def test_mutations_are_parallel_not_a_chain() -> None:
    """Each child alone is the same as each child among its siblings, and each is one step from the parent."""
    parents = nets.population()
    together = grown(parents)
    for index, name in enumerate(nets.THREE):
        alone = grown(objectives=nets.objectives(name)).children[0].individual
        sibling = together.children[index].individual
        assert {kept["step"].item() for kept in adam_moments(sibling.optimizer)} == {1}
        for a, b, before in zip(
            alone.generator.parameters(), sibling.generator.parameters(), parents[0].generator.parameters(), strict=True
        ):
            torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)
            assert (a - before).abs().max() <= 1.001e-3


def test_the_parents_are_not_changed() -> None:
    parents = nets.population(2)
    before = [[p.clone() for p in one.generator.parameters()] for one in parents]
    grown(parents, survivors=2, variation=Variation(steps=2), crossover=True, selection="plus")
    for one, weights in zip(parents, before, strict=True):
        assert all(torch.equal(p, w) for p, w in zip(one.generator.parameters(), weights, strict=True))
        assert not one.optimizer.state


# What is drawn


class Spied(nets.Constant):
    """Keeps the latents it is given, of all its copies in one list."""

    seen: list[Tensor] = []  # noqa: RUF012 (shared by design)

    def forward(self, z: Tensor) -> Tensor:
        Spied.seen.append(z)
        return super().forward(z)


def spied(n: int = 1) -> list[Individual]:
    Spied.seen = []
    found = [Spied(0.0, 0.0) for _ in range(n)]
    return [Individual(net, torch.optim.SGD(net.parameters(), 0.1)) for net in found]  # type: ignore[arg-type]


def different(latents: list[Tensor]) -> int:
    return len({tuple(z.flatten().tolist()) for z in latents})


def test_all_children_of_a_generation_see_the_same_latents() -> None:
    pointed(spied(2), survivors=2, evaluation_size=7)
    mutation = [z for z in Spied.seen if len(z) == 6]
    evaluation = [z for z in Spied.seen if len(z) == 7]
    assert (len(mutation), different(mutation)) == (2, 1), "one forward a parent"
    assert (len(evaluation), different(evaluation)) == (6, 1)


def test_children_may_draw_their_own_latents() -> None:
    pointed(spied(2), survivors=2, evaluation_size=7, variation=Variation(shared=False))
    mutation = [z for z in Spied.seen if len(z) == 6]
    evaluation = [z for z in Spied.seen if len(z) == 7]
    assert (len(mutation), different(mutation)) == (6, 6)
    assert (len(evaluation), different(evaluation)) == (6, 6)


@pytest.mark.parametrize("shared", [True, False])
def test_generations_draw_anew(shared: bool) -> None:
    parents, settings, streams = spied(), nets.settings(variation=Variation(shared=shared)), nets.streams()
    for _ in range(2):
        next_generation(parents, nets.plane(), nets.real_points(), settings, streams)
    assert different(Spied.seen) == (4 if shared else 12)


@pytest.mark.parametrize(("shared", "draws"), [(True, 3), (False, 7)])
def test_augmentation_is_drawn_with_the_latents_and_once_for_the_real_images(
    shared: bool, draws: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    draw = module.draw_augmentation
    monkeypatch.setattr(module, "draw_augmentation", lambda n, rng: (sizes.append(n), draw(n, rng))[1])
    grown(augment=True, evaluation_size=7, variation=Variation(shared=shared))
    assert len(sizes) == draws, "mutation and evaluation, of each child where nothing is shared, and the real ones"
    sizes.clear()
    grown(augment=False)
    assert sizes == []


@pytest.mark.parametrize(
    ("changes", "asked"),
    [
        ({}, 6),
        ({"discriminator_steps": 3}, 18),
        ({"evaluation_size": 25, "discriminator_steps": 3}, 25),
        ({"objectives": nets.objectives("minimax"), "evaluation_size": 25}, 6),
        ({"objectives": nets.objectives("minimax"), "discriminator_steps": 3}, 18),
    ],
)
def test_one_batch_of_real_images_serves_evaluation_and_the_discriminator(changes: dict[str, Any], asked: int) -> None:
    sizes: list[int] = []
    real = nets.real_images()

    def next_real(n: int) -> Tensor:
        sizes.append(n)
        return real(n)

    found = next_generation(nets.population(), nets.environment(), next_real, nets.settings(**changes), nets.streams())
    assert sizes == [asked]
    assert len(found.real[0]) == asked


@pytest.mark.parametrize(("steps", "survivors", "shown"), [(1, 1, 6), (3, 1, 18), (1, 4, 2), (3, 4, 5)])
def test_where_nothing_is_judged_only_images_for_the_discriminator_are_made(
    steps: int, survivors: int, shown: int
) -> None:
    found = pointed(
        nets.constants(*[(0.0, 0.0)] * survivors), objectives=nets.objectives("minimax"), survivors=survivors,
        discriminator_steps=steps, evaluation_size=100,
    )  # fmt: skip
    assert {len(child.features[0]) for child in found.children} == {shown}
    assert {child.diversity for child in found.children} == {0}


# Who has children


def names(found: Any) -> list[tuple[int, tuple[str, ...]]]:
    return [(parent, tuple(o.name for o in objectives)) for parent, objectives in found]


def made(*objectives: str | None) -> list[Individual]:
    return [
        replace(one, objective=o)
        for one, o in zip(nets.constants(*[(0.0, 0.0)] * len(objectives)), objectives, strict=True)
    ]


RNG = stream(0, "mutation")


def test_every_parent_has_one_child_of_each_objective() -> None:
    assert names(plan(made(None, None), nets.settings(), 1, RNG)) == [(0, nets.THREE), (1, nets.THREE)]
    found = grown(survivors=2)
    assert [(c.parent, c.objective) for c in found.children] == [(p, name) for p in (0, 1) for name in nets.THREE]
    assert [c.individual.objective for c in found.children] == [c.objective for c in found.children]
    best = sorted((c.fitness for c in found.children), reverse=True)[:2]
    assert [c.fitness for c in found.surviving] == best


def test_between_two_competitions_each_trains_on_under_the_objective_that_made_it() -> None:
    parents = made("least_squares", "heuristic")
    settings = nets.settings(survivors=2, evolve_every=3)
    plans = [names(plan(parents, settings, number, RNG)) for number in range(1, 8)]
    everyone = [(0, nets.THREE), (1, nets.THREE)]
    between = [(0, ("least_squares",)), (1, ("heuristic",))]
    assert plans == [everyone, between, between, everyone, between, between, everyone]
    assert [settings.competes(number) for number in range(1, 8)] == [True, False, False] * 2 + [True]


def test_a_parent_that_no_objective_has_made_trains_on_under_the_first() -> None:
    """One of the start, which has outlived its children, with selection plus."""
    settings = nets.settings(selection="plus", evolve_every=2)
    assert names(plan(made(None), settings, 2, RNG)) == [(0, ("heuristic",))]
    assert [c.objective for c in pointed(made(None), selection="plus", evolve_every=2, number=2).children] == [
        "heuristic"
    ]


def test_between_two_competitions_nothing_is_evaluated_but_quality() -> None:
    found = grown(made_images("minimax"), evolve_every=2, number=2, crossover=True, selection="plus")
    assert [(c.objective, c.diversity) for c in found.children] == [("minimax", 0.0)]
    assert 0 < found.children[0].quality < 1


def made_images(objective: str) -> list[Individual]:
    return [replace(one, objective=objective) for one in nets.population()]


def test_selection_by_chance_makes_only_the_survivors_all_pairs_alike_often() -> None:
    parents, settings = made(None, None), nets.settings(selection="random", survivors=2)
    counts: dict[tuple[int, str], int] = {}
    for _ in range(600):
        drawn = [(parent, name) for parent, (name,) in names(plan(parents, settings, 1, RNG))]
        assert len(set(drawn)) == 2
        assert drawn == sorted(drawn, key=lambda pair: (pair[0], nets.THREE.index(pair[1])))
        for pair in drawn:
            counts[pair] = counts.get(pair, 0) + 1
    # each of 6 pairs in 1/3 of 600 draws: 200 +- 11.5
    assert len(counts) == 6
    assert all(abs(count - 200) < 4.5 * 11.5 for count in counts.values())


def test_selection_by_chance_measures_no_diversity_and_everyone_it_makes_lives() -> None:
    found = grown(selection="random", survivors=2)
    assert len(found.children) == 2
    assert sorted(found.survivors) == [0, 1]
    assert {child.diversity for child in found.children} == {0}


@pytest.mark.parametrize(
    ("changes", "competes"),
    [
        ({}, True),
        ({"objectives": nets.objectives("minimax")}, False),
        ({"objectives": nets.objectives("minimax"), "selection": "plus"}, True),
        ({"objectives": nets.objectives("minimax"), "crossover": True, "survivors": 2}, True),
        ({"selection": "random"}, False),
        ({"selection": "pareto"}, True),
    ],
)
def test_the_fittest_are_chosen_where_there_is_a_choice(changes: dict[str, Any], competes: bool) -> None:
    assert nets.settings(**changes).competes(1) == competes


# Who lives on: points that SGD moves by half the cotangent, on a plane that prefers what lies right


def test_comma_takes_the_fittest_children_and_parents_die() -> None:
    """From x = 4, least squares of the logit pulls back to 1, and there is nobody else."""
    found = pointed(nets.constants((4.0, 0.0)), objectives=nets.objectives("least_squares_logit"), gamma=0)
    assert [c.objective for c in found.surviving] == ["least_squares_logit"]
    found = pointed(
        nets.constants((4.0, 0.0)), objectives=nets.objectives("least_squares_logit", "wasserstein"), gamma=0
    )
    assert [c.objective for c in found.surviving] == ["wasserstein"]


def test_plus_lets_a_parent_live_that_is_fitter_than_its_children() -> None:
    parents = nets.constants((4.0, 0.0))
    names = nets.objectives("least_squares_logit")
    found = pointed(parents, objectives=names, gamma=0, selection="plus")
    assert [(c.objective, c.parent) for c in found.children] == [("least_squares_logit", 0), ("parent", 0)]
    assert found.surviving[0].individual is parents[0]
    found = pointed(nets.constants((-4.0, 0.0)), objectives=names, gamma=0, selection="plus")
    assert [c.objective for c in found.surviving] == ["least_squares_logit"]


def test_pareto_keeps_the_best_and_the_most_diverse_whatever_gamma_is() -> None:
    found = grown(selection="pareto", survivors=2, gamma=0.0, objectives=ALL)
    aims = [(c.quality, c.diversity) for c in found.children]
    front = {i for i, a in enumerate(aims) if not any(b[0] >= a[0] and b[1] >= a[1] and b != a for b in aims)}
    assert set(found.survivors) <= front
    assert any(diversity != 0 for _, diversity in aims)


def test_without_a_weight_diversity_is_not_measured() -> None:
    class Never(NoDiversity):
        def against(self, *_: Any) -> Any:
            raise AssertionError("measured for nothing")

    found = grown(gamma=0.0, diversity=Never())
    assert [c.fitness for c in found.children] == [c.quality for c in found.children]


def test_diversity_may_be_the_distance_of_samples() -> None:
    found = grown(diversity=PairwiseDistance(), gamma=2.0)
    for child in found.children:
        assert child.fitness == pytest.approx(child.quality + 2 * child.diversity)
        assert 0 < child.diversity < 2, "images lie in [-1, 1]"


def test_a_child_of_both_fittest_is_made_and_may_live() -> None:
    """The fittest, at 1.5 and 1 after their steps; nothing in between is fitter, so the child stays at the better."""
    parents = nets.constants((1.0, 0.0), (0.5, 6.0), (-3.0, 0.0))
    found = pointed(parents, objectives=nets.objectives("wasserstein"), gamma=0, crossover=True, survivors=3)
    assert [c.objective for c in found.children] == ["wasserstein"] * 3 + ["crossover"]
    distilled = found.children[-1]
    assert distilled.parent == 0
    assert distilled.individual.objective == "wasserstein"
    assert distilled.individual.generator.point.tolist() == [1.5, 0], "all images of the fitter are preferred"
    assert found.survivors == [0, 3, 1], "a tie keeps the earlier"


def test_the_distilled_child_of_the_fittest_children_is_judged_as_they_are() -> None:
    environment = nets.environment()
    found = grown(environment=environment, crossover=True)
    z, real = sample_latents(nets.generator(), 6, nets.streams().evaluation), nets.real_images()(6)
    child = found.children[-1]
    expected = egan.fitness(child.individual.generator, environment, z, real, 0.5)
    assert (child.quality, child.diversity, child.fitness) == pytest.approx(expected, rel=1e-5, abs=1e-5)
    fittest = max(found.children[:-1], key=lambda c: c.fitness)
    assert (child.parent, child.individual.objective) == (fittest.parent, fittest.objective)


# Death


def broken(point: float = math.nan) -> Individual:
    return nets.constants((point, 0.0))[0]


def test_a_child_that_is_no_number_dies_and_the_generation_goes_on() -> None:
    found = pointed([broken(), *nets.constants((0.0, 0.0))], gamma=0, survivors=2)
    assert [math.isnan(c.fitness) for c in found.children] == [True] * 3 + [False] * 3
    assert {c.parent for c in found.surviving} == {1}


def test_survivors_fill_the_places_of_the_dead() -> None:
    found = pointed(
        [broken(), *nets.constants((0.0, 0.0))], gamma=0, survivors=2, objectives=nets.objectives("minimax"),
        selection="plus",
    )  # fmt: skip
    assert found.survivors == [1, 3], "the child, and its parent"
    found = pointed([broken(), *nets.constants((0.0, 0.0))], survivors=2, objectives=nets.objectives("minimax"))
    assert found.survivors == [1, 1]


def test_a_chain_takes_the_first_step_always_and_a_further_one_where_it_is_fitter() -> None:
    """Points judged by their first coordinate; beyond a logit of 1 least squares on it pulls them back."""

    def made(*names: str) -> tuple[list[float], list[int]]:
        found = pointed(
            nets.constants((3.0, 0.0)), gamma=0, selection="chain", objectives=nets.objectives(*names),
        )  # fmt: skip
        return [child.individual.generator.point[0].item() for child in found.children], found.survivors

    def sigmoid(x: float) -> float:
        return 1 / (1 + math.exp(-x))

    x, survivors = made("least_squares_logit", "heuristic")
    assert (x[0], survivors) == (pytest.approx(1.0), [1]), "less fit than its parent, which is gone"
    assert x[1] == pytest.approx(1.0 + 0.5 * (1 - sigmoid(1.0)))
    x, survivors = made("heuristic", "least_squares_logit", "minimax")
    assert (x[0], survivors) == (pytest.approx(3.0 + 0.5 * (1 - sigmoid(3.0))), [2])
    assert x[1] == pytest.approx(1.0)
    assert x[2] == pytest.approx(x[0] + 0.5 * sigmoid(x[0])), "from the first, since the second was less fit"


def test_a_chain_passes_over_what_is_no_number() -> None:
    found = pointed([broken(), *nets.constants((0.0, 0.0))], gamma=0, survivors=2, selection="chain")
    assert [math.isnan(c.fitness) for c in found.children] == [True] * 3 + [False] * 3
    assert len(found.survivors) == 2
    assert {c.parent for c in found.surviving} == {1}


def test_a_chain_rests_between_competitions() -> None:
    found = pointed(nets.constants((0.0, 0.0)), gamma=0, selection="chain", evolve_every=2, number=2)
    assert [c.objective for c in found.children] == ["heuristic"]


@pytest.mark.parametrize("selection", ["comma", "plus", "pareto", "random", "chain"])
def test_a_generation_without_a_finite_fitness_stops_with_a_message(selection: str) -> None:
    count = {"plus": 4, "random": 1}.get(selection, 3)
    with pytest.raises(DivergedTraining) as caught:
        pointed([broken()], selection=selection, gamma=0.5)
    assert str(caught.value) == (
        f"none of the {count} children has a finite fitness; lower the learning rate or take another seed, in a new run"
    )


def test_crossover_does_not_hide_that_all_have_died() -> None:
    with pytest.raises(DivergedTraining, match="none of the 4 children has a finite fitness"):
        pointed([broken()], crossover=True)


def test_a_single_one_alive_is_crossed_with_nobody_or_itself() -> None:
    found = pointed(
        [broken(), *nets.constants((0.0, 0.0))], objectives=nets.objectives("wasserstein"), survivors=2, crossover=True,
        gamma=0,
    )  # fmt: skip
    assert found.children[-1].individual.generator.point.tolist() == [0.5, 0]


# Optimizer state of objectives


def test_an_objectives_state_advances_once_a_parent_and_generation_whoever_lives() -> None:
    moments, population, environment = ObjectiveMoments(), nets.population(2), nets.environment()
    settings = nets.settings(survivors=2, variation=Variation(moments=moments))
    for number in (1, 2, 3):
        found = next_generation(population, environment, nets.real_images(), settings, nets.streams(), number)
        population = [c.individual.copy() for c in found.surviving]
        assert {name: {int(kept["step"]) for kept in of} for name, of in moments.of.items()} == {
            name: {2 * number} for name in nets.THREE
        }


# The figure of collapse


@pytest.mark.parametrize(("spread", "expected"), [(0.0, 0.0), (3.0, 3.0)])
def test_the_distance_of_samples_is_a_share_of_that_of_real_ones(spread: float, expected: float) -> None:
    class Copied(nets.Constant):
        """Makes the real points, scaled."""

        def forward(self, z: Tensor) -> Tensor:
            return spread * nets.real_points()(len(z)) + 0 * self.point

    net = Copied(0.0, 0.0)
    one = Individual(net, torch.optim.SGD(net.parameters(), 0.1))  # type: ignore[arg-type]
    assert pointed([one]).sample_distance.item() == pytest.approx(expected)


# Who lives on, and with what


def test_children_whose_discriminator_is_beyond_its_margin_live_and_the_better_one_is_chosen() -> None:
    """A hinge loss has no gradient there at all, so that diversity is the same for all of them."""
    environment = replace(nets.plane(), loss=DISCRIMINATOR_LOSSES["hinge"])
    found = next_generation(
        nets.constants((-5.0, 0.0)), environment, lambda n: torch.full((n, 2), 9.0), nets.settings(), nets.streams()
    )
    assert [child.diversity for child in found.children] == pytest.approx([87.34] * 3, abs=0.01)
    assert found.surviving[0].quality == max(child.quality for child in found.children)


def test_where_nothing_competes_the_parents_keep_their_order() -> None:
    """The second founder has the better images throughout, and is never averaged in place of the first."""
    one, two = nets.constants((0.0, 0.0), (5.0, 0.0))
    found = pointed([one, two], objectives=nets.objectives("wasserstein"), survivors=2)
    assert found.survivors == [0, 1]
    assert found.children[1].quality > found.children[0].quality
    dead = pointed(nets.constants((math.nan, 0.0), (5.0, 0.0)), objectives=nets.objectives("wasserstein"), survivors=2)
    assert dead.survivors == [1, 1]


def test_the_state_of_an_objective_whose_child_died_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = ObjectiveMoments()
    settings = nets.settings(variation=Variation(moments=moments))
    step = Individual.step

    def poisoned(one: Individual, gradients: tuple[Tensor, ...]) -> None:
        step(one, tuple(math.nan * g for g in gradients) if one.objective == "minimax" else gradients)

    with monkeypatch.context() as patch:
        patch.setattr(Individual, "step", poisoned)
        found = next_generation(nets.population(), nets.environment(), nets.real_images(), settings, nets.streams())
    assert [math.isfinite(child.fitness) for child in found.children] == [True, False, True]
    assert set(moments.of) == {"heuristic", "least_squares"}
    again = next_generation(nets.population(), nets.environment(), nets.real_images(), settings, nets.streams())
    assert all(math.isfinite(child.fitness) for child in again.children)


@pytest.mark.parametrize(
    ("changes", "moves"),
    [
        ({}, True),
        ({"selection": "random"}, True),
        ({"objectives": nets.objectives("minimax")}, False),
        ({"evolve_every": 5}, False),
    ],
)
def test_traits_move_only_where_they_are_selected_or_chance_is_the_control(
    changes: dict[str, Any], moves: bool
) -> None:
    found = grown(variation=Variation(perturb=0.3), number=2 if "evolve_every" in changes else 1, **changes)
    assert all((child.individual.traits != Traits()) == moves for child in found.children)
