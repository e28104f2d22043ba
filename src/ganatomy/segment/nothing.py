"""No segmenter: what stands in its place where nothing tells the concepts of a generator's images."""

import torch
from torch import Tensor

from ganatomy.segment.protocol import NOTHING


class NoConcepts:
    """A `Segmenter` that names nothing."""

    name = "none"
    fingerprint = "none"
    concepts: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()

    def segment(self, images: Tensor) -> Tensor:
        """Return `NOTHING` for each pixel, (n, 1, h, w) int64.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        >>> NoConcepts().segment(torch.zeros(1, 3, 1, 2)).tolist()
        [[[[-1, -1]]]]
        """
        return torch.full((len(images), 1, *images.shape[2:]), NOTHING, dtype=torch.int64, device=images.device)
