"""Networks from settings: which one, of which shape, with which weights."""

from typing import Any

import pytest
import torch
from torch import nn

from ganatomy.config.evolve import EvolveConfig
from ganatomy.models import projected
from ganatomy.models.build import build_discriminator, build_generator
from ganatomy.models.dcgan import GENERATORS, Discriminator, UpsampledConv
from ganatomy.models.efficientnet import EfficientNetLite0
from ganatomy.models.projected import ProjectedDiscriminator


def config(**changes: Any) -> EvolveConfig:
    return EvolveConfig(**{"image_size": 32, "discriminator": "light", **changes})


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def same(a: nn.Module, b: nn.Module) -> bool:
    theirs = b.state_dict()
    return all(torch.equal(value, theirs[name]) for name, value in a.state_dict().items())


@pytest.mark.parametrize("size", [32, 64, 128])
def test_a_generator_has_the_presets_shape(size: int) -> None:
    assert build_generator(config(image_size=size), rng()).shape == GENERATORS["light"][size]


def test_upsampling_follows_the_preset_unless_it_is_given() -> None:
    for preset, changed, layer in (("light", "transposed", nn.ConvTranspose2d), ("released", "nearest", UpsampledConv)):
        asked = config(generator=preset, upsampling=changed)
        generator = build_generator(asked, rng())
        assert generator.shape.upsampling == changed
        assert generator.shape.channels == GENERATORS[preset][32].channels
        assert isinstance(generator.layer2[0], layer)  # type: ignore[index]


def test_weights_follow_the_stream_they_are_drawn_from() -> None:
    one, again, other = (build_generator(config(), rng(seed)) for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)
    one, again, other = (build_discriminator(config(), rng(seed)) for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)


@pytest.mark.parametrize(("name", "first"), [("light", 64), ("released", 128)])
def test_a_dcgan_discriminator_judges_the_images_themselves(name: Any, first: int) -> None:
    discriminator = build_discriminator(config(discriminator=name), rng())
    assert isinstance(discriminator, Discriminator)
    convolution = discriminator.body[0]
    assert convolution.weight.shape == (first, 3, 4, 4)
    assert convolution.weight.std().item() == pytest.approx(0.02, rel=0.05), "N(0, .02) of 3072 and more weights"
    assert discriminator.judge([torch.zeros(2, 3, 32, 32)]).shape == (2, 1)


def test_a_projected_discriminator_sees_images_at_the_feature_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projected, "load_efficientnet_lite0", lambda: EfficientNetLite0().eval().requires_grad_(False))
    discriminator = build_discriminator(config(discriminator="projected", feature_size=64), rng()).eval()
    assert isinstance(discriminator, ProjectedDiscriminator)
    assert [f.shape[2] for f in discriminator.features(torch.zeros(1, 3, 32, 32))] == [16, 8, 4, 2]
