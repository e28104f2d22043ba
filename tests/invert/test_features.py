"""Featuremaps come closer within the distance, exactly, and latents that go around the layer move with them."""

import pytest
import torch
from tests.invert.world import LAYER, LOOKS, samples, small_generator, trained
from torch import nn

from ganatomy.invert.closeness import Closeness
from ganatomy.invert.features import LayerHalves, find_features
from ganatomy.invert.ranges import Ranges, measure_ranges

CLOSENESS = Closeness(LOOKS)


class Around(nn.Module):
    """The small generator, made lighter or darker by its latents beside the layers."""

    takes_latents = False

    def __init__(self, latent="normal"):
        super().__init__()
        self.inner = small_generator(latent)
        self.z_dim, self.image_size, self.latent, self.class_names = 4, 32, latent, None

    def forward(self, z):
        return self.inner(z) / 2 + 0.2 * z.mean(1)[:, None, None, None]


@pytest.mark.parametrize("distance", [0.0, 0.3, 1.0])
def test_no_cell_goes_farther_than_the_distance_and_none_where_no_sample_goes(distance):
    generator, _ = trained()
    z, _ = samples(generator, 3)
    noise = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    ranges, target = measure_ranges(generator, LAYER), CLOSENESS.target(noise)
    found = find_features(LayerHalves(generator, LAYER), CLOSENESS, target, z, ranges, distance, 15)
    assert found.shift.abs().max() <= distance
    assert torch.equal(found.featuremaps, found.before + Ranges.beside(found.before, ranges.deviation) * found.shift)
    assert found.featuremaps.min() >= -1e-5
    before, after = (CLOSENESS.loss(images, target) for images in (generator(z), found.images))
    assert (after < before).all() if distance else torch.allclose(after, before, atol=1e-6)
    assert torch.equal(found.z, z)


def test_more_room_comes_closer():
    generator, _ = trained()
    z, _ = samples(generator, 3)
    noise = torch.rand(3, 3, 32, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1
    ranges, target = measure_ranges(generator, LAYER), CLOSENESS.target(noise)
    halves = LayerHalves(generator, LAYER)
    losses = [
        CLOSENESS.loss(find_features(halves, CLOSENESS, target, z, ranges, distance, 30).images, target).mean()
        for distance in (0.1, 0.5, 2.0)
    ]
    assert losses == sorted(losses, reverse=True)


@pytest.mark.parametrize("latent", ["normal", "uniform"])
def test_latents_that_go_around_the_layer_move_too_and_the_distance_is_from_theirs(latent):
    generator = Around(latent).eval()
    halves, ranges = LayerHalves(generator, f"inner.{LAYER}"), measure_ranges(generator, f"inner.{LAYER}")
    assert halves.has_latents_around()
    assert not LayerHalves(small_generator(), LAYER).has_latents_around()
    z, images = samples(generator, 2)
    target = CLOSENESS.target(images + 0.2)
    found = find_features(halves, CLOSENESS, target, z, ranges, 0.3, 20)
    assert not torch.equal(found.z, z)
    with torch.no_grad():
        before = halves.lower(found.z)
    assert torch.allclose(found.before, before, atol=1e-6)
    assert found.shift.abs().max() <= 0.3
    assert (CLOSENESS.loss(found.images, target) < CLOSENESS.loss(images, target)).all()
    if latent == "uniform":
        assert found.z.abs().max() <= 1
