"""What a segmenter makes of images that it was made for: how sure it is, and how much each concept covers.

A segmenter of a fixed vocabulary names something in any image. Beside these figures a dissection tells whether its
images are of the kind that the segmenter knows.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor

from ganatomy.errors import CheckpointError
from ganatomy.segment.areas import Floats, concept_areas
from ganatomy.segment.protocol import Segmenter

REFERENCE_IMAGES = 200
"""Images of each kind: enough to place one in a thousand pairs, few enough to be kept beside the weights."""
_PARTS = 10_000
"""Figures are kept as whole numbers of so many parts of 1."""


@dataclass(frozen=True)
class ReferenceImages:
    """Figures of images of one kind and size that a segmenter was made for."""

    name: str
    """What they are."""
    image_size: int
    """Pixels a side."""
    confidence: Floats
    """(m,) mean over the pixels of each image of the probability of the most probable concept."""
    areas: Floats
    """(m, k) part of each image's pixels that shows each concept."""


def image_confidence(segmenter: Segmenter, images: Tensor) -> Floats | None:
    """Return how sure a segmenter is of each image, (n,) in [0, 1]; None of one that does not tell.

    That is the mean over its pixels of the probability of the most probable concept.

    Args:
        segmenter: any; one that tells has `confidence`.
        images: (n, 3, h, w) float32 in [-1, 1].
    """
    tell = getattr(segmenter, "confidence", None)
    highest = None if tell is None else tell(images)
    if highest is None:
        return None
    confidence: Floats = highest.detach().double().flatten(1).mean(1).cpu().numpy()
    return confidence


def measure_reference(segmenter: Segmenter, name: str, batches: Iterable[Tensor]) -> ReferenceImages:
    """Return the figures of images of one kind.

    Args:
        segmenter: one that tells how sure it is.
        name: what the images are.
        batches: (n, 3, s, s) float32 in [-1, 1] each, one image or more, that it was not trained on.
    """
    sure: list[Floats] = []
    areas: list[Floats] = []
    for images in batches:
        size, confidence = images.shape[-1], image_confidence(segmenter, images)
        assert confidence is not None, f"{segmenter.name} tells no confidence"
        sure.append(confidence)
        areas.append(concept_areas(segmenter, images))
    return ReferenceImages(name, size, np.concatenate(sure), np.concatenate(areas))


def reference_json(reference: Sequence[ReferenceImages]) -> list[dict[str, Any]]:
    """Return the figures as JSON values, in ten-thousandths."""
    return [
        {
            "name": one.name,
            "image_size": one.image_size,
            "confidence": np.rint(_PARTS * one.confidence).astype(int).tolist(),
            "areas": np.rint(_PARTS * one.areas).astype(int).tolist(),
        }
        for one in reference
    ]


def read_reference(kept: Sequence[Mapping[str, Any]], num_concepts: int, source: str) -> tuple[ReferenceImages, ...]:
    """Return the figures that `reference_json` gave.

    Args:
        kept: what a file holds.
        num_concepts: k.
        source: the file, for the message.

    Raises:
        CheckpointError: they are something else, or of another number of concepts.
    """
    try:
        return tuple(_read(one, num_concepts) for one in kept)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise CheckpointError(
            f"{source} holds no figures of the images that its segmenter was made for ({error}); copy it again"
        ) from None


def _read(one: Mapping[str, Any], num_concepts: int) -> ReferenceImages:
    confidence = np.asarray(one["confidence"], np.float64) / _PARTS
    areas = np.asarray(one["areas"], np.float64) / _PARTS
    if areas.shape != (len(confidence), num_concepts):
        raise ValueError(f"areas are {areas.shape}, for {len(confidence)} images and {num_concepts} concepts")
    return ReferenceImages(str(one["name"]), int(one["image_size"]), confidence, areas)
