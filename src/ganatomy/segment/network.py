"""A segmenter made of a network: chunks, arg max, softmax."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.errors import DataError
from ganatomy.segment.concepts import known_concept


@dataclass(frozen=True, eq=False)
class NetworkSegmenter:
    """Makes a network from images to logits a `Segmenter`."""

    name: str
    """The name it is loaded by."""
    concepts: tuple[str, ...]
    """Unique names, one for each logit of the network."""
    categories: tuple[str, ...]
    """One per concept."""
    fingerprint: str
    """Name, sha256 of the weights and input size."""
    network: nn.Module
    """(n, 3, h, w) in [-1, 1] -> logits (n, k, h, w) at the size of the images."""
    chunk: int
    """Images that go through the network at once."""

    def segment(self, images: Tensor) -> Tensor:
        """Return the most probable concept of each pixel, (n, 1, h, w) int64, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        with torch.no_grad():
            return torch.cat([logits.argmax(1, keepdim=True) for logits in self._logits(images)])

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return a concept's share of the softmax, (n, h, w) float32, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`.

        Raises:
            ConfigError: it has no such concept.
            DataError: the images have another shape or are not floating point.
        """
        index = self.concepts.index(known_concept(concept, self.concepts))
        return torch.cat([logits.softmax(1)[:, index] for logits in self._logits(images)])

    def _logits(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the logits of `chunk` images at a time."""
        if images.ndim != 4 or images.shape[1] != 3 or not images.is_floating_point():
            raise DataError(
                f"a segmenter takes float images (n, 3, h, w) in [-1, 1], got {images.dtype} "
                f"{tuple(images.shape)}; convert files with ganatomy.data.images.to_float"
            )
        for chunk in torch.split(images.float(), self.chunk):
            yield self.network(chunk.contiguous(memory_format=torch.channels_last))
