"""What was counted of a layer, by concept: tables at every threshold, and at one threshold block by block."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from ganatomy.dissect.counting.contingency import Contingency, Floats, Ints, above
from ganatomy.dissect.counting.masks import ALIGNED, ALL, PAIRED, SHUFFLED, TABLES, before
from ganatomy.dissect.counting.tally import Tally


@dataclass(frozen=True)
class Concepts:
    """The vocabulary of a segmenter, and where its counts are."""

    names: tuple[str, ...]
    categories: tuple[str, ...]
    groups: tuple[int, ...]
    """Of each concept, the group of the images in which its category occurs."""


def contingency_of(tally: Tally, concepts: Concepts, units: slice, by_category: bool = False) -> Contingency:
    """Return the 2 x 2 tables of some units with all concepts at every threshold.

    Args:
        tally: the counts.
        concepts: the vocabulary.
        units: which units.
        by_category: take the activity of a unit from the images in which the concept's category occurs, as a part
            of their pixels, and concepts as a part of all pixels, as the authors' code does to choose thresholds.
    """
    counts = tally.joint.table(_labels(concepts, ALIGNED), units).cpu().numpy()
    active = tally.joint.active[units].cpu().numpy()
    pixels = active[0].sum(-1)
    if not by_category:
        return Contingency.at_every_threshold(counts, active[:, ALL : ALL + 1])
    groups = list(concepts.groups)
    scaled = above(active[:, groups]) * pixels[ALL] / np.maximum(pixels[groups], 1)[:, None]
    return Contingency(above(counts), scaled, counts[:1].sum(-1, keepdims=True), int(pixels[ALL]))


@dataclass(frozen=True)
class AtThreshold:
    """Counts of every unit at its one threshold, in each of B blocks of samples."""

    both: Ints
    """(B, 3, u, k) active pixels that show each concept, by table: as segmented, shuffled, shifted."""
    active: Ints
    """(B, u, g) active pixels of each group of images."""
    shown: Ints
    """(B, 3, k) pixels that show each concept."""
    pixels: Ints
    """(B, g) pixels of each group of images."""

    @classmethod
    def of(cls, tally: Tally, concepts: Concepts, thresholds: Ints) -> "AtThreshold":
        """Return what `tally` counted so far, as one block.

        Args:
            tally: the counts.
            concepts: the vocabulary.
            thresholds: (u,) index of each unit's threshold; one past the last for a unit that has none.
        """
        labels = range(TABLES * len(concepts.names))
        both, active = (part.cpu().numpy() for part in tally.joint.above(thresholds.tolist(), labels))
        shown = tally.joint.shown(labels).cpu().numpy()
        by_table = both.reshape(len(both), TABLES, -1).transpose(1, 0, 2)
        pixels = tally.joint.active[0].sum(-1).cpu().numpy()
        return cls(by_table[None], active[None], shown.reshape(1, TABLES, -1), pixels[None])

    @classmethod
    def from_running(cls, sums: Sequence["AtThreshold"]) -> "AtThreshold":
        """Return the blocks between running sums: each is the difference of two that follow each other."""
        joined = cls(*(np.concatenate([getattr(s, name) for s in sums]) for name in cls.__annotations__))
        return cls(*(np.diff(getattr(joined, name), axis=0, prepend=0) for name in cls.__annotations__))

    def sum(self) -> "AtThreshold":
        """Return all blocks as one."""
        return self.weighted(np.ones((1, len(self.pixels)), np.int64))

    def leave_one_out(self) -> "AtThreshold":
        """Return B resamples, each without one block."""
        return self.weighted(1 - np.eye(len(self.pixels), dtype=np.int64))

    def weighted(self, weights: Ints) -> "AtThreshold":
        """Return resamples: (R, B) how often each takes each block."""
        factors = torch.from_numpy(weights).double()

        def taken(counts: Ints) -> Ints:
            flat = factors @ torch.from_numpy(counts.reshape(len(counts), -1)).double()  # exact below 2^53
            taken: Ints = flat.round().long().numpy().reshape(len(weights), *counts.shape[1:])
            return taken

        return AtThreshold(taken(self.both), taken(self.active), taken(self.shown), taken(self.pixels))

    def as_segmented(self) -> "AtThreshold":
        """Return the counts without those of the nulls."""
        return AtThreshold(self.both[:, :1], self.active, self.shown[:, :1], self.pixels)

    def of_concepts(self, chosen: Ints) -> "AtThreshold":
        """Return the counts of each unit with one concept of its own, (u,) indices: k is 1, and `shown` by unit."""
        units = np.arange(len(chosen))
        return AtThreshold(
            self.both[:, :, units, chosen][..., None],
            self.active,
            self.shown[:, :, chosen][..., None],
            self.pixels,
        )

    def contingency(self, table: int, groups: Sequence[int] | NDArray[np.int64] | None = None) -> Contingency:
        """Return the 2 x 2 tables of each block, (B, u, k).

        Args:
            table: as segmented, shuffled or shifted.
            groups: (k,) or (u, 1) the group of the images that count for each concept, by the masks of the table: of
                shuffled ones those whose sample before shows the category. None takes all images.
        """
        shown = self.shown[:, table]
        shown = shown[:, None] if shown.ndim == 2 else shown
        if groups is None:
            group = PAIRED if table == SHUFFLED else ALL
            active, pixels = self.active[..., group : group + 1], self.pixels[:, group, None, None]
        else:
            own = np.atleast_2d(groups)
            wanted = before(own, self.pixels.shape[1]) if table == SHUFFLED else own
            every = np.broadcast_to(wanted, (len(self.active), *self.both.shape[2:]))
            active, pixels = np.take_along_axis(self.active, every, 2), self.pixels[:, wanted]
        return Contingency(self.both[:, table], active, shown, pixels)


@dataclass(frozen=True)
class LayerCounts:
    """Everything that was counted of a layer: scores under any rules can be had from it without an image."""

    validation: Tally
    """Of the samples that thresholds are chosen on; of none where they are fixed."""
    test: Tally
    """Of the samples that units are scored on."""
    blocks: Mapping[str, AtThreshold]
    """Of the test samples at the thresholds of each profile, block by block."""


def concept_areas_of(tally: Tally, concepts: Concepts) -> Floats:
    """Return the (k,) part of all pixels that shows each concept."""
    shown = tally.joint.shown(_labels(concepts, ALIGNED)).cpu().numpy()
    areas: Floats = shown / tally.joint.active[0, ALL].sum().item()
    return areas


def _labels(concepts: Concepts, table: int) -> range:
    """Return the labels that the concepts have in a table."""
    k = len(concepts.names)
    return range(table * k, (table + 1) * k)
