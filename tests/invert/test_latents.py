"""Latents that are known are found again; classes are tried or given."""

import pytest
import torch
from tests.invert.test_training import Conditional
from tests.invert.world import LOOKS, samples, small_generator, trained

from ganatomy.invert.closeness import Closeness
from ganatomy.invert.encoder import Encoder, encoder_shape
from ganatomy.invert.latents import LatentProtocol, find_latents, starts_of
from ganatomy.invert.law import pull

CLOSENESS = Closeness(LOOKS)
FEW = LatentProtocol(steps=60, restarts=2)


def test_the_encoder_starts_nearer_than_random_latents_and_optimisation_comes_nearer_still():
    generator, encoder = trained()
    z, images = samples(generator, 5)
    starts = starts_of(generator, encoder.network, images, FEW)
    assert starts.shape == (5, 2, 4)
    found = find_latents(generator, CLOSENESS, CLOSENESS.target(images), starts, FEW)
    distances = [(one - z).norm(dim=1).mean() for one in (starts[:, 1], starts[:, 0], found)]
    assert distances[0] > distances[1] > distances[2]
    assert (found - z).abs().mean() < 0.3


def test_nothing_found_is_worse_than_the_encoders_latents():
    generator, encoder = trained()
    _, images = samples(generator, 3)
    target = CLOSENESS.target(images)
    starts = starts_of(generator, encoder.network, images, FEW)
    found = find_latents(generator, CLOSENESS, target, starts, FEW)

    def objective(latents):
        with torch.no_grad():
            return CLOSENESS.loss(generator(latents), target) + FEW.pull * pull(generator, latents)

    assert (objective(found) <= objective(starts[:, 0]) + 1e-6).all()


def test_the_same_seed_finds_the_same_and_a_photo_does_not_mind_the_others():
    generator, encoder = trained()
    _, images = samples(generator, 3)
    few = LatentProtocol(steps=8, restarts=2)

    def found(photos, seed=0):
        starts = starts_of(generator, encoder.network, photos, few, seed)
        return find_latents(generator, CLOSENESS, CLOSENESS.target(photos), starts, few)

    assert torch.equal(found(images), found(images))
    assert torch.allclose(found(images)[:1], found(images[:1]), atol=1e-3)
    assert not torch.equal(
        starts_of(generator, encoder.network, images, few), starts_of(generator, encoder.network, images, few, 1)
    )


def test_one_start_takes_all_steps_and_a_uniform_latent_stays_within_its_law():
    generator = small_generator("uniform")
    encoder, told = Encoder(encoder_shape(generator)).eval(), []
    photos = torch.ones(2, 3, 32, 32)
    alone = LatentProtocol(steps=30, restarts=1)
    starts = starts_of(generator, encoder, photos, alone)
    found = find_latents(generator, CLOSENESS, CLOSENESS.target(photos), starts, alone, told.append)
    assert found.abs().max() <= 1
    assert told == [2] * 30


@pytest.mark.parametrize(("given", "classes"), [(None, [[1, 0, 1]]), (0, [[0, 0, 0]])])
def test_classes_are_tried_in_turn_or_given(given, classes):
    generator = Conditional().eval()
    encoder = Encoder(encoder_shape(generator)).eval()
    torch.nn.init.zeros_(encoder.head.weight)
    encoder.head.bias.data = torch.tensor([0.0, 0.0, 0.0, 0.0, -1.0, 1.0])
    protocol = LatentProtocol(steps=4, restarts=3, class_number=given)
    photos = torch.zeros(1, 3, 32, 32)
    starts = starts_of(generator, encoder, photos, protocol)
    assert starts[..., -1].tolist() == classes
    found = find_latents(generator, CLOSENESS, CLOSENESS.target(photos), starts, protocol)
    assert found.shape == (1, 5)
    assert found[0, -1] in classes[0]
