"""The benchmark of areas prints the distances of the package."""

import numpy as np
import pytest
import torch
from benchmarks.concept_areas import distances, run_areas

from ganatomy.dissect.areas.distances import segmentation_distance
from ganatomy.errors import DataError
from ganatomy.models.networks.dcgan import Generator, GeneratorShape, initialise
from ganatomy.runs.directory import create_run
from ganatomy.runs.weights import save_generator

CATEGORIES = ("other", "object", "object")


class Halves:
    """Finds sky in the left half of every image."""

    concepts = ("other", "sky", "tree")

    def segment(self, images):
        labels = torch.zeros(len(images), 1, *images.shape[2:], dtype=torch.int64)
        labels[..., : images.shape[3] // 2] = 1
        return labels


@pytest.fixture
def run(tmp_path):
    run = create_run(tmp_path, "r", {"schema": 1})
    generator = Generator(GeneratorShape(32, (8, 6, 4), z_dim=4))
    initialise(generator, torch.Generator().manual_seed(0))
    save_generator(run, "ema", generator)
    return run.path


def test_distances_are_those_of_the_package_rounded():
    rng = np.random.default_rng(0)
    a, b = rng.dirichlet([1, 2, 3], 50), rng.dirichlet([3, 2, 1], 60)
    found = distances(a, b, CATEGORIES, rng)
    assert found["fsd"]["value"] == round(segmentation_distance(a, b), 1)
    assert found["distance"]["value"] == pytest.approx(np.abs(a.mean(0) - b.mean(0)).sum() / 2, abs=1e-4)
    assert found["distance"]["error"] > 0
    assert found["fsd"]["error"] > 0


def test_areas_of_a_run_are_those_of_its_samples(run):
    areas = run_areas(run, 32, Halves(), 5)
    assert areas.tolist() == [[0.5, 0.5, 0.0]] * 5


def test_a_run_of_another_size_is_refused(run):
    with pytest.raises(DataError, match="makes images of 32 px; give runs of 64 px"):
        run_areas(run, 64, Halves(), 5)
