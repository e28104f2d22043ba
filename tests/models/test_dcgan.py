import pytest
import torch
from torch import nn

from ganatomy.errors import ConfigError
from ganatomy.models.dcgan import (
    DISCRIMINATORS,
    GENERATORS,
    Discriminator,
    Generator,
    GeneratorShape,
    UpsampledConv,
    grow,
    initialise,
    preset,
    sample_latents,
)


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


@pytest.mark.parametrize(
    ("size", "millions"),
    [(32, 3.455), (64, 33.1), (128, 17.9)],
)
def test_released_generators_have_the_published_size(size: int, millions: float) -> None:
    with torch.device("meta"):
        generator = Generator(GENERATORS["released"][size])
    assert count(generator) / 1e6 == pytest.approx(millions, abs=0.05)


@pytest.mark.parametrize(
    ("size", "millions"),
    [(32, 2.637), (64, 11.0), (128, 11.2)],
)
def test_released_discriminators_have_the_published_size(size: int, millions: float) -> None:
    with torch.device("meta"):
        discriminator = Discriminator(size, DISCRIMINATORS["released"][size])
    assert count(discriminator) / 1e6 == pytest.approx(millions, abs=0.06)


@pytest.mark.parametrize("size", [32, 64, 128])
@pytest.mark.parametrize("upsampling", ["transposed", "nearest"])
def test_light_networks_fit_each_other(size: int, upsampling: str) -> None:
    shape = GENERATORS["light"][size]
    generator = Generator(GeneratorShape(size, shape.channels, upsampling=upsampling))  # type: ignore[arg-type]
    images = generator(torch.randn(2, 128))
    assert images.shape == (2, 3, size, size)
    assert images.abs().max() <= 1
    discriminator = Discriminator(size, DISCRIMINATORS["light"][size])
    assert discriminator.judge(discriminator.features(images)).shape == (2, 1)


def test_layers_are_named_from_the_coarsest_on_and_double() -> None:
    generator = Generator(GENERATORS["light"][64]).eval()
    r, sides = torch.randn(1, 128), []
    for name in generator.layer_names:
        r = generator.get_submodule(name)(r)
        sides.append(r.shape[2])
    assert generator.layer_names == ["layer1", "layer2", "layer3", "layer4"]
    assert sides == [4, 8, 16, 32]


def test_one_transposed_convolution_equals_upsampling_then_convolving() -> None:
    torch.manual_seed(0)
    ours = UpsampledConv(5, 4, bias=True)
    theirs = nn.Sequential(nn.Upsample(scale_factor=2), nn.Conv2d(5, 4, 3, padding=1))
    theirs[1].load_state_dict(ours.state_dict())
    x = torch.randn(2, 5, 6, 7, requires_grad=True)
    # 1e-5: single precision, sums in another order
    torch.testing.assert_close(ours(x), theirs(x), rtol=1e-5, atol=1e-5)
    by_ours = torch.autograd.grad(ours(x).square().sum(), [x, ours.weight])
    by_theirs = torch.autograd.grad(theirs(x).square().sum(), [x, theirs[1].weight])
    for a, b in zip(by_ours, by_theirs, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-4)


def test_weights_are_drawn_as_dcgan_has_it() -> None:
    generator = Generator(GENERATORS["light"][32])
    initialise(generator, torch.Generator().manual_seed(0))
    for part in generator.modules():
        if isinstance(part, nn.Linear | UpsampledConv) and part.weight.numel() > 10_000:
            assert part.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert part.weight.mean().item() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("latent", ["normal", "uniform"])
def test_latents_follow_the_shape(latent: str) -> None:
    generator = Generator(GeneratorShape(8, (4,), z_dim=7, latent=latent))  # type: ignore[arg-type]
    z = sample_latents(generator, 4000, torch.Generator().manual_seed(0))
    assert z.shape == (4000, 7)
    assert z.std().item() == pytest.approx(1 if latent == "normal" else 3**-0.5, rel=0.02)
    assert (z.abs().max() <= 1) == (latent == "uniform")


def test_growing_keeps_every_layer_but_the_output() -> None:
    smaller = Generator(GENERATORS["light"][32])
    grown = grow(smaller, torch.Generator().manual_seed(0))
    assert grown.image_size == 64
    assert grown.shape.channels == (*smaller.shape.channels, 64)
    kept = {k: v for k, v in smaller.state_dict().items() if not k.startswith("output")}
    assert all(torch.equal(grown.state_dict()[k], v) for k, v in kept.items())
    assert grown(torch.randn(1, 128)).shape == (1, 3, 64, 64)


def test_a_shape_that_gives_another_size_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"2 generator layers with output 'upsample' give 16 px, not 64"):
        GeneratorShape(64, (8, 4))


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'heavy'; choose from light, released"):
        preset(GENERATORS, "heavy", 64)
    with pytest.raises(ConfigError, match=r"preset 'light' has no shape for image size 48; choose from 32, 64, 128"):
        preset(GENERATORS, "light", 48)
