"""Whether a segmenter was made for a generator's images: how sure it is of them, and what it sees in them.

Beyond GAN Dissection (Bau et al., arXiv 1811.10597), whose segmenter and generators saw the same kind of photographs. A
segmenter names something in any image, that of scenes boats in faces; scores and nulls cannot tell, for they compare
units with what it names. Two figures can, where images are known that it was made for: how often it is less sure of a
generated image than of one of those, the baseline of Hendrycks and Gimpel (arXiv 1610.02136), here with the mean over
pixels; and how far apart the areas of its concepts are. The limits follow from the cases of benchmarks/domain_check.py.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch

from ganatomy.dissect.areas.distances import Distance, area_distance, measure_distances, object_areas
from ganatomy.dissect.latents import LatentSet
from ganatomy.dissect.protocol import DissectionProtocol
from ganatomy.dissect.samples import TEST
from ganatomy.models.at_once import PIXELS_AT_ONCE
from ganatomy.models.protocol import GeneratorNetwork
from ganatomy.segment.areas import Floats, concept_areas
from ganatomy.segment.protocol import Segmenter
from ganatomy.segment.reference import ReferenceImages, image_confidence
from ganatomy.stats.ordering import part_below
from ganatomy.stats.resampling import Estimated

LEAST_CHECKED, MOST_CHECKED = 20, 100
"""Images that are segmented once more for their confidence: a tenth of those that units are scored on, within these."""

LESS_SURE = 0.85
"""Of pairs, one of these images and one that the segmenter was made for: in which part it may be less sure of these."""

APART = 0.2
"""Part of all pixels by which the areas of concepts may be apart."""

_Z = 1.96
LISTED = 5
"""Concepts of which the areas are told."""


@dataclass(frozen=True)
class SeenConcept:
    """How much of the images a concept covers."""

    concept: str
    area: float
    """Mean part of all pixels."""
    made_for: float | None
    """The same of the images that the segmenter was made for; None where none are known."""


@dataclass(frozen=True)
class DomainCheck:
    """Whether a segmenter was made for a generator's images, as far as can be told."""

    segmenter: str
    """Its name."""
    num_concepts: int
    num_images: int
    """Those whose areas are known."""
    confidence: Floats | None
    """(n,) of the first of them, the mean over pixels of the highest probability; None of a segmenter that gives labels
    alone."""
    seen: tuple[SeenConcept, ...]
    """The concepts of the largest areas."""
    made_for: ReferenceImages | None
    """The images of the nearest kind that it was made for; None where none are known."""
    less_sure: Estimated | None
    """The part of all pairs, one of these images and one of those, in which it is less sure of this; 0.5 is alike."""
    apart: Distance | None
    """Half the summed difference of the mean areas of its concepts, as for real images; None for too few images."""

    @property
    def is_less_sure(self) -> bool:
        """Whether the segmenter is surely less sure of these images."""
        return self.less_sure is not None and self.less_sure.interval.low > LESS_SURE

    @property
    def is_apart(self) -> bool:
        """Whether its concepts surely cover other areas in these images."""
        return self.apart is not None and self.apart.value - _Z * self.apart.error > APART

    @property
    def differs(self) -> bool:
        """Whether these images are shown to be others than the segmenter was made for."""
        return self.is_less_sure or self.is_apart


def num_checked(num_images: int) -> int:
    """Return how many of so many images are segmented once more."""
    return min(num_images, max(LEAST_CHECKED, min(MOST_CHECKED, num_images // 10)))


@torch.no_grad()
def look_again(
    generator: GeneratorNetwork, segmenter: Segmenter, protocol: DissectionProtocol, *, with_areas: bool = False
) -> tuple[Floats | None, Floats]:
    """Return how sure a segmenter is of the first samples of a dissection, (n,), and on demand their areas, (n, k).

    The first is None of a segmenter that does not tell; without areas k is 0.

    Args:
        generator: what was dissected.
        segmenter: what it was dissected by.
        protocol: what units were scored on; `num_checked` of these samples are looked at.
        with_areas: whether areas are asked for, which the counting of a dissection knows already.
    """
    device = next(generator.parameters()).device
    latents = LatentSet(generator, protocol.seed, TEST, protocol.num_images, device)
    at_once = max(1, min(protocol.batch_size, PIXELS_AT_ONCE // generator.image_size**2))
    sure: list[Floats | None] = []
    areas: list[Floats] = []
    for samples in torch.split(torch.arange(num_checked(protocol.num_images)), at_once):
        images = generator(latents.take(samples))
        sure.append(image_confidence(segmenter, images))
        areas.append(concept_areas(segmenter, images) if with_areas else np.empty((len(images), 0)))
    told = [one for one in sure if one is not None]
    return np.concatenate(told) if told else None, np.concatenate(areas)


def check_domain(
    segmenter: Segmenter, confidence: Floats | None, areas: Floats, image_size: int, rng: np.random.Generator
) -> DomainCheck:
    """Return what confidence and areas tell of images beside those that the segmenter was made for.

    Args:
        segmenter: one that knows such images has `reference`.
        confidence: (n,) of the images, or of some of them.
        areas: (m, k) of all of them.
        image_size: pixels a side.
        rng: the stream that halves and resamples are drawn from.
    """
    reference: Sequence[ReferenceImages] = getattr(segmenter, "reference", ())
    made_for = nearest_kind(reference, areas, segmenter.categories, image_size)
    less_sure = apart = None
    if made_for is not None:
        less_sure = None if confidence is None else part_below(confidence, made_for.confidence)
        if len(areas) > 1 and len(made_for.areas) > 3:
            apart = measure_distances(areas, made_for.areas, segmenter.categories, rng).area
    return DomainCheck(
        segmenter.name,
        len(segmenter.concepts),
        len(areas),
        confidence,
        _largest(segmenter.concepts, areas, made_for),
        made_for,
        less_sure,
        apart,
    )


def nearest_kind(
    reference: Sequence[ReferenceImages], areas: Floats, categories: Sequence[str], image_size: int
) -> ReferenceImages | None:
    """Return, of the kinds of the nearest size, the one whose areas are nearest; None where there are none.

    Args:
        reference: the kinds.
        areas: (m, k) of the images.
        categories: of the k concepts.
        image_size: pixels a side of the images.
    """

    def octaves(kind: ReferenceImages) -> float:
        return abs(math.log2(kind.image_size / image_size))

    least = min(map(octaves, reference), default=0.0)
    drawn = object_areas(areas, categories)
    return min(
        (kind for kind in reference if octaves(kind) == least),
        key=lambda kind: area_distance(drawn, object_areas(kind.areas, categories)),
        default=None,
    )


def _largest(concepts: Sequence[str], areas: Floats, made_for: ReferenceImages | None) -> tuple[SeenConcept, ...]:
    means = areas.mean(0)
    known = None if made_for is None else made_for.areas.mean(0)
    return tuple(
        SeenConcept(concepts[c], float(means[c]), None if known is None else float(known[c]))
        for c in np.argsort(-means, kind="stable")[:LISTED].tolist()
        if means[c] > 0
    )
