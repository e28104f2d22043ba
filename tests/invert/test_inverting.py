"""Samples of the generator are come closest to, noise is not; figures are those of each photo."""

import pytest
import torch
from tests.invert.world import LOOKS, inverter, samples

from ganatomy.invert.inverting import FEATURES, LATENT, STAGES, InversionProtocol
from ganatomy.invert.latents import LatentProtocol


@pytest.fixture(scope="module")
def found():
    made = inverter()
    noise = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    return made.invert(torch.cat([samples(made.generator, 3)[1], noise]))


def test_each_stage_comes_closer(found):
    losses = [
        inverter().closeness.loss(found.images[stage], inverter().closeness.target(found.photos)) for stage in STAGES
    ]
    assert (losses[1] <= losses[0] + 1e-4).all()
    assert (losses[2] <= losses[1] + 1e-6).all()
    assert found.errors[LATENT].rmse[:3].max() < 0.1


def test_noise_is_told_by_its_error(found):
    for stage in STAGES:
        errors = found.errors[stage]
        assert errors.rmse[3:].min() > 2 * errors.rmse[:3].max()
        assert errors.perceptual[3:].min() > 2 * errors.perceptual[:3].max()


def test_featuremaps_give_the_image_and_stay_in_reach(found):
    made = inverter()
    with torch.no_grad():
        kept = made.halves.keep(found.z)[1]
        assert torch.allclose(made.halves.above(found.found.featuremaps, kept), found.images[FEATURES], atol=1e-5)
    assert found.found.shift.abs().max() <= 0.5
    assert (found.outside[LATENT][:3] < 0.05).all()
    assert len(found) == 6
    assert found.length.shape == found.seconds[FEATURES].shape == (6,)


def test_photos_can_be_taken_and_put_together_again(found):
    halves = [found.take(torch.arange(3)), found.take(torch.arange(3, 6))]
    again = type(found).cat(halves)
    assert torch.equal(again.found.featuremaps, found.found.featuremaps)
    assert torch.equal(again.errors[LATENT].rmse, found.errors[LATENT].rmse)
    without = inverter(looks=None, steps=2).invert(found.photos[:1])
    assert type(found).cat([without, without]).errors[LATENT].perceptual is None


def test_weights_go_on_being_trained_afterwards_and_classes_can_be_opened():
    made = inverter(steps=2, class_number=1)
    made.invert(samples(made.generator, 1)[1])
    assert all(parameter.requires_grad for parameter in made.generator.parameters())
    assert made.of_any_class().protocol.latents.class_number is None
    assert made.closeness.perceptual is LOOKS


def test_updates_are_counted():
    assert InversionProtocol(LatentProtocol(200, 3), feature_steps=100).updates == 400
    assert InversionProtocol(LatentProtocol(200, 1), feature_steps=0).updates == 200
