"""What every segmenter offers: the function s_c(x) of GAN Dissection (arXiv 1811.10597, section 3.1).

A segmenter has one head or more, each of which names at most one concept a pixel: an object, a part of it, its
material. Evaluation takes these hard labels; optimisation (average causal effects) takes the probability of one
concept, which is differentiable with respect to the images.
"""

from typing import Protocol, runtime_checkable

from torch import Tensor

OTHER = "other"
"""The category of a concept that stands for everything without a name: never what a unit shows."""

NOTHING = -1
"""The label of a pixel of which a head names no concept."""


class Segmenter(Protocol):
    """Tells which concepts each pixel of an image shows."""

    @property
    def name(self) -> str:
        """The name it is loaded by, such as `ade20k` or `scenes`."""

    @property
    def concepts(self) -> tuple[str, ...]:
        """The concepts of all heads, unique names; the index is the label."""

    @property
    def categories(self) -> tuple[str, ...]:
        """The category of each concept, such as `object`, `part` or `material`; `OTHER` for no concept proper."""

    @property
    def fingerprint(self) -> str:
        """Name, sha256 of the weights and input size: equal fingerprints give equal labels."""

    def segment(self, images: Tensor) -> Tensor:
        """Return the most probable concept of each pixel, by each head.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Returns:
            (n, heads, h, w) int64, indices into `concepts` or `NOTHING`, without gradient. No concept is named by
            two heads at one pixel.

        Raises:
            DataError: the images have another shape or are not floating point.
        """


@runtime_checkable
class ConfidentSegmenter(Segmenter, Protocol):
    """A segmenter that may tell how sure it is of what it names."""

    def confidence(self, images: Tensor) -> Tensor | None:
        """Return the probability of the most probable concept at each pixel, without gradient.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Returns:
            (n, h, w) float32 in [0, 1], of several heads those of the objects; None where it cannot tell.

        Raises:
            DataError: the images have another shape or are not floating point.
        """


@runtime_checkable
class DifferentiableSegmenter(Segmenter, Protocol):
    """A segmenter that also tells how probable a concept is, for what is optimised."""

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return the probability of a concept at each pixel, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`.

        Returns:
            (n, h, w) float32 in [0, 1], or more where one name has several meanings, whose probabilities add up.

        Raises:
            ConfigError: it has no such concept, or no probability of it.
            DataError: the images have another shape or are not floating point.
        """
