"""An ablation written into weights gives what the edit gives, or is refused in words."""

import pytest
import torch
from torch import nn

from ganatomy.errors import LayerError, LayerNotFound, LayerNotRun
from ganatomy.intervene.changes import Change
from ganatomy.intervene.repair.baking import TOLERANCE, bake, largest_difference
from ganatomy.models.adaptation import adapt
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape, initialise_normal
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.models.planted import NUMBER, PlantedGenerator

SHAPES = {
    "nearest": GeneratorShape(32, (8, 6, 4), z_dim=4),
    "transposed": GeneratorShape(32, (8, 6, 4), z_dim=4, upsampling="transposed"),
    "without norm": GeneratorShape(32, (8, 6, 4), z_dim=4, batch_norm=False),
    "leaky": GeneratorShape(32, (8, 6, 4), z_dim=4, leak=0.2),
    "latents": GeneratorShape(32, (8, 6, 4), z_dim=4, latent_layers="every"),
}


def latents(generator, n=50):
    return torch.randn(n, generator.z_dim, generator=torch.Generator().manual_seed(1))


def stirred(generator):
    """Return a generator whose every weight and statistic takes part."""
    rng = torch.Generator().manual_seed(0)
    for name, value in generator.state_dict().items():
        if value.is_floating_point():
            value.add_(0.3 * torch.randn(value.shape, generator=rng))
            if name.endswith("running_var"):
                value.abs_().add_(0.1)
    return generator.eval()


def dcgan(name):
    generator = Generator(SHAPES[name])
    initialise(generator, torch.Generator().manual_seed(0))
    return stirred(generator)


def assert_baked(generator, change, way="before"):
    z, before = latents(generator), {name: value.clone() for name, value in generator.state_dict().items()}
    baked = bake(generator, change, z)
    assert (baked.way, baked.num_images) == (way, 50)
    assert baked.difference <= TOLERANCE
    assert largest_difference(generator, change, generator, z) > 100 * TOLERANCE  # the edit does something
    assert largest_difference(generator, change, baked.generator, latents(generator, 7)) <= TOLERANCE
    assert all(torch.equal(value, before[name]) for name, value in generator.state_dict().items())
    assert baked.generator.state_dict().keys() == before.keys()


@pytest.mark.parametrize("name", SHAPES)
@pytest.mark.parametrize("layer", ["layer1", "layer2", "layer3"])
def test_every_layer_of_every_dcgan_takes_zero_and_other_constants(name, layer):
    assert_baked(dcgan(name), Change(layer, (1, 3)))
    assert_baked(dcgan(name), Change(layer, (3, 0), [0.5, 2.0]))


def test_a_leaky_rectifier_takes_constants_below_0_and_one_that_is_not_does_not():
    assert_baked(dcgan("leaky"), Change("layer2", (1, 3), [-0.5, 0.25]))
    generator = dcgan("nearest")
    with pytest.raises(
        LayerError,
        match=r"layer 'layer2' cannot be written into weights: its rectifier gives nothing below 0, and -0.5 is "
        r"asked for, and at the borders fewer taps of the UpsampledConv after it meet a constant other than 0; choose",
    ):
        bake(generator, Change("layer2", (1, 3), [-0.5, 0.25]), latents(generator))


@pytest.mark.parametrize("layer", ["layer1", "layer2", "layer4"])
@pytest.mark.parametrize("value", [0.0, -0.75])
def test_residual_generators(layer, value):
    generator = stirred(ResnetGenerator(ResnetShape(32, (8, 6, 5, 4), z_dim=4)))
    assert_baked(generator, Change(layer, (1, 3), value))


@pytest.mark.parametrize("value", [0.0, -0.75, 0.5])
def test_progressive_generators(value):
    generator = ProGanGenerator(ProGanShape(16, (8, 8, 6, 6, 4, 4), z_dim=8))
    initialise_normal(generator, torch.Generator().manual_seed(0))
    assert_baked(generator.eval(), Change("layer4", (1, 3), value))


@pytest.mark.parametrize("variant", ["minibatch_disc", "equallr", "pixelwisenorm"])
@pytest.mark.parametrize("value", [0.0, -0.75, 0.5])
def test_variants_of_progressive_generators(variant, value):
    shape = ProGan128Shape(variant, 16, (8, 8, 6, 6, 4, 4), z_dim=8)
    assert_baked(stirred(ProGan128Generator(shape)), Change("layer4", (1, 3), value))


