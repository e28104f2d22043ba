"""What the discriminator makes of a candidate."""

import math

import pytest
import torch
from tests.evolve import nets
from torch import Tensor

from ganatomy.evolve.evaluation import Candidate, evaluate, figures
from ganatomy.evolve.fitness import GradientNorm, NoDiversity
from ganatomy.evolve.mutation import Draw
from ganatomy.models.augment import augment, draw_augmentation

RNG = torch.Generator()


def test_a_candidate_is_judged_on_the_images_of_the_draw() -> None:
    (one,) = nets.constants((math.log(3), 5.0))
    found = evaluate(one, 4, "hinge", nets.plane(), Draw(torch.zeros(3, 1), None), None)
    assert (found.individual, found.parent, found.made_by) == (one, 4, "hinge")
    assert torch.equal(found.images, one.generator.point.detach().expand(3, 2))
    assert torch.equal(found.features[0], found.images)
    assert found.quality.item() == pytest.approx(0.75)
    assert found.diversity.item() == 0, "not measured"


def test_diversity_is_by_the_measure_that_is_given() -> None:
    (one,), environment = nets.constants((1.0, 0.0)), nets.plane(2.0)
    measure = GradientNorm().against(environment, [torch.tensor([[1.0, 0.0]])], RNG)
    found = evaluate(one, 0, "hinge", environment, Draw(torch.zeros(3, 1), None), measure)
    assert found.diversity.item() == pytest.approx(-math.log(math.tanh(1)))


def test_nothing_that_is_kept_has_a_graph() -> None:
    (one,), environment = nets.population(), nets.environment()
    features = environment.features(nets.real_images()(6), None)
    for measure in (None, GradientNorm().against(environment, features, RNG)):
        found = evaluate(one, 0, "hinge", environment, Draw(torch.zeros(6, 5), None), measure)
        kept = (found.images, found.quality, found.diversity, *found.features)
        assert not any(tensor.requires_grad for tensor in kept)
        assert found.features[0].is_leaf


def test_the_measure_is_shown_images_and_logits() -> None:
    (one,) = nets.constants((1.0, 2.0))
    seen: list[Tensor] = []

    def measure(images: Tensor, logits: Tensor) -> Tensor:
        seen.extend((images, logits))
        return logits.sum()

    found = evaluate(one, 0, "hinge", nets.plane(3.0), Draw(torch.zeros(2, 1), None), measure)
    assert [tensor.tolist() for tensor in seen] == [[[1, 2], [1, 2]], [[3], [3]]]
    assert found.diversity.item() == 6


def test_features_are_of_augmented_images_but_the_images_are_as_they_were_made() -> None:
    (one,), environment = nets.population(batch_norm=False), nets.environment(batch_norm=False)
    z, draws = torch.zeros(6, 5), draw_augmentation(6, torch.Generator().manual_seed(0))
    found = evaluate(one, 0, "hinge", environment, Draw(z, draws), None)
    assert torch.equal(found.images, one.generator(z))
    assert torch.equal(found.features[0], augment(found.images, draws))


def test_figures_are_plain_numbers_with_the_fitness() -> None:
    (one,) = nets.constants((0.0, 0.0))
    images = torch.zeros(1, 2)
    terms = ((0.5, 2.0), (0.25, math.nan), (0.75, -math.inf))
    candidates = [
        Candidate(one, index, "hinge", images, [images], torch.tensor(f_q), torch.tensor(f_d))
        for index, (f_q, f_d) in enumerate(terms)
    ]
    children = figures(candidates, gamma=0.5)
    assert [child.parent for child in children] == [0, 1, 2]
    assert {child.objective for child in children} == {"hinge"}
    assert [child.quality for child in children] == [0.5, 0.25, 0.75]
    assert [child.diversity for child in children] == pytest.approx([2, math.nan, -math.inf], nan_ok=True)
    assert [child.fitness for child in children] == pytest.approx([1.5, math.nan, -math.inf], nan_ok=True)
    assert [child.fitness for child in figures(candidates, gamma=0)] == pytest.approx(
        [0.5, math.nan, 0.75], nan_ok=True
    )
    assert children[0].features[0] is images


def test_no_diversity_costs_no_gradient() -> None:
    (one,), environment = nets.constants((1.0, 2.0)), nets.plane()
    measure = NoDiversity().against(environment, [], RNG)
    assert evaluate(one, 0, "hinge", environment, Draw(torch.zeros(2, 1), None), measure).diversity.item() == 0
