"""Insertions summed up: by what was under the cell, by its place, and as a trace, with intervals.

Cells of one sample are not independent, so that samples are resampled and never cells: a mean over cells is the ratio
of two sums over samples, and each resample takes both of the same samples.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganatomy.intervene.context.cells import Places
from ganatomy.intervene.context.insertion import Inserted
from ganatomy.stats.resampling import Estimated, Floats, divided, percentile_intervals, resampled_means


@dataclass(frozen=True)
class Gain:
    """What insertions did on average; areas are those of one cell."""

    cell: Estimated
    around: Estimated
    image: Estimated
    becomes: Estimated
    """Part of the cells that become the concept."""


@dataclass(frozen=True)
class ContextEffect:
    """What insertions did where a concept was under the cell."""

    under: str | None
    """The concept; None for all cells but those that were the inserted concept already."""
    cases: int
    """Cells."""
    samples: int
    """Samples that they are of."""
    inserted: Gain
    random: Gain


@dataclass(frozen=True)
class TraceLine:
    """The mean normalised |change| at every step, over some of the insertions."""

    cases: int
    steps: tuple[Estimated, ...]


def by_context(
    concepts: Sequence[str],
    concept: str,
    places: Places,
    inserted: Inserted,
    random: Inserted,
    rng: np.random.Generator,
) -> tuple[ContextEffect, ...]:
    """Return the effect in all cells without the concept, then by what was under the cell, most cells first.

    Args:
        concepts: of the segmenter.
        concept: the inserted one.
        places: the cells.
        inserted: what its units did there.
        random: what random units did there.
        rng: the stream that the resamples are drawn from.
    """
    masks = context_masks(concepts, concept, places, inserted.was)
    gains, controls = (_gains(arm, [*masks.values()], rng) for arm in (inserted, random))
    return tuple(
        ContextEffect(name, int(mask.sum()), int(mask.any(1).sum()), gain, control)
        for (name, mask), gain, control in zip(masks.items(), gains, controls, strict=True)
    )


def context_masks(
    concepts: Sequence[str], concept: str, places: Places, was: NDArray[np.bool_]
) -> dict[str | None, NDArray[np.bool_]]:
    """Return which cells (n, c) are of each context: None, all without the concept; then those of most cells first.

    Where several heads of a segmenter name as much of a cell, such as a building and its door, a cell is the inserted
    concept's before it is another's.

    Args:
        concepts: of the segmenter.
        concept: the inserted one.
        places: the cells.
        was: (n, c) which of them were the concept already.
    """
    under = places.under.cpu().numpy()
    masks = {name: (under == number) & ~was for number, name in enumerate(concepts)} | {concept: was}
    there = {name: mask for name, mask in masks.items() if mask.any()}
    return {None: ~was, **dict(sorted(there.items(), key=lambda entry: -entry[1].sum()))}


def by_place(places: Places, inserted: Inserted, mask: NDArray[np.bool_]) -> Floats:
    """Return the mean change around the cell at each place (rows, columns), over some cells; NaN where there is none.

    Args:
        places: the cells.
        inserted: what insertions did there.
        mask: (n, c) which of them are counted.
    """
    total = places.grid[0] * places.grid[1]
    cells = places.cells.cpu().numpy()[mask]
    gained = np.bincount(cells, inserted.gained[..., 1][mask], total).astype(np.float64)
    return divided(gained, np.bincount(cells, minlength=total).astype(np.float64)).reshape(places.grid)


def traces(inserted: Inserted, rng: np.random.Generator) -> tuple[TraceLine, TraceLine]:
    """Return the traces of effective insertions, after which the cell is the concept, and of the others.

    Cells that were the concept already are left out.

    Args:
        inserted: what insertions did.
        rng: the stream that the resamples are drawn from.
    """
    effective, ineffective = (
        TraceLine(int(those.sum()), tuple(_means(inserted.trace, [those], rng)[0]))
        for those in (inserted.becomes & ~inserted.was, ~inserted.becomes & ~inserted.was)
    )
    return effective, ineffective


def _gains(arm: Inserted, masks: Sequence[NDArray[np.bool_]], rng: np.random.Generator) -> list[Gain]:
    """Return what an arm did in each of several sets of cells."""
    values = np.concatenate([arm.gained, arm.becomes[..., None].astype(np.float64)], 2)
    return [Gain(*estimates) for estimates in _means(values, masks, rng)]


def _means(values: Floats, masks: Sequence[NDArray[np.bool_]], rng: np.random.Generator) -> list[list[Estimated]]:
    """Return the means of values (n, c, m) over each of several sets of cells (n, c), m estimates each."""
    weights = np.stack(masks, 2).astype(np.float64)
    sums = np.einsum("ncm,nck->nkm", values, weights)
    counts = weights.sum(1)
    n, k, m = sums.shape
    means = divided(sums.mean(0), np.broadcast_to(counts.mean(0)[:, None], (k, m)))
    drawn, numbers = resampled_means([sums.reshape(n, k * m), counts], rng)
    intervals = percentile_intervals(divided(drawn, np.repeat(numbers, m, axis=1)))
    return [[Estimated(float(means[i, j]), intervals[i * m + j]) for j in range(m)] for i in range(k)]
