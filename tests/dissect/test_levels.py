"""Thresholds are order statistics of the upsampled map, and levels count those exceeded."""

import torch

from ganatomy.dissect import levels
from ganatomy.dissect.levels import FRACTIONS, levels_of, measure_edges, upsample


def test_upsampling_is_bilinear_with_half_pixel_centres_and_clamped_borders():
    row = torch.tensor([[[[0.0, 4.0]]]])
    assert upsample(row, (1, 4)).flatten().tolist() == [0.0, 1.0, 3.0, 4.0]


def test_edges_are_exceeded_by_the_stated_fractions_of_all_pixels():
    values = torch.arange(10_000.0)[torch.randperm(10_000, generator=torch.Generator().manual_seed(0))]
    edges = measure_edges(values.view(100, 1, 10, 10), (10, 10), torch.Generator())
    exceeded = (values[None] > edges[0, :, None]).double().mean(1)
    assert edges.shape == (1, 100)
    assert FRACTIONS[0] == 1
    assert (exceeded - FRACTIONS).abs().max() <= 2e-4  # two order statistics of 10,000


def test_edges_of_many_pixels_come_from_a_sample_of_random_positions(monkeypatch):
    values = torch.rand(50, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    monkeypatch.setattr(levels, "PILOT_VALUES", 5000)
    edges = measure_edges(values, (16, 16), torch.Generator().manual_seed(2))
    assert (edges[0].double() - (1 - FRACTIONS)).abs().max() < 0.03  # 4 standard errors of a median of 5,000


def test_a_level_counts_the_thresholds_that_are_exceeded_not_reached():
    maps = torch.tensor([[[[0.0, 1.0], [1.5, 9.0]]]])
    edges = torch.tensor([[0.0, 1.0, 1.0, 2.0]])
    assert levels_of(maps, (2, 2), edges).tolist() == [[[0, 1, 3, 4]]]
