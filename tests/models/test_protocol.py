"""What everything that opens a generator up needs of it, and latents of its own distribution."""

import pytest
import torch
from torch import Tensor, nn

from ganatomy.errors import ConfigError
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.models.networks.progan import ProGanGenerator, ProGanShape
from ganatomy.models.networks.progan128 import ProGan128Generator, ProGan128Shape
from ganatomy.models.networks.resnet import ResnetGenerator, ResnetShape
from ganatomy.models.planted import PlantedGenerator
from ganatomy.models.protocol import ImageGenerator, sample_latents


def rng() -> torch.Generator:
    return torch.Generator().manual_seed(3)


class Told(nn.Module):
    """Says what its latents are."""

    def __init__(self, z_dim: int = 4, **said: object) -> None:
        super().__init__()
        self.z_dim = z_dim
        for name, value in said.items():
            setattr(self, name, value)


@pytest.mark.parametrize(
    "generator",
    [
        Generator(GeneratorShape(16, (4, 3), z_dim=5)),
        ResnetGenerator(ResnetShape(8, (4, 3), z_dim=5)),
        ProGanGenerator(ProGanShape(8, (4, 4, 3, 3), z_dim=5)),
        ProGan128Generator(ProGan128Shape("equallr", 8, (4, 4, 3, 3), z_dim=5)),
        PlantedGenerator(),
    ],
    ids=lambda one: type(one).__name__,
)
def test_own_generators_of_images_are_image_generators(generator: nn.Module) -> None:
    assert isinstance(generator, ImageGenerator)
    assert generator.class_names is None
    images = generator(sample_latents(generator, 2, rng()))
    assert images.shape == (2, 3, generator.image_size, generator.image_size)


def test_a_generator_of_points_is_none() -> None:
    assert not isinstance(PointGenerator(PointShape(4)), ImageGenerator)


def test_normal_latents_are_the_numbers_of_their_stream() -> None:
    assert torch.equal(sample_latents(Told(), 6, rng()), torch.randn(6, 4, generator=rng()))


def test_uniform_latents_lie_between_minus_one_and_one() -> None:
    drawn = sample_latents(Told(latent="uniform"), 6, rng())
    assert torch.equal(drawn, torch.rand(6, 4, generator=rng()) * 2 - 1)


def test_a_shape_s_latents_are_its_generator_s() -> None:
    assert Generator(GeneratorShape(16, (4, 3), z_dim=5, latent="uniform")).latent == "uniform"
    assert PointGenerator(PointShape(4)).latent == "uniform"


def test_latents_of_classes_end_with_the_number_of_one() -> None:
    drawn = sample_latents(Told(class_names=("cat", "dog", "owl")), 3000, rng())
    assert drawn.shape == (3000, 5)
    assert torch.equal(drawn[:, :4], torch.randn(3000, 4, generator=rng()))
    counts: Tensor = torch.bincount(drawn[:, 4].long(), minlength=3)
    assert counts.sum() == 3000
    assert (counts > 900).all()  # each 1000 +- 26


def test_a_module_that_does_not_say_how_long_its_latents_are_is_refused() -> None:
    expected = (
        "Linear has no z_dim, so that no latents can be drawn for it; say how long they are, such as "
        "ganatomy.adapt(module, z_dim=128)"
    )
    with pytest.raises(ConfigError) as refused:
        sample_latents(nn.Linear(3, 3), 2, rng())
    assert str(refused.value) == expected
