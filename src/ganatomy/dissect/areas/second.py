"""Whether two segmenters see the same in the same images, concept by concept.

All that a dissection says is as good as the segmenter that names the pixels, and segmenters err on images that do not
look real. No truth is to be had there, but a second opinion: a concept that two segmenters, trained apart, find in the
same places is more than a habit of one of them.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.segment.areas import Floats
from ganatomy.segment.concepts import known_concept, listed
from ganatomy.segment.protocol import NOTHING, OTHER, Segmenter
from ganatomy.stats.resampling import Interval, divided, percentile_intervals, resampled_means


@dataclass(frozen=True)
class ConceptAgreement:
    """One concept as two segmenters see it."""

    concept: str
    """As the first segmenter calls it."""
    read_from: tuple[str, ...]
    """What the second calls it: its own name, or those that are read as it."""
    area_first: float
    """Part of all pixels, in [0, 1]."""
    area_second: float
    iou: float
    """Over all pixels of all images, in [0, 1]; NaN where neither sees it."""
    interval: Interval | None
    """95 % interval of the IoU, from resampling the images; None where some resample shows none of it."""
    chance: float
    """The IoU of the masks of different images, over all pairs: what position and area alone give."""


@dataclass(frozen=True)
class SegmenterAgreement:
    """How far two segmenters agree on a set of images."""

    concepts: tuple[ConceptAgreement, ...]
    """Of those that both know, in the order of the first."""
    compared: float
    """Part of all pixels for which both name a concept that both know."""
    pixels: float
    """Of those, the part for which they name the same; NaN where there are none."""
    pixels_interval: Interval | None
    """95 % interval, from resampling the images; None where some resample has no such pixel."""
    pixels_chance: float
    """The same for pixels of different images."""
    only_first: tuple[str, ...]
    """Concepts that the second does not know."""
    only_second: tuple[str, ...]
    num_images: int


class AgreementTally:
    """Counts, batch by batch, what two segmenters find in the same images.

    Args:
        first: the segmenter whose names are kept.
        second: the other one.
        reading: what concepts of the second mean in the first's words, such as `{"sea": "water"}`. Concepts of equal
            name need no entry, several may mean the same, and what has the category `other` means nothing.

    Raises:
        ConfigError: one of them has no such concept, or no concept is common to both.
    """

    def __init__(self, first: Segmenter, second: Segmenter, reading: Mapping[str, str] | None = None) -> None:
        self._first, self._second = first, second
        self._meaning = _meaning(first, second, reading or {})
        self._shared = sorted(set(self._meaning.tolist()) - {NOTHING})
        if not self._shared:
            raise ConfigError(
                f"segmenters '{first.name}' and '{second.name}' have no concept of the same name; say which of "
                f"{listed(second.concepts)} mean which of {listed(first.concepts)}"
            )
        self._masks, self._names = _Overlaps(), _Overlaps()

    def add(self, first: Tensor, second: Tensor) -> None:
        """Take in a batch.

        Args:
            first: (n, heads, h, w) int64, as the first segmenter returns them.
            second: (n, heads, h, w) int64 of the same images by the second, with as many heads as it has.
        """
        shared = torch.tensor(self._shared)
        first, second = first.cpu(), self._meaning[second.cpu()]  # NOTHING is -1 and finds the last entry
        self._masks.add([((first == c).any(1), (second == c).any(1)) for c in self._shared])
        one, other = _first_named(torch.where(torch.isin(first, shared), first, NOTHING)), _first_named(second)
        pairs = [(one == c, other == c) for c in self._shared]
        self._names.add([*pairs, (one != NOTHING, other != NOTHING)])

    def result(self, rng: np.random.Generator) -> SegmenterAgreement:
        """Return how far they agree on the images taken in, one or more.

        Args:
            rng: the stream that the resamples are drawn from.
        """
        same, both = self._names.both[:, :-1].sum(1), self._names.both[:, -1]
        others = self._names.others
        pixels, interval = _part(same[:, None], both[:, None], rng)
        shared = [self._first.concepts[c] for c in self._shared]
        return SegmenterAgreement(
            concepts=self._concepts(rng),
            compared=float(both.sum() / self._names.num_pixels),
            pixels=float(pixels[0]),
            pixels_interval=interval[0],
            pixels_chance=float(divided(others[:-1].sum(), others[-1])),
            only_first=tuple(name for name in _proper(self._first) if name not in shared),
            only_second=tuple(name for name in _proper(self._second) if name not in self._read_from(self._shared)),
            num_images=len(both),
        )

    def _concepts(self, rng: np.random.Generator) -> tuple[ConceptAgreement, ...]:
        masks = self._masks
        iou, bounds = _part(masks.both, masks.first + masks.second - masks.both, rng)
        first, second = masks.first.sum(0), masks.second.sum(0)
        chance = divided(masks.others, first + second - masks.others)
        return tuple(
            ConceptAgreement(
                concept=self._first.concepts[c],
                read_from=self._read_from([c]),
                area_first=float(first[place] / masks.num_pixels),
                area_second=float(second[place] / masks.num_pixels),
                iou=float(iou[place]),
                interval=bounds[place],
                chance=float(chance[place]),
            )
            for place, c in enumerate(self._shared)
        )

    def _read_from(self, concepts: Sequence[int]) -> tuple[str, ...]:
        """Return the concepts of the second that mean one of `concepts`."""
        pairs = zip(self._second.concepts, self._meaning.tolist(), strict=False)  # the last entry has no name
        return tuple(name for name, meaning in pairs if meaning in concepts)


class _Overlaps:
    """Counts pairs of masks, per image and per position."""

    def __init__(self) -> None:
        self._counts: list[Floats] = []
        self._places: Floats | None = None
        self.num_pixels = 0

    def add(self, pairs: Sequence[tuple[Tensor, Tensor]]) -> None:
        """Take in the masks (n, h, w) bool of one batch: a pair per concept."""
        counts, places = [], []
        for a, b in pairs:
            counts.append(torch.stack([mask.sum((1, 2)) for mask in (a & b, a, b)]))
            places.append(torch.stack([mask.sum(0).flatten() for mask in (a, b)]))
        self._counts.append(torch.stack(counts, 2).double().numpy())
        together: Floats = torch.stack(places, 1).double().numpy()
        self._places = together if self._places is None else self._places + together
        self.num_pixels += pairs[0][0].numel()

    @property
    def both(self) -> Floats:
        """Return the pixels (n, k) in both masks."""
        return self._column(0)

    @property
    def first(self) -> Floats:
        """Return the pixels (n, k) in the first mask."""
        return self._column(1)

    @property
    def second(self) -> Floats:
        """Return the pixels (n, k) in the second mask."""
        return self._column(2)

    @property
    def others(self) -> Floats:
        """Return the pixels (k,) in both masks where they are of different images, for as many pairs as images.

        Over all ordered pairs: sum_p (A_p B_p - overlap_p) / (n - 1), with A_p and B_p the images that have the mask
        at p. NaN for a single image.
        """
        assert self._places is not None  # a batch was taken in
        first, second = self._places
        both = self.both
        return divided((first * second).sum(1) - both.sum(0), np.full(both.shape[1], len(both) - 1.0))

    def _column(self, index: int) -> Floats:
        return np.concatenate([counts[index] for counts in self._counts])


def _meaning(first: Segmenter, second: Segmenter, reading: Mapping[str, str]) -> Tensor:
    """Return what each label of the second is in the first's, and NOTHING as the last entry.

    Raises:
        ConfigError: one of them has no such concept.
    """
    for name, meaning in reading.items():
        known_concept(name, second.concepts)
        known_concept(meaning, first.concepts)
    labels = {name: first.concepts.index(name) for name in _proper(first)}
    proper = _proper(second)
    found = [labels.get(reading.get(name, name), NOTHING) if name in proper else NOTHING for name in second.concepts]
    return torch.tensor([*found, NOTHING])


def _proper(segmenter: Segmenter) -> list[str]:
    """Return the concepts that have a meaning."""
    pairs = zip(segmenter.concepts, segmenter.categories, strict=True)
    return [concept for concept, category in pairs if category != OTHER]


def _first_named(labels: Tensor) -> Tensor:
    """Return (n, h, w): of each pixel the label of the first head that names one, of (n, heads, h, w)."""
    head = (labels != NOTHING).int().argmax(1, keepdim=True)
    return labels.gather(1, head)[:, 0]


def _part(counts: Floats, of: Floats, rng: np.random.Generator) -> tuple[Floats, list[Interval | None]]:
    """Return the ratios (k,) of the sums of two (n, k) counts, and their intervals over resampled images."""
    taken, whole = resampled_means([counts, of], rng)
    bounds = percentile_intervals(divided(taken, whole))
    return divided(counts.sum(0), of.sum(0)), [None if math.isnan(found.low) else found for found in bounds]
