"""Networks from settings: which one, of which shape, with which weights."""

from typing import Any

import pytest
import torch
from torch import nn

from ganatomy.config.evolve import POINT_DATA, DataSettings, EvolveConfig, NetworkSettings
from ganatomy.data.mixtures import MIXTURES
from ganatomy.errors import ConfigError
from ganatomy.models.build import build_discriminator, build_generator, progan_shape, scaled
from ganatomy.models.networks import projected
from ganatomy.models.networks.dcgan import GENERATORS, Discriminator, Generator
from ganatomy.models.networks.efficientnet import EfficientNetLite0
from ganatomy.models.networks.mlp import PointDiscriminator, PointGenerator, PointShape
from ganatomy.models.networks.progan import ProGanGenerator
from ganatomy.models.networks.progan_discriminator import ProGanDiscriminator
from ganatomy.models.networks.projected import ProjectedDiscriminator
from ganatomy.models.networks.resnet import RESNET_GENERATORS, ResnetDiscriminator, ResnetGenerator
from ganatomy.models.networks.upsampling import UpsampledConv
from ganatomy.seeds import stream


def config(**changes: Any) -> tuple[NetworkSettings, DataSettings]:
    own = {} if changes.get("data") in POINT_DATA else {"discriminator": "light"}
    settings = EvolveConfig.of(**{"image_size": 32, **own, **changes})
    return settings.networks, settings.data


def rng(seed: int = 0) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def same(a: nn.Module, b: nn.Module) -> bool:
    theirs = b.state_dict()
    return all(torch.equal(value, theirs[name]) for name, value in a.state_dict().items())


def norms(net: nn.Module) -> int:
    return sum(isinstance(part, nn.BatchNorm1d | nn.BatchNorm2d) for part in net.modules())


def bounded(net: nn.Module) -> bool:
    """Whether every weight is spectrally normalised."""
    layers = [part for part in net.modules() if isinstance(part, nn.Conv2d | nn.Linear)]
    return all(hasattr(layer, "parametrizations") for layer in layers)


@pytest.mark.parametrize("size", [32, 64, 128, 256, 512])
def test_a_generator_has_the_presets_shape(size: int) -> None:
    assert build_generator(*config(image_size=size), rng()).shape == GENERATORS["light"][size]


def test_upsampling_follows_the_preset_unless_it_is_given() -> None:
    for preset, changed, layer in (("light", "transposed", nn.ConvTranspose2d), ("released", "nearest", UpsampledConv)):
        asked = config(generator=preset, upsampling=changed)
        generator = build_generator(*asked, rng())
        assert isinstance(generator, Generator)
        assert generator.shape.upsampling == changed
        assert generator.shape.channels == GENERATORS[preset][32].channels
        assert isinstance(generator.layer2[0], layer)  # type: ignore[index]


@pytest.mark.parametrize("name", ["light", "released", "constant"])
def test_layers_that_see_the_latents_are_those_asked_for(name: Any) -> None:
    for asked, expected in (("preset", "first"), ("first", "first"), ("every", "every")):
        generator = build_generator(*config(generator=name, latent_layers=asked, width=0.1), rng())
        assert isinstance(generator, Generator)
        assert generator.shape.latent_layers == expected
        assert generator.shape.channels == scaled(GENERATORS[name][32].channels, 0.1)


@pytest.mark.parametrize(
    ("build", "changes"),
    [
        *[(build_generator, {"generator": name}) for name in ("light", "constant", "resnet")],
        *[(build_discriminator, {"discriminator": name}) for name in ("light", "weak", "resnet", "progan")],
        (build_generator, {"generator": "progan", "start_size": 32}),
        (build_discriminator, {"discriminator_norm": "spectral"}),
        *[(build, {"data": "8gaussians"}) for build in (build_generator, build_discriminator)],
    ],
)
def test_weights_follow_the_stream_they_are_drawn_from(build: Any, changes: dict[str, Any]) -> None:
    one, again, other = (build(*config(**changes), rng(seed)) for seed in (1, 1, 2))
    assert same(one, again)
    assert not same(one, other)


