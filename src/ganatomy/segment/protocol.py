"""What every segmenter offers: the function s_c(x) of GAN Dissection (arXiv 1811.10597, section 3.1).

Evaluation takes the hard mask; optimisation (average causal effects) takes the probabilities, which
are differentiable with respect to the images.
"""

from typing import Protocol

from torch import Tensor


class Segmenter(Protocol):
    """Tells which concept each pixel of an image shows."""

    @property
    def name(self) -> str:
        """The name it is loaded by, `ade20k` or `scenes`."""

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts, unique names; the index is the value in a mask."""

    @property
    def fingerprint(self) -> str:
        """Name, sha256 of the weights and input size: equal fingerprints give equal masks."""

    def segment(self, images: Tensor) -> Tensor:
        """Return the most probable concept of each pixel.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Returns:
            (n, h, w) int64, indices into `concepts`, without gradient.

        Raises:
            DataError: the images have another shape or are not floating point.
        """

    def probabilities(self, images: Tensor) -> Tensor:
        """Return the probability of each concept at each pixel, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Returns:
            (n, k, h, w) float32 in [0, 1], summing to one over k.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
