"""What is kept of a concept as ever more of its units are ablated, and where that ends: how bound it is to its place.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), section 4.3 and figure 10: without their units people and
curtains vanish from conference rooms, while tables and chairs only shrink.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from ganatomy.intervene.baseline import Advance, Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.intervene.context.controls import first_of
from ganatomy.intervene.curves import ablation_curve
from ganatomy.stats.resampling import Floats, Interval, divided, percentile_interval, resampled_means


@dataclass(frozen=True, eq=False)
class Left:
    """The area of a concept in each sample, unedited and with ever more units ablated."""

    concept: str
    sizes: tuple[int, ...]
    """How many units, fewest first."""
    before: Floats
    """(n,) part of each image's pixels."""
    after: Floats
    """(sizes, n) the same with that many of the concept's units ablated."""
    random: Floats
    """(sizes, n) the same with as many random units; NaN where there are not as many."""


@dataclass(frozen=True)
class Kept:
    """What is kept with so many units ablated; a part of the area before, NaN where there was none."""

    units: int
    kept: float
    interval: Interval
    random_kept: float
    random_interval: Interval


@dataclass(frozen=True)
class Floor:
    """The least that is kept of a concept, beside other concepts."""

    concept: str
    curve: tuple[Kept, ...]
    """Fewest units first."""
    units: int
    """How many units leave the least."""
    kept: float
    interval: Interval
    """95 % interval of the least, from resamples of the images in each of which it is sought anew."""
    ratio: float
    """The least by the mean least of the other concepts; NaN without others, or where they vanish."""
    ratio_interval: Interval


def ablate_ever_more(
    baseline: Baseline,
    concept: str,
    ranking: Sequence[int],
    sizes: Sequence[int],
    orders: Tensor,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Left:
    """Return the areas of a concept with the first units of a ranking ablated, and with as many random ones.

    Args:
        baseline: samples unedited.
        concept: the one that is watched.
        ranking: its units, best first.
        sizes: how many of them, one after another.
        orders: (n, m) the random units of each sample, see `draw_orders`.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: a size is below 1 or above the number of ranked units, or the layer has no such unit.
    """
    layer, width = baseline.halves.layer, baseline.featuremaps.shape[1]
    index, every = baseline.segmenter.concepts.index(concept), tuple(range(width))

    def area(change: Change) -> Floats:
        left: Floats = measure(baseline, [change], batch_size=batch_size, advance=advance).areas[:, index]
        return left

    after = ablation_curve(baseline, ranking, sizes, batch_size=batch_size, advance=advance)[:, :, index]
    random = [
        area(Change(layer, every, strength=first_of(orders, size, width).float()))
        if size <= orders.shape[1]
        else np.full(len(baseline), np.nan)
        for size in sizes
    ]
    return Left(concept, tuple(sizes), baseline.areas[:, index], after, np.stack(random))


def floors_of(found: Sequence[Left], rng: np.random.Generator) -> tuple[Floor, ...]:
    """Return the curve and floor of every concept, all resampled together.

    kept = mean area after / mean area before; floor = the least of a curve; ratio = floor / mean floor of the others.

    Args:
        found: of the same samples each.
        rng: the stream that the resamples are drawn from.
    """
    tables = [np.column_stack([left.before, left.after.T, left.random.T]) for left in found]
    curves = [_kept(table.mean(0)[None]) for table in tables]
    resampled = [_kept(table) for table in resampled_means(tables, rng)]
    floors = np.stack([_least(curve) for curve in curves], 1)
    drawn = np.stack([_least(curve) for curve in resampled], 1)
    return tuple(
        Floor(
            left.concept,
            _curve(left.sizes, curves[place], resampled[place]),
            left.sizes[int(np.argmin(curves[place][0, 0]))],
            float(floors[0, place]),
            percentile_interval(drawn[:, place]),
            float(_ratio(floors, place)[0]),
            percentile_interval(_ratio(drawn, place)),
        )
        for place, left in enumerate(found)
    )


def _kept(means: Floats) -> Floats:
    """Return the parts kept (2, r, sizes), of the concept's and of random units, from mean areas (r, 1 + 2 sizes)."""
    before, after = means[:, :1], means[:, 1:]
    parts = divided(after, np.broadcast_to(before, after.shape))
    return np.stack(np.split(parts, 2, axis=1))


def _least(kept: Floats) -> Floats:
    """Return the least part kept (r,) over the sizes."""
    least: Floats = kept[0].min(1)
    return least


def _ratio(floors: Floats, place: int) -> Floats:
    """Return the ratio (r,) of one of the floors (r, concepts) to the mean of the others."""
    others = np.delete(floors, place, axis=1)
    if not others.size:
        return np.full(len(floors), np.nan)
    return divided(floors[:, place], others.mean(1))


def _curve(sizes: Sequence[int], kept: Floats, drawn: Floats) -> tuple[Kept, ...]:
    return tuple(
        Kept(
            size,
            float(kept[0, 0, i]),
            percentile_interval(drawn[0, :, i]),
            float(kept[1, 0, i]),
            percentile_interval(drawn[1, :, i]),
        )
        for i, size in enumerate(sizes)
    )