@pytest.mark.parametrize(("name", "first"), [("light", 64), ("released", 128), ("weak", 64)])
def test_a_dcgan_discriminator_judges_the_images_themselves(name: Any, first: int) -> None:
    discriminator = build_discriminator(*config(discriminator=name), rng())
    assert isinstance(discriminator, Discriminator)
    convolution = discriminator.body[0]
    assert convolution.weight.shape == (first, 3, 4, 4)
    assert convolution.weight.std().item() == pytest.approx(0.02, rel=0.05), "N(0, .02) of 3072 and more weights"
    assert discriminator.judge([torch.zeros(2, 3, 32, 32)]).shape == (2, 1)


def test_a_projected_discriminator_sees_images_at_the_feature_size(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(projected, "load_efficientnet_lite0", lambda: EfficientNetLite0().eval().requires_grad_(False))
    discriminator = build_discriminator(*config(discriminator="projected", feature_size=64), rng()).eval()
    assert isinstance(discriminator, ProjectedDiscriminator)
    assert [f.shape[2] for f in discriminator.features(torch.zeros(1, 3, 32, 32))] == [16, 8, 4, 2]


@pytest.mark.parametrize(("name", "by_preset"), [("light", 3), ("released", 0), ("constant", 0)])
def test_a_generators_normalisation_is_its_presets_unless_given(name: Any, by_preset: int) -> None:
    for asked, expected in (("preset", by_preset), ("batch", 3), ("none", 0)):
        assert norms(build_generator(*config(generator=name, generator_norm=asked), rng())) == expected


@pytest.mark.parametrize(("name", "by_preset", "by_batch"), [("light", 2, 2), ("released", 2, 2), ("weak", 0, 1)])
def test_a_discriminators_normalisation_is_its_presets_unless_given(name: Any, by_preset: int, by_batch: int) -> None:
    for asked, expected in (("preset", by_preset), ("batch", by_batch), ("none", 0), ("spectral", 0)):
        discriminator = build_discriminator(*config(discriminator=name, discriminator_norm=asked), rng())
        assert norms(discriminator) == expected
        assert bounded(discriminator) == (asked == "spectral")
        assert discriminator.couples_samples == (expected > 0)


def test_released_discriminators_keep_lasagnes_epsilon() -> None:
    for name, eps in (("released", 1e-4), ("light", 1e-5)):
        discriminator = build_discriminator(*config(discriminator=name), rng())
        assert {part.eps for part in discriminator.modules() if isinstance(part, nn.BatchNorm2d)} == {eps}


def test_a_constant_generator_starts_by_he() -> None:
    generator = build_generator(*config(generator="constant"), rng())
    assert generator.layer2[0].weight.var().item() == pytest.approx(4 / 2000, rel=0.05)  # type: ignore[index]


@pytest.mark.parametrize("size", [32, 64, 128, 256, 512])
def test_a_resnet_pair_fits(size: int) -> None:
    asked = config(image_size=size, generator="resnet", discriminator="resnet")
    generator, discriminator = build_generator(*asked, rng()), build_discriminator(*asked, rng())
    assert isinstance(generator, ResnetGenerator)
    assert isinstance(discriminator, ResnetDiscriminator)
    assert generator.shape == RESNET_GENERATORS[size]
    assert bounded(discriminator)
    with torch.no_grad():
        images = generator.eval()(torch.zeros(1, 128))
        assert images.shape == (1, 3, size, size)
        assert discriminator.judge(discriminator.features(images)).shape == (1, 1)


def test_the_points_are_the_mixtures_of_the_data() -> None:
    assert POINT_DATA == MIXTURES


@pytest.mark.parametrize("data", MIXTURES)
def test_points_have_the_released_perceptrons(data: str) -> None:
    generator, discriminator = (
        build_generator(*config(data=data), rng()),
        build_discriminator(*config(data=data), rng()),
    )
    assert isinstance(generator, PointGenerator)
    assert isinstance(discriminator, PointDiscriminator)
    assert generator.shape == PointShape(512, 2, "uniform")
    assert generator.layer2[0].weight.std().item() == pytest.approx(0.02, rel=0.01), "N(0, .02) of 512 x 512"
    assert discriminator.body[2].weight.std().item() == pytest.approx(0.02, rel=0.01), "N(0, .02) of 512 x 512"
    assert discriminator.judge([generator(torch.rand(4, 2))]).shape == (4, 1)


def test_a_discriminator_of_points_is_normalised_as_asked() -> None:
    for asked, expected in (("preset", 1), ("batch", 1), ("none", 0), ("spectral", 0)):
        discriminator = build_discriminator(*config(data="8gaussians", discriminator_norm=asked), rng())
        assert norms(discriminator) == expected
        assert bounded(discriminator) == (asked == "spectral")


@pytest.mark.parametrize(
    ("build", "changes", "message"),
    [
        (
            build_generator,
            {"generator": "resnet", "generator_norm": "none"},
            "generator_norm is 'none', but generator 'resnet' has its own; give --generator-norm preset, or a DCGAN",
        ),
        (
            build_generator,
            {"generator": "resnet", "upsampling": "nearest"},
            "upsampling is 'nearest', but generator 'resnet' has its own; give --upsampling preset, or a DCGAN",
        ),
        (
            build_generator,
            {"generator": "resnet", "latent_layers": "every"},
            "latent_layers is 'every', but generator 'resnet' has its own; give --latent-layers preset, or a DCGAN",
        ),
        (
            build_generator,
            {"data": "8gaussians", "latent_layers": "first"},
            "latent_layers is 'first', but the generator of 8gaussians has its own; .*",
        ),
        (
            build_generator,
            {"data": "8gaussians", "generator_norm": "batch"},
            "generator_norm is 'batch', but the generator of 8gaussians has its own; .*",
        ),
        (
            build_discriminator,
            {"discriminator": "resnet", "discriminator_norm": "batch"},
            "discriminator_norm is 'batch', but discriminator 'resnet' has its own; "
            "give --discriminator-norm preset, or a DCGAN",
        ),
        (
            build_discriminator,
            {"discriminator": "projected", "discriminator_norm": "spectral"},
            "discriminator_norm is 'spectral', but discriminator 'projected' has its own; .*",
        ),
    ],
)
def test_settings_for_dcgans_are_refused_by_other_networks(build: Any, changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=f"^{message}$"):
        build(*config(**changes), rng())


def test_width_scales_every_layer_of_a_dcgan() -> None:
    asked = config(generator="released", discriminator="released", width=0.5)
    generator, discriminator = build_generator(*asked, stream(0, "g")), build_discriminator(*asked, stream(0, "d"))
    assert generator.shape.channels == (256, 128, 64)
    assert [m.out_channels for m in discriminator.modules() if isinstance(m, nn.Conv2d)] == [64, 128, 256]


def test_no_layer_is_left_without_units() -> None:
    assert scaled((8, 4), 0.01) == (1, 1)


@pytest.mark.parametrize(
    ("size", "width", "channels", "z_dim"),
    [
        (32, 1.0, (64,) * 8, 128),
        (512, 1.0, (*(64,) * 8, 32, 32, 16, 16, 8, 8, 4, 4), 128),
        (512, 8.0, (*(512,) * 8, 256, 256, 128, 128, 64, 64, 32, 32), 512),
    ],
)
def test_a_progan_pair_is_as_wide_as_asked_for(size: int, width: float, channels: tuple[int, ...], z_dim: int) -> None:
    """Eight times the width is that of the paper's table 2."""
    asked = config(image_size=size, generator="progan", discriminator="progan", width=width)
    with torch.device("meta"):
        shape = progan_shape(asked[0], size)
        pair = ProGanGenerator(shape), ProGanDiscriminator(shape)
    assert (shape.channels, shape.z_dim) == (channels, z_dim)
    assert pair[1].judge([pair[0](torch.empty(4, z_dim, device="meta"))]).shape == (4, 1)


def test_a_progan_is_its_own_whatever_is_asked_of_dcgans() -> None:
    asked = config(generator="progan", discriminator="progan", width=0.1)
    generator, discriminator = build_generator(*asked, rng()), build_discriminator(*asked, rng())
    assert isinstance(generator, ProGanGenerator)
    assert isinstance(discriminator, ProGanDiscriminator)
    assert generator.shape == discriminator.shape
    assert generator.layer1.conv.weight.std().item() == pytest.approx(1, abs=0.05)  # type: ignore[union-attr]
    for build, changes in (
        (build_generator, {"generator": "progan", "upsampling": "nearest", "discriminator": "projected"}),
        (build_discriminator, {"discriminator": "progan", "discriminator_norm": "none"}),
    ):
        with pytest.raises(ConfigError, match=r"but (generator|discriminator) 'progan' has its own; give --"):
            build(*config(**changes), rng())
