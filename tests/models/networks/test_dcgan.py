import itertools
from dataclasses import replace

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from ganatomy.errors import ConfigError
from ganatomy.models.networks.dcgan import (
    DISCRIMINATORS,
    GENERATORS,
    Discriminator,
    Generator,
    GeneratorShape,
    grow,
    initialise,
    initialise_he,
    preset,
)
from ganatomy.models.networks.modulation import LatentLayer, SelfModulation
from ganatomy.models.networks.upsampling import UpsampledConv
from ganatomy.models.protocol import sample_latents


def count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())


def macs(module: nn.Module, *shape: int) -> int:
    """Multiply-accumulates of one sample; the counter takes each for two operations."""
    with FlopCounterMode(display=False) as counter:
        module(torch.empty(1, *shape, device="meta"))
    return counter.get_total_flops() // 2


# Written out layer by layer from the tables of arXiv 1803.00657 as released: weights, then biases
RELEASED_GENERATORS = {
    32: (100 * 8192 + 8192, (512, 256, 128, 3), 16, "69.5M"),
    64: (100 * 16384 + 16384, (1024, 1024, 512, 512, 256), 16, "4.06G"),
    128: (100 * 16384 + 16384, (1024, 512, 512, 256, 256, 128), 16, "4.22G"),
}
RELEASED_DISCRIMINATORS = {
    32: ((3, 128, 256, 512), "68.7M"),
    64: ((3, 128, 256, 512, 1024), "0.409G"),
    128: ((3, 64, 128, 256, 512, 1024), "0.549G"),
}


def in_units(number: int, like: str) -> str:
    """Return `number` to three digits in the unit of `like`."""
    return f"{number / {'M': 1e6, 'G': 1e9}[like[-1]]:.3g}{like[-1]}"


@pytest.mark.parametrize("size", [32, 64, 128])
def test_released_generators_have_the_published_parameters_and_cost(size: int) -> None:
    parameters, widths, cells, cost = RELEASED_GENERATORS[size]
    parameters += sum(a * b * cells + b for a, b in itertools.pairwise(widths))
    parameters += 0 if size == 32 else widths[-1] * 3 * 9 + 3
    with torch.device("meta"):
        generator = Generator(GENERATORS["released"][size])
    assert count(generator) == parameters
    assert in_units(macs(generator, 100), cost) == cost
    assert not any(isinstance(part, nn.BatchNorm2d) for part in generator.modules())
    leak = 0.2 if size == 128 else None
    assert {getattr(p, "negative_slope", None) for p in generator.modules() if "ReLU" in type(p).__name__} == {leak}


@pytest.mark.parametrize("size", [32, 64, 128])
def test_released_discriminators_have_the_published_parameters_and_cost(size: int) -> None:
    widths, cost = RELEASED_DISCRIMINATORS[size]
    # BatchNorm's gain and shift follow each convolution but the first, which has a bias
    parameters = sum(a * b * 16 for a, b in itertools.pairwise(widths)) + widths[1] + 2 * sum(widths[2:])
    parameters += widths[-1] * 16 + 1
    with torch.device("meta"):
        shape = DISCRIMINATORS["released"][size]
        discriminator = Discriminator(size, shape.channels, shape.batch_norm, shape.eps)
    assert count(discriminator) == parameters
    assert in_units(macs(discriminator.body, 3, size, size), cost) == cost
    assert {p.eps for p in discriminator.modules() if isinstance(p, nn.BatchNorm2d)} == {1e-4}, "Lasagne's"


def test_released_networks_have_the_millions_of_the_papers_code() -> None:
    with torch.device("meta"):
        generators = [Generator(shape) for shape in GENERATORS["released"].values()]
        shapes = DISCRIMINATORS["released"].items()
        discriminators = [Discriminator(size, shape.channels) for size, shape in shapes]
    assert [count(g) for g in generators] == [3_455_363, 33_121_283, 17_912_835]
    assert [count(d) for d in discriminators] == [2_637_441, 11_036_289, 11_164_481]


@pytest.mark.parametrize(("size", "stages"), [(32, 3), (64, 4), (128, 5), (256, 6), (512, 7)])
def test_constant_filters_are_wgan_gps_crippled_generator(size: int, stages: int) -> None:
    with torch.device("meta"):
        generator = Generator(GENERATORS["constant"][size])
    assert count(generator) == 129 * 1024 + (stages - 1) * (64 * 64 * 25 + 64) + (64 * 3 * 25 + 3)
    assert generator(torch.empty(2, 128, device="meta")).shape == (2, 3, size, size)
    assert generator.layer_names == [f"layer{i + 1}" for i in range(stages)]
    assert not any(isinstance(part, nn.BatchNorm2d) for part in generator.modules())


