"""What is usual for units, by arithmetic and on samples."""

import pytest
import torch
from tests.invert.world import LAYER, small_generator
from torch import nn

from ganatomy.errors import LayerError, LayerNotFound
from ganatomy.invert.ranges import Ranges, measure_ranges

RANGES = Ranges(*(torch.tensor(values) for values in ([2.0, 0.0], [-1.0, 0.0], [1.0, 0.0], [-2.0, 0.0], [4.0, 0.0])))


class Tokens(nn.Module):
    z_dim, image_size, latent = 2, 4, "normal"

    def __init__(self):
        super().__init__()
        self.grow = nn.Linear(2, 48)
        self.words = nn.Unflatten(1, (16, 3))

    def forward(self, z):
        return self.words(self.grow(z)).transpose(1, 2).unflatten(2, (4, 4))


def test_cells_beyond_the_bounds_of_their_unit_are_counted():
    featuremaps = torch.tensor([[[[0.0, 2.0]], [[0.0, 0.0]]], [[[-3.0, 3.0]], [[0.1, 0.0]]]])
    assert RANGES.outside(featuremaps).tolist() == [0.25, 0.75]


def test_room_ends_at_the_distance_and_where_no_sample_goes():
    featuremaps = torch.tensor([[[[3.0, -3.0]], [[0.0, 0.0]]]])
    down, up = RANGES.room(featuremaps, 1.0)
    assert down[0, 0].tolist() == [[-1, 0]]  # 5 / 2 deviations down to -2; what lies beyond it goes no further
    assert up[0, 0].tolist() == [[0.5, 1]]
    assert down[0, 1].abs().max() == up[0, 1].abs().max() == 0  # a dead unit stays dead


def test_about_one_cell_in_a_hundred_of_samples_is_outside():
    generator = small_generator()
    ranges = measure_ranges(generator, LAYER)
    assert ranges.deviation.shape == ranges.low.shape == (6,)
    assert (ranges.least <= ranges.low).all()
    assert (ranges.high <= ranges.most).all()
    assert ranges.least.min() == 0  # after the rectifier
    with torch.no_grad():
        featuremaps = generator.layer2(generator.layer1(torch.randn(200, 4)))
    assert ranges.outside(featuremaps).mean() < 0.03


def test_a_layer_of_vectors_has_ranges_too_and_tokens_have_none():
    assert measure_ranges(Tokens(), "grow").deviation.shape == (48,)
    with pytest.raises(LayerError, match=r"layer 'words' returns shape \(32, 16, 3\) of torch.float32; choose one"):
        measure_ranges(Tokens(), "words")
    with pytest.raises(LayerNotFound, match="no layer 'layr2'"):
        measure_ranges(small_generator(), "layr2")
