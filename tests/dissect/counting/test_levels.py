"""Thresholds are order statistics of the upsampled map, and levels count those exceeded."""

import pytest
import torch

from ganatomy.dissect.counting import levels
from ganatomy.dissect.counting.levels import FRACTIONS, PilotValues, levels_of
from ganatomy.errors import DataError


def edges_of(maps, grid, seed=0, batch=None):
    pilot = PilotValues(len(maps), grid, torch.Generator().manual_seed(seed))
    for part in torch.split(maps, batch or len(maps)):
        pilot.add(part)
    return pilot.edges()


def test_edges_are_exceeded_by_the_stated_fractions_of_all_pixels():
    values = torch.arange(10_000.0)[torch.randperm(10_000, generator=torch.Generator().manual_seed(0))]
    edges = edges_of(values.view(100, 1, 10, 10), (10, 10))
    exceeded = (values[None] > edges[0, :, None]).double().mean(1)
    assert edges.shape == (1, 100)
    assert FRACTIONS[0] == 1
    assert (exceeded - FRACTIONS).abs().max() <= 2e-4  # two order statistics of 10,000


def test_edges_of_many_pixels_come_from_a_sample_of_random_positions(monkeypatch):
    values = torch.rand(50, 1, 16, 16, generator=torch.Generator().manual_seed(1))
    monkeypatch.setattr(levels, "PILOT_VALUES", 5000)
    edges = edges_of(values, (16, 16), seed=2)
    assert (edges[0].double() - (1 - FRACTIONS)).abs().max() < 0.03  # 4 standard errors of a median of 5,000


def test_the_batch_size_changes_no_edge():
    maps = torch.randn(9, 20, 4, 4, generator=torch.Generator().manual_seed(3))
    assert torch.equal(edges_of(maps, (8, 8), batch=2), edges_of(maps, (8, 8)))


def test_activations_that_are_not_finite_are_refused():
    maps = torch.zeros(2, 3, 2, 2)
    maps[1, 2, 0, 0] = float("inf")
    with pytest.raises(DataError, match=r"unit 2 has activations that are NaN or infinite.*--weights best"):
        edges_of(maps, (2, 2))


def test_a_level_counts_the_thresholds_that_are_exceeded_not_reached():
    maps = torch.tensor([[[[0.0, 1.0], [1.5, 9.0]]]])
    edges = torch.tensor([[0.0, 1.0, 1.0, 2.0]])
    assert levels_of(maps, (2, 2), edges).tolist() == [[[0, 1, 3, 4]]]
