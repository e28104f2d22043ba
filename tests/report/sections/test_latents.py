"""Images between latents."""

import numpy as np
import pytest
import torch
from tests.report.fixture_run import write_weights

from ganatomy.errors import CheckpointError
from ganatomy.models.networks.dcgan import initialise
from ganatomy.models.networks.mlp import PointGenerator, PointShape
from ganatomy.report.sections.latents import SIDE, STEPS, STRIPS, between_four, latents_view, strip
from ganatomy.runs.directory import Run
from ganatomy.runs.weights import save_generator


def test_a_strip_goes_straight_from_one_latent_to_another():
    z = strip(torch.tensor([[0.0, 2.0]]), torch.tensor([[1.0, -2.0]]), 5)
    assert z.tolist() == [[[0, 2], [0.25, 1], [0.5, 0], [0.75, -1], [1, -2]]]


def test_the_corners_of_the_grid_are_the_latents():
    corners = torch.tensor([[0.0], [2.0], [4.0], [8.0]])
    assert between_four(corners, 3).flatten().tolist() == [0, 1, 2, 2, 3.5, 5, 4, 6, 8]


def test_the_ends_of_a_strip_are_the_generators_images(tmp_path):
    write_weights(tmp_path)
    latents = latents_view(Run(tmp_path), 3)
    strips, grid = latents.sheets
    assert strips.image.size == (STEPS * 34 - 2, STRIPS * 34 - 2)
    assert grid.image.size == (SIDE * 34 - 2, SIDE * 34 - 2)
    assert latents.seed == 3
    pixels = np.asarray(strips.image).astype(int)
    first, last = pixels[:32, :32], pixels[:32, -32:]
    assert np.abs(first - last).mean() > 3 * np.abs(first - pixels[:32, 34:66]).mean()
    assert (latents_view(Run(tmp_path), 3).pictures, latents.pictures[0].uri[:16]) == (
        latents.pictures,
        "data:image/webp;",
    )
    assert latents_view(Run(tmp_path), 4).pictures != latents.pictures


def test_a_run_without_weights_and_one_of_points_have_none(tmp_path):
    assert latents_view(Run(tmp_path), 0) is None
    points = PointGenerator(PointShape(width=4))
    initialise(points, torch.Generator().manual_seed(0))
    save_generator(Run(tmp_path), "ema", points)
    assert latents_view(Run(tmp_path), 0) is None


def test_weights_that_do_not_fit_are_told(tmp_path):
    write_weights(tmp_path)
    (tmp_path / "weights/ema.safetensors").write_bytes(b"broken")
    with pytest.raises(CheckpointError, match="does not fit"):
        latents_view(Run(tmp_path), 0)
