import numpy as np
import pytest
import torch
from torch import nn

from ganatomy.directions.pca import leading, principal_directions
from ganatomy.errors import ConfigError, DataError, LayerError, LayerNotFound
from ganatomy.hooks import run_up_to
from ganatomy.models.planted import PlantedGenerator
from ganatomy.models.protocol import GeneratorNetwork, sample_latents
from ganatomy.seeds import stream


class Scale(nn.Module):
    def forward(self, r):
        return r * torch.tensor([1.0, 3.0, 2.0, 0.5])[:, None, None] + 7


class Maps(GeneratorNetwork):
    """Latents (n, 6) to featuremaps (n, 4, 3, 3) of unequal variance, and to images."""

    z_dim, image_size = 6, 3

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.dense = nn.Linear(6, 36)
        self.maps = nn.Sequential(nn.Unflatten(1, (4, 3, 3)), Scale())
        self.tokens = nn.Flatten(2)

    def forward(self, z):
        maps = self.maps(self.dense(z))
        self.tokens(maps)
        return maps[:, :3].tanh()


def test_directions_are_those_of_a_singular_value_decomposition() -> None:
    """Of the whole table of cells by units, its mean taken off, at once."""
    generator = Maps()
    z = sample_latents(generator, 50, stream(5, "directions"))
    with torch.no_grad():
        points = run_up_to(generator, ["maps"], z)["maps"].permute(0, 2, 3, 1).reshape(-1, 4).double().numpy()
    mean = points.mean(0)
    _, sizes, rows = np.linalg.svd(points - mean, full_matrices=False)
    for batch_size in (50, 7):
        vectors, center, shares = principal_directions(generator, "maps", 3, 50, seed=5, batch_size=batch_size)
        assert np.allclose(center.numpy(), mean, atol=1e-6)
        assert np.allclose(np.abs((vectors.numpy() * rows[:3]).sum(1)), 1, atol=1e-9)
        assert np.allclose(shares.numpy(), (sizes**2 / (sizes**2).sum())[:3], atol=1e-9)
        assert torch.allclose(vectors @ vectors.T, torch.eye(3).double(), atol=1e-12)
        assert (vectors.gather(1, vectors.abs().argmax(1, keepdim=True)) > 0).all()


def test_directions_are_the_same_each_time_and_others_with_another_seed() -> None:
    one, again, other = (principal_directions(PlantedGenerator(), "layer1", 3, 40, seed=seed)[0] for seed in (0, 0, 1))
    assert torch.equal(one, again)
    assert not torch.equal(one, other)


def test_an_output_without_cells_has_directions_too() -> None:
    vectors, center, _ = principal_directions(Maps(), "dense", 4, 30)
    assert (vectors.shape, center.shape) == ((4, 36), (36,))


def test_the_leading_vectors_of_a_diagonal_matrix_are_its_axes() -> None:
    vectors, values = leading(torch.diag(torch.tensor([2.0, 5.0, -1e-9])))
    assert vectors.tolist() == [[0, 1, 0], [1, 0, 0], [0, 0, 1]]
    assert values.tolist() == [5, 2, 0]


def test_more_directions_than_units_vary_in_are_refused() -> None:
    """The dead unit never varies, and the copy of a tree is the sum of its crown and its trunk."""
    assert len(principal_directions(PlantedGenerator(), "layer1", 9, 40)[0]) == 9
    said = "pca:10 of layer 'layer1', whose 11 units vary in 9 directions; give pca:9, or fewer"
    with pytest.raises(ConfigError, match=said):
        principal_directions(PlantedGenerator(), "layer1", 10, 40)


class Constant(Maps):
    def forward(self, z):
        return self.maps(self.dense(z) * 0).expand(len(z), 4, 3, 3)[:, :3]


def test_layers_without_directions_are_refused() -> None:
    with pytest.raises(ConfigError, match="pca finds none in 'z'; give sefa, or a layer"):
        principal_directions(PlantedGenerator(), "z", 3, 8)
    with pytest.raises(LayerNotFound, match="no layer 'layer9'"):
        principal_directions(PlantedGenerator(), "layer9", 3, 8)
    with pytest.raises(LayerError, match=r"layer 'tokens' returns shape \(8, 4, 9\); directions need units"):
        principal_directions(Maps(), "tokens", 3, 8)
    with pytest.raises(ConfigError, match="whose 4 units vary in 0 directions; choose another layer"):
        principal_directions(Constant(), "maps", 1, 8)


def test_activations_that_are_no_numbers_are_refused() -> None:
    generator = Maps()
    generator.dense.weight.data[0, 0] = float("nan")
    with pytest.raises(
        DataError, match="layer 'maps' gives activations that are NaN or infinite; choose other weights"
    ):
        principal_directions(generator, "maps", 3, 8)
