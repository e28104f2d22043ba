"""Areas of concepts, counted by hand."""

import torch

from ganatomy.segment.areas import areas_of, concept_areas
from ganatomy.segment.planted import PlantedSegmenter


def test_areas_are_parts_of_the_pixels():
    images = -torch.ones(2, 3, 2, 2)
    images[0, 2, 0] = 1.0  # blue
    images[1, 1, 0, 0] = 1.0  # green
    expected = [[0.5, 0.5, 0, 0, 0, 0, 0], [0.75, 0, 0.25, 0, 0, 0, 0]]
    assert concept_areas(PlantedSegmenter(), images).tolist() == expected


def test_every_head_adds_its_concepts_and_a_pixel_without_one_adds_nothing():
    labels = torch.tensor([[[[0, 0]], [[2, -1]]], [[[1, -1]], [[-1, -1]]]])
    assert areas_of(labels, 3).tolist() == [[1.0, 0.0, 0.5], [0.0, 0.5, 0.0]]
