"""A network becomes a segmenter: chunks do not matter, wrong images are refused."""

from dataclasses import replace

import pytest
import torch
from torch import nn

from ganatomy.errors import ConfigError, DataError
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.protocol import NOTHING, DifferentiableSegmenter


class BrightestChannel(nn.Module):
    """Logits that are the colour channels."""

    def __init__(self):
        super().__init__()
        self.seen = []

    def forward(self, images):
        self.seen.append(len(images))
        return images * 10


@pytest.fixture
def segmenter():
    return NetworkSegmenter(
        "colours", ("red", "green", "blue"), ("object",) * 3, "colours-0", BrightestChannel(), chunk=2
    )


def test_segments_by_the_largest_logit(segmenter):
    image = torch.tensor([[0.9, -1.0], [0.1, 0.5], [0.3, 0.6]]).view(1, 3, 1, 2)
    assert segmenter.segment(image).tolist() == [[[[0, 2]]]]


def test_runs_the_network_on_chunks(segmenter):
    images = torch.rand(5, 3, 4, 6)
    assert torch.equal(segmenter.segment(images), images.argmax(1, keepdim=True))
    assert segmenter.network.seen == [2, 2, 1]


def test_a_probability_is_a_share_of_the_softmax_and_carries_the_gradient(segmenter):
    images = torch.rand(3, 3, 4, 4, requires_grad=True)
    probability = segmenter.probability(images, "green")
    torch.testing.assert_close(probability, (images * 10).softmax(1)[:, 1])
    probability.sum().backward()
    assert images.grad.abs().min() > 0
    assert not segmenter.segment(images).requires_grad
    assert isinstance(segmenter, DifferentiableSegmenter)


def test_no_images_give_no_labels(segmenter):
    assert segmenter.segment(torch.empty(0, 3, 8, 8)).shape == (0, 1, 8, 8)
    assert segmenter.probability(torch.empty(0, 3, 8, 8), "red").shape == (0, 8, 8)
    assert segmenter.network.seen == []


def test_a_pixel_shows_nothing_unless_a_concept_is_more_probable_than_the_threshold(segmenter):
    doubtful = replace(segmenter, to_probability=lambda logits: logits / 10, threshold=0.5)
    image = torch.tensor([[0.6, 0.5, 0.1], [0.9, 0.2, 0.3], [0.0, 0.0, 0.0]]).view(1, 3, 1, 3)
    assert doubtful.segment(image).tolist() == [[[[1, NOTHING, NOTHING]]]]
    assert torch.equal(doubtful.probability(image, "green"), image[:, 1])


def test_an_unknown_concept_has_no_probability(segmenter):
    with pytest.raises(ConfigError, match=r"no concept 'gren'; did you mean 'green'\?"):
        segmenter.probability(torch.zeros(1, 3, 8, 8), "gren")


@pytest.mark.parametrize(
    "images",
    [
        torch.zeros(3, 8, 8),
        torch.zeros(1, 1, 8, 8),
        torch.zeros(1, 8, 8, 3),
        torch.zeros(1, 3, 8, 8, dtype=torch.uint8),
    ],
)
def test_refuses_what_is_not_a_batch_of_float_images(segmenter, images):
    with pytest.raises(DataError, match=r"takes float images \(n, 3, h, w\) in \[-1, 1\], got torch\.\w+ \(.*to_float"):
        segmenter.segment(images)
    with pytest.raises(DataError, match="convert files"):
        segmenter.probability(images, "red")
