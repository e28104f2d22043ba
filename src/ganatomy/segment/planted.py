"""The planted world: the generator and units of `ganatomy.models.planted`, and the segmenter that cannot err.

It names each pixel by its colour.
"""

import torch
from torch import Tensor, nn

from ganatomy.models.planted import PALETTE, UNITS, PlantedGenerator, palette
from ganatomy.segment.concepts import known_concept
from ganatomy.segment.network import NetworkSegmenter
from ganatomy.segment.protocol import NOTHING, OTHER

__all__ = ["UNITS", "PlantedGenerator", "PlantedSegmenter"]

SHARPNESS = 2.0
"""Scale of the logits: a flawless colour has the probability 0.95."""


class PlantedSegmenter:
    """A `DifferentiableSegmenter` that names each pixel by the nearest colour of the palette.

    Its first head tells objects, the second parts: the door of a building, a cloud in the sky.
    """

    name = "planted"
    fingerprint = "planted-1"
    concepts = (OTHER, "sky", "grass", "building", "tree", "cloud", "door")
    categories = (OTHER, "object", "object", "object", "object", "part", "part")

    def __init__(self) -> None:
        colours = tuple(str(paint.colour) for paint in PALETTE)
        self._colours = NetworkSegmenter(self.name, colours, colours, self.fingerprint, _ColourLogits(), chunk=256)
        number = {concept: index for index, concept in enumerate(self.concepts)}
        shows = [(number[paint.object or OTHER], number[paint.part] if paint.part else NOTHING) for paint in PALETTE]
        self._shows = torch.tensor(shows)

    def segment(self, images: Tensor) -> Tensor:
        """Return the object and the part that each pixel shows, (n, 2, h, w) int64.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        nearest = self._colours.segment(images)[:, 0]
        return self._shows.to(nearest.device)[nearest].movedim(3, 1)

    def confidence(self, images: Tensor) -> Tensor:
        """Return the probability of the most probable colour at each pixel, (n, h, w) float32.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.

        Raises:
            DataError: the images have another shape or are not floating point.
        """
        return self._colours.confidence(images)

    def probability(self, images: Tensor, concept: str) -> Tensor:
        """Return the share of a concept's colours in a softmax, (n, h, w) float32, differentiable in `images`.

        Args:
            images: (n, 3, h, w) float32 in [-1, 1], any n.
            concept: one of `concepts`.

        Raises:
            ConfigError: it has no such concept.
            DataError: the images have another shape or are not floating point.
        """
        known_concept(concept, self.concepts)
        colours = [str(paint.colour) for paint in PALETTE if concept in (paint.object or OTHER, paint.part)]
        return torch.stack([self._colours.probability(images, colour) for colour in colours]).sum(0)


class _ColourLogits(nn.Module):
    """Images (n, 3, h, w) to logits (n, 8, h, w), highest for the nearest colour: all are equally far from grey."""

    def forward(self, images: Tensor) -> Tensor:
        return torch.einsum("nchw,kc->nkhw", images, SHARPNESS * palette(images))
