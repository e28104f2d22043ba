"""Areas of concepts, counted by hand."""

import torch
from tests.dissect.planted import ByColour

from ganatomy.segment.areas import areas_of, concept_areas


def test_areas_are_parts_of_the_pixels():
    images = -torch.ones(2, 3, 2, 2)
    images[0, 0, 0] = 1.0
    images[1, 1, 0, 0] = 1.0
    assert concept_areas(ByColour(), images).tolist() == [[0.5, 0.5, 0, 0], [0.75, 0, 0.25, 0]]


def test_every_head_adds_its_concepts_and_a_pixel_without_one_adds_nothing():
    labels = torch.tensor([[[[0, 0]], [[2, -1]]], [[[1, -1]], [[-1, -1]]]])
    assert areas_of(labels, 3).tolist() == [[1.0, 0.0, 0.5], [0.0, 0.5, 0.0]]
