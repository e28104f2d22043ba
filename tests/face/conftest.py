"""The planted generator, and what a dissection of it finds."""

import pytest

import ganatomy as ga
from ganatomy.face.dissection import Dissected
from ganatomy.models.planted import PlantedGenerator
from ganatomy.segment.planted import PlantedSegmenter


@pytest.fixture(scope="session")
def generator() -> PlantedGenerator:
    return PlantedGenerator().eval()


@pytest.fixture(scope="session")
def found(generator: PlantedGenerator) -> Dissected:
    """One layer, on 100 images."""
    return ga.dissect(generator, ["layer1"], PlantedSegmenter(), num_images=100)
