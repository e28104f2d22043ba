"""Which cells units are inserted into, what lies under them and which pixels they cover."""

import torch
from torch.nn import functional as F

from ganatomy.dissect.latents import LatentSet
from ganatomy.intervene.baseline import observe
from ganatomy.intervene.context.cells import NO_CONCEPT, covering, draw_cells, is_mostly, one_cell, places_of, squares
from ganatomy.segment.planted import PlantedGenerator, PlantedSegmenter

SEGMENTER = PlantedSegmenter()


def test_all_places_come_equally_often_and_none_twice_in_a_sample():
    cells = draw_cells((4, 5), num_samples=30, cells_per_sample=7, seed=3)
    assert cells.shape == (30, 7)
    assert all(len(set(row)) == 7 for row in cells.tolist())
    assert sorted(cells.flatten().bincount(minlength=20).tolist()) == [10] * 10 + [11] * 10
    assert torch.equal(cells, draw_cells((4, 5), 30, 7, seed=3))
    assert not torch.equal(cells, draw_cells((4, 5), 30, 7, seed=4))


def test_more_cells_than_there_are_are_all_of_them():
    cells = draw_cells((2, 3), num_samples=4, cells_per_sample=100, seed=0)
    assert [sorted(row) for row in cells.tolist()] == [[0, 1, 2, 3, 4, 5]] * 4


def test_a_cell_is_one_of_the_grid():
    assert one_cell(torch.tensor([4]), (2, 3)).tolist() == [[[0, 0, 0], [0, 1, 0]]]


def test_the_pixels_of_a_cell_are_those_that_pooling_takes():
    for grid, size in (((4, 4), (8, 8)), ((3, 5), (7, 11)), ((7, 7), (5, 9))):
        total = grid[0] * grid[1]
        pixels = squares(torch.arange(total), grid, size)
        values = torch.rand(size)
        pooled = F.adaptive_avg_pool2d(values[None, None], grid).flatten()
        means = torch.stack([values[where].mean() for where in pixels])
        assert torch.allclose(means, pooled)


def test_the_cells_around_end_at_the_border():
    around = squares(torch.tensor([0, 5]), (4, 4), (8, 8), reach=1)
    assert around[0, :4, :4].all()
    assert around[0].sum() == 16
    assert around[1, :6, :6].all()
    assert around[1].sum() == 36


def test_the_concept_that_covers_most_of_some_pixels():
    labels = torch.tensor([[[[2, 2, 0, -1]], [[1, 1, -1, -1]]]] * 2)
    where = torch.tensor([[[True, True, True, True]], [[False, False, False, True]]])
    parts, which = covering(labels, where, 3)
    assert parts.tolist() == [[0.25, 0.5, 0.5], [0, 0, 0]]
    assert which.tolist() == [1, NO_CONCEPT]  # the first of those that cover as much
    assert is_mostly(labels, where, 2, 3).tolist() == [True, False]
    assert is_mostly(labels, where, 0, 3).tolist() == [False, False]


def test_what_lies_under_the_planted_cells_is_what_was_painted():
    generator = PlantedGenerator()
    z = LatentSet(generator, 0, "test", 12).take(torch.arange(12))
    baseline = observe(generator, SEGMENTER, "layer1", z)
    places = places_of(baseline, 64, seed=0)
    assert len(places) == 12 * 64
    objects = baseline.labels[:, 0, ::2, ::2].flatten(1).long().gather(1, places.cells)
    assert torch.equal(places.under, objects)
