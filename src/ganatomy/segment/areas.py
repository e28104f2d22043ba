"""How much of an image each concept covers."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from ganatomy.segment.protocol import Segmenter

Floats = NDArray[np.float64]


def concept_areas(segmenter: Segmenter, images: Tensor) -> Floats:
    """Return the part (n, k) of each image's pixels that shows each concept, in [0, 1].

    Args:
        segmenter: tells the concepts of each pixel.
        images: (n, 3, h, w) float32 in [-1, 1].
    """
    return areas_of(segmenter.segment(images), len(segmenter.concepts))


def areas_of(labels: Tensor, num_concepts: int) -> Floats:
    """Return the part (n, k) of each image's pixels that has each label.

    Args:
        labels: (n, heads, h, w) int64, as a segmenter returns them.
        num_concepts: k.
    """
    n, _, height, width = labels.shape
    rows = (labels + 1).flatten(1).cpu() + (num_concepts + 1) * torch.arange(n)[:, None]
    counts = torch.bincount(rows.flatten(), minlength=n * (num_concepts + 1)).view(n, num_concepts + 1)
    areas: Floats = counts[:, 1:].double().div(height * width).numpy()
    return areas
