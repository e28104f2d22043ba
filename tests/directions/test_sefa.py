import numpy as np
import pytest
import torch
from torch import nn

from ganatomy.directions.sefa import closed_form_directions, reading_weights
from ganatomy.errors import ConfigError, LayerNotFound
from ganatomy.models.networks.dcgan import Generator, GeneratorShape
from ganatomy.models.planted import PlantedGenerator
from ganatomy.models.protocol import GeneratorNetwork


class Several(GeneratorNetwork):
    """Reads its latents in three places, one of them behind a norm, and its maps by two convolutions."""

    z_dim, image_size = 5, 8

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first = nn.ConvTranspose2d(5, 6, 4)
        self.later = nn.Linear(5, 3)
        self.behind = nn.Linear(5, 2)
        self.skip, self.grouped = nn.Conv2d(6, 3, 1), nn.Conv2d(6, 6, 3, padding=1, groups=2)
        self.up, self.widening = nn.Upsample(scale_factor=2), nn.Conv2d(6, 3, 3, padding=1)

    def forward(self, z):
        maps = self.first(z[:, :, None, None])
        self.grouped(maps)
        self.behind(nn.functional.normalize(z))
        wide = self.widening(self.up(maps)) + self.up(self.skip(maps))
        return torch.tanh(wide + self.later(z)[:, :, None, None])


class Behind(Several):
    """Nothing takes the latents themselves, nor the maps."""

    def forward(self, z):
        maps = self.first(nn.functional.normalize(z)[:, :, None, None])
        return torch.tanh(self.widening(self.up(torch.relu(maps))) + self.up(self.skip(maps * 2)))


def test_directions_are_those_of_the_greatest_gain() -> None:
    """By the first weights, of a random generator: no other unit vector is enlarged more."""
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()
    weight = generator.layer1[0].weight.detach().double()
    vectors, center, shares = closed_form_directions(generator, "z", 4)
    assert center.tolist() == [0] * 4
    sizes = np.linalg.svd(weight.numpy())[1]
    assert np.allclose((weight @ vectors.T).norm(dim=0).numpy(), sizes, atol=1e-9)
    assert np.allclose(shares.numpy(), sizes**2 / (sizes**2).sum())
    others = torch.nn.functional.normalize(torch.randn(4, 500).double(), dim=0)
    assert ((weight @ others).norm(dim=0) <= sizes[0] + 1e-9).all()
    assert (vectors.gather(1, vectors.abs().argmax(1, keepdim=True)) > 0).all()


def test_all_weights_that_take_the_latents_are_stacked() -> None:
    generator = Several()
    first = generator.first.weight.detach().flatten(1).T.double()
    assert torch.equal(reading_weights(generator, "z"), torch.cat([first, generator.later.weight.detach().double()]))


def test_latents_in_every_layer_are_read_by_all_of_their_weights() -> None:
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4, latent_layers="every")).eval()
    readers = [generator.layer1[0], generator.layer2[2], generator.layer3[2]]
    wanted = torch.cat([reader.weight.detach().double() for reader in readers])
    assert torch.equal(reading_weights(generator, "z"), wanted)


def test_a_convolution_that_reads_a_layer_has_a_row_for_each_output_and_tap() -> None:
    generator = Several()
    assert torch.equal(reading_weights(generator, "first"), generator.skip.weight.detach().flatten(1).double())
    dcgan = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4)).eval()
    taps = dcgan.layer3[0].weight.detach().double()
    read = reading_weights(dcgan, "layer2")
    assert read.shape == (4 * 9, 6)
    assert torch.equal(read.T.reshape(6, 4, 3, 3), taps.transpose(0, 1))


def test_where_something_comes_between_the_first_weights_after_it_count() -> None:
    generator = Behind()
    assert torch.equal(reading_weights(generator, "z"), generator.first.weight.detach().flatten(1).T.double())
    assert reading_weights(generator, "first").shape == (3 * 9, 6)


def test_nothing_is_left_hooked() -> None:
    generator = Several()
    reading_weights(generator, "first")
    with pytest.raises(LayerNotFound):
        reading_weights(generator, "firs")
    assert not any(module._forward_hooks or module._forward_pre_hooks for module in generator.modules())


def test_layers_that_no_weights_read_are_refused() -> None:
    with pytest.raises(ConfigError, match="no dense layer or convolution takes the units of layer 'z', and sefa is of"):
        closed_form_directions(PlantedGenerator(), "z", 2)
    with pytest.raises(ConfigError, match="takes the units of layer 'later'"):
        closed_form_directions(Several(), "later", 2)


def test_more_directions_than_the_weights_read_are_refused() -> None:
    # two of the seven paints read the same unit
    said = "sefa:8 of layer 'layer1', of whose 11 units the weights after it read 6 directions; give sefa:6, or fewer"
    with pytest.raises(ConfigError, match=said):
        closed_form_directions(PlantedGenerator(), "layer1", 8)
    generator = Several()
    generator.skip.weight.data.zero_()
    with pytest.raises(ConfigError, match="read 0 directions; choose another layer"):
        closed_form_directions(generator, "first", 1)
