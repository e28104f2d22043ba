"""Errors and losses by arithmetic."""

import pytest
import torch
from tests.invert.world import LOOKS

from ganatomy.invert.closeness import Closeness

BLACK, WHITE = torch.full((1, 3, 4, 4), -1.0), torch.ones(1, 3, 4, 4)


def test_pixels_alone_are_colours_in_0_to_1():
    closeness = Closeness(None)
    target = closeness.target(torch.cat([BLACK, BLACK]))
    images = torch.cat([WHITE, BLACK / 2])
    assert closeness.loss(images, target).tolist() == [1, 0.25]
    errors = closeness.errors(images, target)
    assert (errors.rmse.tolist(), errors.perceptual) == ([1, 0.25], None)
    assert errors.row(1) == (0.25, None)


def test_looks_are_added_by_their_weight():
    target = Closeness(LOOKS).target(BLACK)
    assert Closeness(LOOKS, 0.5).loss(WHITE, target).item() == pytest.approx(1 + 0.5 * 4, abs=1e-5)  # opposite colours
    assert Closeness(LOOKS).errors(WHITE, target).row(0) == (1, pytest.approx(4, abs=1e-5))
    assert Closeness(LOOKS).loss(BLACK, target).item() == 0


def test_a_target_can_be_taken_several_times():
    target = Closeness(LOOKS).target(torch.cat([BLACK, WHITE])).take(torch.tensor([1, 1, 0]))
    assert target.photos[:, 0, 0, 0].tolist() == [1, 1, -1]
    assert target.features is not None
    assert [len(scale) for scale in target.features] == [3, 3]
    assert Closeness(None).target(BLACK).take(torch.tensor([0])).features is None