def convolutions(*, padding=0, bias=True, padding_mode="zeros"):
    torch.manual_seed(0)
    parts = (
        Squares(4, 6), nn.Conv2d(6, 5, 3, padding=padding, bias=bias, padding_mode=padding_mode), nn.ReLU(),
        nn.Conv2d(5, 3, 1),
    )  # fmt: skip
    return adapt(nn.Sequential(*parts).eval(), z_dim=4)


class Squares(nn.Module):
    """A layer of somebody else's, whose weights nobody knows what to do with."""

    def __init__(self, z_dim, units):
        super().__init__()
        self.mix = nn.Parameter(torch.randn(units * 36, z_dim))

    def forward(self, z):
        return (z @ self.mix.T).square().view(len(z), -1, 6, 6)


def test_an_unknown_layer_is_silenced_in_what_reads_it():
    assert_baked(convolutions(padding=1), Change("0", (1, 3)), "after")
    assert_baked(convolutions(), Change("0", (1, 3), [0.5, -2.0]), "after")
    assert_baked(convolutions(padding=1, padding_mode="reflect"), Change("0", (1, 3), [0.5, -2.0]), "after")


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"padding": 1}, "a Squares has no weights that hold a unit, and at the borders fewer taps of the Conv2d"),
        ({"bias": False}, "the Conv2d after it has no bias for a constant other than 0"),
    ],
)
def test_what_would_be_inexact_is_refused(settings, reason):
    generator = convolutions(**settings)
    with pytest.raises(LayerError, match=reason):
        bake(generator, Change("0", (1, 3), 0.5), latents(generator))


def test_activations_and_norms_between_are_passed():
    torch.manual_seed(0)
    net = nn.Sequential(Squares(4, 6), nn.LeakyReLU(0.2), nn.BatchNorm2d(6), nn.Conv2d(6, 3, 3, padding=1))
    assert_baked(adapt(stirred(net), z_dim=4), Change("0", (1, 3), [-0.5, 2.0]), "after")
    net = nn.Sequential(Squares(4, 6), nn.Identity(), nn.ConvTranspose2d(6, 3, 4, 2, 1))
    assert_baked(adapt(stirred(net), z_dim=4), Change("0", (1,)), "after")


def test_a_chain_in_a_module_of_ones_own_is_found():
    class Mine(nn.Module):
        z_dim = 5

        def __init__(self):
            super().__init__()
            self.main = nn.Sequential(
                nn.ConvTranspose2d(5, 6, 4), nn.BatchNorm2d(6), nn.ReLU(True), nn.ConvTranspose2d(6, 3, 4, 2, 1)
            )

        def forward(self, z):
            return self.main(z).tanh()

    torch.manual_seed(0)
    assert_baked(adapt(stirred(Mine())), Change("main.2", (0, 4)))
    assert_baked(adapt(stirred(Mine())), Change("main.2", (0, 4), 0.5))
    assert_baked(adapt(stirred(Mine())), Change("main.0", (0, 4), 0.5))


def test_a_skip_around_what_reads_the_layer_is_found_out():
    class Skipping(nn.Module):
        z_dim = 4

        def __init__(self):
            super().__init__()
            self.first, self.second, self.third = Squares(4, 6), nn.Conv2d(6, 6, 1), nn.Conv2d(6, 3, 1)

        def forward(self, z):
            first = self.first(z)
            return self.third(self.second(first) + first)

    torch.manual_seed(0)
    generator = adapt(Skipping().eval())
    with pytest.raises(LayerError, match=r"written after it the edit gives images that differ by up to \d"):
        bake(generator, Change("first", (1,)), latents(generator))


def test_a_layer_that_does_not_run_is_told():
    net = convolutions()
    net.module.add_module("idle", nn.Identity())
    net.module.forward = lambda z: nn.Sequential(*list(net.module)[:-1])(z)
    with pytest.raises(LayerNotRun, match="did not run"):
        bake(net, Change("idle", (1,)), latents(net))


def test_the_planted_generator_reads_no_more_artifacts():
    assert_baked(PlantedGenerator().eval(), Change("layer1", (NUMBER["artifact"],)), "after")


def test_edits_that_are_no_constant_are_refused():
    generator = dcgan("nearest")
    for change in (
        Change("layer2", (1,), strength=0.5),
        Change("layer2", (1,), region=torch.ones(4, 4)),
        Change("layer2", (1,), torch.zeros(50, 1)),
    ):
        with pytest.raises(LayerError, match="only an ablation in all cells of all samples, at strength 1"):
            bake(generator, change, latents(generator))
    with pytest.raises(LayerNotFound, match="no layer 'layr2'"):
        bake(generator, Change("layr2", (1,)), latents(generator))
