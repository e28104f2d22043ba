"""Inception Score by hand and at its bounds."""

import pytest
import torch

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.inception import inception_score


def test_bounds():
    sure = torch.eye(4).repeat(5, 1).log()
    assert inception_score(sure, splits=1).value == pytest.approx(4)
    assert inception_score(torch.zeros(20, 4), splits=1).value == pytest.approx(1)
    assert inception_score(sure[:1].repeat(8, 1), splits=2).value == pytest.approx(1)


def test_by_hand_from_the_logarithms_of_probabilities():
    """Two images, (.9, .1) and (.1, .9): exp(.9 log 1.8 + .1 log .2)."""
    score = inception_score(torch.tensor([[0.9, 0.1], [0.1, 0.9]]).log(), splits=1)
    assert score.value == pytest.approx(1.8**0.9 * 0.2**0.1, rel=1e-6)
    assert score.spread == 0


def test_splits_are_scored_apart_in_the_order_of_the_images():
    """Of 5 images the first split has 2, equal ones, and scores 1; the second has 3, sure of three classes."""
    logits = torch.eye(3)[torch.tensor([0, 0, 0, 1, 2])].log()
    score = inception_score(logits, splits=2)
    assert score.value == pytest.approx(2)
    assert score.spread == pytest.approx(1)
    assert score.terms.shape == (5,)


@pytest.mark.parametrize(
    ("logits", "splits", "error", "message"),
    [
        (torch.zeros(4), 1, DataError, r"logits are \(4,\); give \(images, classes\)"),
        (torch.full((4, 2), torch.nan), 1, DataError, "logits hold NaN; look at the images"),
        (torch.zeros(4, 2), 5, ConfigError, "splits is 5; with 4 images give 1 to 4"),
    ],
)
def test_what_cannot_be_is_told(logits, splits, error, message):
    with pytest.raises(error, match=message):
        inception_score(logits, splits)
