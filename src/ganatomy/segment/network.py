"""A segmenter made of a network: chunks, arg max, softmax."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.errors import DataError
from ganatomy.pixels import require_pixels
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.protocol import NOTHING
from ganatomy.segment.reference import ReferenceImages


def softmax(logits: Tensor) -> Tensor:
    """Return each concept's share, for logits (n, k, h, w)."""
    return logits.softmax(1)


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
    to_probability: Callable[[Tensor], Tensor] = softmax
    """From what the network gives, (n, k, h, w), to probabilities of the same shape in the same order."""
    threshold: float | None = None
    """A pixel shows nothing unless the probability of a concept exceeds this; None for a best concept everywhere."""
    reference: tuple[ReferenceImages, ...] = ()
    """Figures of images that it was made for; empty where none are known."""

    def segment(self, images: Tensor) -> Tensor:
        """Return the most probable concept of each pixel or `NOTHING`, (n, 1, h, w) int64, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        with torch.no_grad():
            return torch.cat([self._best(logits) for logits in self._logits(images)])

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return the probability of a concept at each pixel, (n, h, w) float32, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`.

        Raises:
            ConfigError: it has no such concept.
            DataError: the images have another shape or are not floating point.
        """
        return self.probabilities(images, [concept])[:, 0]

    def probabilities(self, images: Tensor, concepts: Sequence[str]) -> Tensor:
        """Return the probability of several concepts, (n, k, h, w) float32, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concepts: some of `concepts`.

        Raises:
            ConfigError: it has no such concept.
            DataError: the images have another shape or are not floating point.
        """
        indices = [self.concepts.index(known_concept(concept, self.concepts)) for concept in concepts]
        return torch.cat([self.to_probability(logits)[:, indices] for logits in self._logits(images)])

    def confidence(self, images: Tensor) -> Tensor:
        """Return the probability of the most probable concept at each pixel, (n, h, w) float32, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        with torch.no_grad():
            return torch.cat([self.to_probability(logits).amax(1) for logits in self._logits(images)])

    def _best(self, logits: Tensor) -> Tensor:
        """Return the index of the largest logit, or `NOTHING` where it is not probable enough."""
        index = logits.argmax(1, keepdim=True)
        if self.threshold is None:
            return index
        return index.masked_fill(self.to_probability(logits).amax(1, keepdim=True) <= self.threshold, NOTHING)

    def _logits(self, images: Tensor) -> Iterator[Tensor]:
        """Yield the logits of `chunk` images at a time."""
        check_images(images)
        if not len(images):  # which some networks cannot take
            yield images.new_zeros((0, len(self.concepts), *images.shape[2:]))
            return
        for chunk in torch.split(images.float(), self.chunk):
            yield self.network(chunk.contiguous(memory_format=torch.channels_last))


def check_images(images: Tensor) -> None:
    """Refuse what are not images.

    Raises:
        DataError: they have another shape than (n, 3, h, w), are not floating point, hold NaN, or are not in [-1, 1].
    """
    if images.ndim != 4 or images.shape[1] != 3 or not images.is_floating_point():
        raise DataError(
            f"a segmenter takes float images (n, 3, h, w) in [-1, 1], got {images.dtype} "
            f"{tuple(images.shape)}; convert files with ganatomy.data.images.to_float"
        )
    require_pixels(images, "images to be segmented")
