"""Probabilities of concepts, where a segmenter can give them: demanded, and of several concepts at once."""

from collections.abc import Sequence

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.protocol import DifferentiableSegmenter, Segmenter


def probabilities(segmenter: DifferentiableSegmenter, images: Tensor, concepts: Sequence[str]) -> tuple[Tensor, int]:
    """Return the probability of each concept at each pixel, (n, k, h, w), and how often the segmenter ran for it.

    Args:
        segmenter: a network's runs once; another one once for each concept.
        images: (n, 3, h, w) float32 in [-1, 1].
        concepts: one or more of the segmenter's.

    Raises:
        ConfigError: it has no such concept.
        DataError: the images have another shape or are not floating point.
    """
    if isinstance(segmenter, NetworkSegmenter):
        return segmenter.probabilities(images, concepts), 1
    return torch.stack([segmenter.probability(images, concept) for concept in concepts], 1), len(concepts)


def require_probability(segmenter: Segmenter) -> DifferentiableSegmenter:
    """Return the segmenter.

    Raises:
        ConfigError: it tells no probabilities, so that nothing can be optimised.
    """
    if not isinstance(segmenter, DifferentiableSegmenter):
        raise ConfigError(
            f"segmenter '{segmenter.name}' names concepts but gives no probability of them, which the optimisation "
            "follows; put a function probability(images, concept) beside it, or choose another segmenter"
        )
    return segmenter
