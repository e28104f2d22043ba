"""Objectives as curves over D(G(z))."""

import math

import numpy as np
import pytest

from ganatomy.evolve.objectives import OBJECTIVES
from ganatomy.evolve.shapes import objective_shapes

HALF = np.array([0.5])


@pytest.mark.parametrize(
    ("name", "loss", "pull"),
    [
        ("minimax", -math.log(2), 0.5),
        ("heuristic", math.log(2), 0.5),
        ("least_squares", 0.25, 0.25),
        ("least_squares_logit", 1.0, 2.0),
        ("hinge", 1.0, 1.0),
        ("wasserstein", 0.0, 1.0),
        ("relativistic_paired", math.log(2), 0.5),
        ("relativistic_average", 2 * math.log(2), 1.0),
    ],
)
def test_values_at_one_half(name, loss, pull):
    """The logit is 0 there, and so is that of the real sample."""
    (shape,) = objective_shapes([name], HALF)
    assert shape.name == name
    assert shape.loss.tolist() == pytest.approx([loss])
    assert shape.pull.tolist() == pytest.approx([pull])
    assert shape.uses_real is name.startswith("relativistic")


def test_the_pull_is_minus_the_derivative_of_the_loss_by_the_logit():
    """Central differences, each sample by itself."""
    logits = np.linspace(-4, 4, 4001)
    for shape in objective_shapes(list(OBJECTIVES), 1 / (1 + np.exp(-logits))):
        slope = np.gradient(shape.loss, logits)
        smooth = np.abs(logits - 1) > 0.01  # hinge has a corner at 1
        np.testing.assert_allclose(shape.pull[smooth][1:-1], -slope[smooth][1:-1], atol=1e-4)


def test_an_unknown_objective_is_left_out():
    assert [shape.name for shape in objective_shapes(["softmax", "minimax"], HALF)] == ["minimax"]
