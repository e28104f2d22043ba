"""Crossover: the child is the fitter parent, one step towards the images that the discriminator prefers."""

import pytest
import torch
from tests.evolve import nets
from torch import Tensor
from torch.nn import functional as F

from ganatomy.evolve.crossover import distil
from ganatomy.evolve.mutation import Draw
from ganatomy.evolve.population import Individual, Traits, adam_moments
from ganatomy.models.augment import augment, draw_augmentation
from ganatomy.seeds import stream

Z = Draw(torch.zeros(4, 1), None)


@pytest.mark.parametrize(
    ("fitter", "other", "child"),
    [
        # the plane prefers what lies right; the loss is the mean over both coordinates, its slope mine - target
        ((0.0, 0.0), (2.0, 4.0), (1.0, 2.0)),
        ((2.0, 4.0), (0.0, 0.0), (2.0, 4.0)),
        ((1.0, 0.0), (1.0, 4.0), (1.0, 0.0)),  # equals keep the fitter one's
    ],
)
def test_the_child_moves_towards_the_better_images(
    fitter: tuple[float, float], other: tuple[float, float], child: tuple[float, float]
) -> None:
    one, two = nets.constants(fitter, other)
    distilled = distil(one, two, nets.plane(), Z)
    assert distilled.generator.point.tolist() == pytest.approx(child)
    assert one.generator.point.tolist() == list(fitter)
    assert two.generator.point.tolist() == list(other)


def test_the_better_image_is_chosen_for_each_latent() -> None:
    """A discriminator that prefers what is far to the right, and a second parent that is so for half the latents."""

    class Scaled(nets.Constant):
        def forward(self, z: Tensor) -> Tensor:
            return z * self.point

    one, two = nets.constants((0.0, 0.0), (0.0, 0.0), learning_rate=0.5)
    two = Individual(Scaled(3.0, 0.0), two.optimizer)
    z = torch.tensor([[1.0], [1.0], [-1.0], [-1.0]])  # theirs: 3, 3, -3, -3; mine: 0
    child = distil(one, two, nets.plane(), Draw(z, None))
    # targets 3, 3, 0, 0 of mean 1.5: minus the slope of mean over 8 entries, .5 * 2 * 6 / 8
    assert child.generator.point.tolist() == pytest.approx([0.75, 0])


@pytest.mark.parametrize("augmented", [False, True])
def test_the_child_equals_a_hand_made_step_of_the_squared_error(augmented: bool) -> None:
    (one,) = nets.population(learning_rate=0.02, batch_norm=False)
    two = one.copy()
    two.step(tuple(torch.randn(p.shape, generator=stream(0, "step")) for p in two.generator.parameters()))
    environment = nets.environment(batch_norm=False)
    z = torch.randn(6, 5, generator=torch.Generator().manual_seed(0))
    draws = draw_augmentation(6, torch.Generator().manual_seed(3)) if augmented else None
    expected = one.copy()
    with torch.no_grad():
        mine, theirs = one.generator(z), two.generator(z)
        s, t = (environment.judge([x if draws is None else augment(x, draws)])[:, 0] for x in (mine, theirs))
        target = torch.stack([a if p >= q else b for a, b, p, q in zip(mine, theirs, s, t, strict=True)])
    assert 0 < (s >= t).sum() < 6, "each parent is preferred somewhere"
    F.mse_loss(expected.generator(z), target).backward()
    expected.optimizer.step()
    child = distil(one, two, environment, Draw(z, draws))
    for ours, theirs in zip(child.generator.parameters(), expected.generator.parameters(), strict=True):
        torch.testing.assert_close(ours, theirs)


def test_what_the_fitter_one_has_is_inherited() -> None:
    one, two = nets.population(2)
    gradients = tuple(torch.ones_like(p) for p in one.generator.parameters())
    one.step(gradients)
    fitter = Individual(one.generator, one.optimizer, Traits(r1=2.0), "hinge")
    child = distil(fitter, two, nets.environment(), Draw(torch.zeros(6, 5), None))
    assert (child.traits, child.objective) == (Traits(r1=2.0), "hinge")
    assert {kept["step"].item() for kept in adam_moments(child.optimizer)} == {2}
    assert {kept["step"].item() for kept in adam_moments(one.optimizer)} == {1}