@pytest.mark.parametrize("size", [32, 64, 128, 256, 512])
def test_weak_discriminator_is_two_convolutions_and_a_dense_layer(size: int) -> None:
    shape = DISCRIMINATORS["weak"][size]
    discriminator = Discriminator(size, shape.channels, shape.batch_norm, shape.eps)
    layers = ["Conv2d", "LeakyReLU", "Conv2d", "LeakyReLU", "Flatten", "Linear"]
    assert [type(layer).__name__ for layer in discriminator.body] == layers
    assert count(discriminator) == (3 * 64 * 16 + 64) + (64 * 128 * 16 + 128) + 128 * (size // 4) ** 2 + 1
    assert discriminator.judge([torch.zeros(2, 3, size, size)]).shape == (2, 1)
    assert not discriminator.couples_samples


@pytest.mark.parametrize("size", [32, 64, 128])
@pytest.mark.parametrize("upsampling", ["transposed", "nearest"])
def test_light_networks_fit_each_other(size: int, upsampling: str) -> None:
    shape = GENERATORS["light"][size]
    generator = Generator(GeneratorShape(size, shape.channels, upsampling=upsampling))  # type: ignore[arg-type]
    images = generator(torch.randn(2, 128))
    assert images.shape == (2, 3, size, size)
    assert images.abs().max() <= 1
    discriminator = Discriminator(size, DISCRIMINATORS["light"][size].channels)
    assert discriminator.judge(discriminator.features(images)).shape == (2, 1)


def test_layers_are_named_from_the_coarsest_on_and_double() -> None:
    generator = Generator(GENERATORS["light"][64]).eval()
    r, sides = torch.randn(1, 128), []
    for name in generator.layer_names:
        r = generator.get_submodule(name)(r)
        sides.append(r.shape[2])
    assert generator.layer_names == ["layer1", "layer2", "layer3", "layer4"]
    assert sides == [4, 8, 16, 32]


def test_weights_are_drawn_as_dcgan_has_it() -> None:
    generator = Generator(GENERATORS["light"][32])
    initialise(generator, torch.Generator().manual_seed(0))
    for part in generator.modules():
        if isinstance(part, nn.Linear | UpsampledConv) and part.weight.numel() > 10_000:
            assert part.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert part.weight.mean().item() == pytest.approx(0, abs=1e-3)


@pytest.mark.parametrize("kernel", [3, 4, 5])
def test_transposed_convolutions_of_any_kernel_double_the_cells(kernel: int) -> None:
    generator = Generator(GeneratorShape(16, (4, 3), z_dim=5, upsampling="transposed", kernel=kernel))
    assert generator.layer2[0].weight.shape == (4, 3, kernel, kernel)  # type: ignore[index,union-attr]
    assert generator(torch.zeros(2, 5)).shape == (2, 3, 16, 16)


def test_weights_by_he_keep_a_constant_generator_from_flat_images() -> None:
    generator = Generator(GENERATORS["constant"][32])
    initialise_he(generator, torch.Generator().manual_seed(0))
    # variance 4 / (64 * 25 / 4 + 64 * 25) between layers of 64 filters, 4 / (400 + 75) to three channels
    for part, variance in ((generator.layer2[0], 4 / 2000), (generator.output[0], 4 / 475)):  # type: ignore[index]
        assert part.weight.var().item() == pytest.approx(variance, rel=0.05)
        assert part.weight.abs().max() <= (3 * variance) ** 0.5
        assert part.bias.eq(0).all()
    dense = generator.layer1[0]  # type: ignore[index]
    assert dense.weight.var().item() == pytest.approx(2 / (128 + 1024), rel=0.05)
    assert dense.bias.eq(0).all()
    z = torch.randn(16, 128, generator=torch.Generator().manual_seed(1))
    by_he = generator(z).std().item()
    initialise(generator, torch.Generator().manual_seed(0))
    assert by_he > 10 * generator(z).std().item()


def test_weights_by_he_leave_layers_without_bias_and_normalisation() -> None:
    generator = Generator(GeneratorShape(16, (4, 3), z_dim=5, upsampling="transposed"))
    initialise_he(generator, torch.Generator().manual_seed(0))
    assert generator.layer2[0].bias is None  # type: ignore[index,union-attr]
    assert generator.layer2[1].weight.eq(1).all()  # type: ignore[index,union-attr]


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


def every(name: str, size: int) -> GeneratorShape:
    """Return a preset whose every layer sees the latents."""
    return replace(GENERATORS[name][size], latent_layers="every")


@pytest.mark.parametrize(("name", "size"), [(name, size) for name in GENERATORS for size in (32, 64, 128)])
def test_latents_enter_every_layer_of_any_shape_but_the_output(name: str, size: int) -> None:
    shape = every(name, size)
    with torch.device("meta"):
        generator, plain = Generator(shape), Generator(GENERATORS[name][size])
    assert generator(torch.empty(2, shape.z_dim, device="meta")).shape == (2, 3, size, size)
    assert generator.layer_names == plain.layer_names
    assert count(generator) - count(plain) == sum(2 * width * (shape.z_dim + 1) for width in shape.channels[1:])
    for index, layer in enumerate(generator.layer_names):
        parts = [type(part) for part in generator.get_submodule(layer).children()]
        assert (SelfModulation in parts) == (index > 0)
        if index > 0:
            before = nn.BatchNorm2d if shape.batch_norm else type(generator.get_submodule(f"{layer}.0"))
            assert parts[parts.index(SelfModulation) - 1] is before
            assert "ReLU" in parts[-1].__name__
    assert not any(isinstance(part, SelfModulation) for part in generator.output.modules())


def test_a_generator_whose_modulations_are_zero_is_the_one_without() -> None:
    plain, modulated = Generator(GENERATORS["light"][32]), Generator(every("light", 32))
    initialise(plain, torch.Generator().manual_seed(0))
    missing = modulated.load_state_dict(plain.state_dict(), strict=False).missing_keys
    assert missing == [f"layer{layer}.2.{what}" for layer in (2, 3) for what in ("weight", "bias")]
    for layer in (modulated.layer2, modulated.layer3):
        nn.init.zeros_(layer[2].weight)  # type: ignore[index]
        nn.init.zeros_(layer[2].bias)  # type: ignore[index]
    z = torch.randn(4, 128)
    assert torch.equal(modulated(z), plain(z))


@pytest.mark.parametrize("draw", [initialise, initialise_he])
def test_modulations_start_near_identity(draw: object) -> None:
    generator = Generator(every("constant", 64))
    draw(generator, torch.Generator().manual_seed(0))  # type: ignore[operator]
    for part in generator.modules():
        if isinstance(part, SelfModulation):
            assert part.weight.std().item() == pytest.approx(0.02, rel=0.05)
            assert part.bias.eq(0).all()
            scale = part(torch.ones(512, 64, 1, 1), torch.randn(512, 128))
            assert scale.mean().item() == pytest.approx(1, abs=0.01)
            # a and b are each of 128 weights of deviation .02, and both are added to 1
            assert scale.std().item() == pytest.approx(0.02 * (2 * 128) ** 0.5, rel=0.05)


def test_shapes_without_latents_in_every_layer_are_as_they_were() -> None:
    generator = Generator(GENERATORS["light"][32])
    assert not any(isinstance(part, LatentLayer | SelfModulation) for part in generator.modules())
    assert [type(part).__name__ for part in generator.get_submodule("layer2")] == [
        "UpsampledConv", "BatchNorm2d", "ReLU",
    ]  # fmt: skip


def test_a_generator_grows_with_latents_in_its_new_layer_too() -> None:
    smaller = Generator(replace(GENERATORS["light"][32], channels=(8, 6, 4), latent_layers="every"))
    grown = grow(smaller, torch.Generator().manual_seed(0), units=5)
    assert grown.shape == replace(smaller.shape, image_size=64, channels=(8, 6, 4, 5))
    kept = {k: v for k, v in smaller.state_dict().items() if not k.startswith("output")}
    assert all(torch.equal(grown.state_dict()[k], v) for k, v in kept.items())
    assert grown.layer4[2].weight.shape == (10, 128)  # type: ignore[index]
    assert grown(torch.randn(1, 128)).shape == (1, 3, 64, 64)


def test_kernels_kept_for_inference_give_the_images_of_training() -> None:
    generator = Generator(replace(GENERATORS["light"][32], channels=(8, 6, 4), latent_layers="every")).eval()
    z = torch.randn(3, 128)
    expected = generator(z)
    with torch.no_grad():
        first, again = generator(z), generator(z)
    assert torch.equal(first, again)
    assert torch.equal(first, expected)


def test_a_shape_that_gives_another_size_is_refused() -> None:
    with pytest.raises(ConfigError, match=r"2 generator layers with output 'upsample' give 16 px, not 64"):
        GeneratorShape(64, (8, 4))


def test_unknown_presets_are_refused() -> None:
    with pytest.raises(ConfigError, match=r"no preset 'heavy'; choose from light, released, constant"):
        preset(GENERATORS, "heavy", 64)
    with pytest.raises(
        ConfigError, match=r"preset 'light' has no shape for image size 48; choose from 32, 64, 128, 256, 512"
    ):
        preset(GENERATORS, "light", 48)
