"""Probabilities of several concepts at once."""

import pytest
import torch
from torch import nn

from ganatomy.errors import ConfigError
from ganatomy.segment.function import FunctionSegmenter
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.planted import PlantedSegmenter
from ganatomy.segment.probabilities import probabilities, require_probability


class Logits(nn.Module):
    """Counts how often it runs."""

    runs = 0

    def forward(self, images):
        self.runs += 1
        return images


def test_a_network_runs_once_for_all_concepts() -> None:
    network = Logits()
    segmenter = NetworkSegmenter("mine", ("a", "b", "c"), ("object",) * 3, "1", network, chunk=8)
    images = torch.randn(5, 3, 4, 4)
    shown, runs = probabilities(segmenter, images, ["c", "a"])
    assert torch.equal(shown, images.softmax(1)[:, [2, 0]])
    assert (runs, network.runs) == (1, 1)
    assert torch.equal(segmenter.probability(images, "c"), shown[:, 0])
    with pytest.raises(ConfigError, match="no concept 'd'; choose from a, b, c"):
        segmenter.probabilities(images, ["d"])


def test_another_segmenter_is_asked_for_each() -> None:
    images, planted = torch.rand(2, 3, 4, 4), PlantedSegmenter()
    shown, runs = probabilities(planted, images, ["sky", "door"])
    assert torch.equal(shown[:, 1], planted.probability(images, "door"))
    assert runs == 2


def test_one_that_tells_none_is_refused() -> None:
    plain = FunctionSegmenter("mine:segment", ("dark",), ("object",), "1", lambda x: x.mean(1).long())
    with pytest.raises(ConfigError, match="segmenter 'mine:segment' names concepts but gives no probability of them"):
        require_probability(plain)
    assert require_probability(PlantedSegmenter()).concepts == PlantedSegmenter.concepts
