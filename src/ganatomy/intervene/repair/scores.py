"""Which units paint artifacts, without labels: their top samples are far from real ones, or their spots are small.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), appendix S-6.1: the FID of the images that activate a unit most,
the worst units first. Half of those found so were also marked by hand there.

Differs: beside each distance stands that of as many random samples, since few samples bias it; the kernel distance is
the default, which is unbiased however few they are. A unit of which nothing is wrong but that its samples are all of
one kind, houses say, is far from the real ones as well: so there is a second distance, that of each sample from the
real one nearest to it, in which houses are near to houses. Two more methods, local activation and the discriminator's
logit.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional as F

from ganatomy.errors import ConfigError
from ganatomy.intervene.repair.bench import Bench
from ganatomy.intervene.values import LOW
from ganatomy.metrics.features import paired, rows_at_once, squared_distances
from ganatomy.metrics.subsets import SubsetMetric, subset_distances_to
from ganatomy.stats.resampling import Floats
from ganatomy.stats.top import TopSamples

Method = Literal["distance", "nearest", "local", "discriminator", "given"]
"""How far a unit's top samples are from the real ones together; how far each is from the nearest one; how small the
unit's spots are; what the discriminator says of its top samples; marked by hand."""

RANDOM_DRAWS = 100
"""Draws of as many random samples that a score stands beside."""
STANDS_OUT = 3.0
"""Standard deviations of those draws from which on a unit is a candidate."""
SPOT = 3
"""Cells a side of a spot."""


@dataclass(frozen=True)
class UnitScores:
    """How much each unit of a layer looks like one of artifacts, by one method."""

    method: Method
    values: Floats
    """(u,), the higher the more; NaN of a unit that never changes."""
    random: float | None
    """The mean over as many random samples; None where the method has no such."""
    deviation: float | None
    """The standard deviation of that over its draws."""
    candidates: tuple[int, ...]
    """The units that stand out, most of all first."""


def top_samples(bench: Bench, count: int) -> Tensor:
    """Return the samples (u, count) that activate each unit most.

    Args:
        bench: samples.
        count: how many of them, 2 or more.

    Raises:
        ConfigError: there are not twice as many samples, so that a unit's own could not stand out.
    """
    if not 2 <= count <= len(bench) // 2:
        raise ConfigError(
            f"top_images is {count} of {len(bench)} samples; give 2 to {len(bench) // 2}, or more samples"
        )
    peaks = bench.peaks.cpu()
    top = TopSamples(peaks.shape[1], count)
    top.add(peaks, torch.arange(len(peaks)))
    return top.samples


def by_distance(
    bench: Bench, top: Tensor, real: Tensor, metric: SubsetMetric, most: int, rng: torch.Generator
) -> UnitScores:
    """Return how far each unit's top samples are from real ones.

    Args:
        bench: samples.
        top: (u, m) the samples that activate each unit most.
        real: (r, f) features of real images.
        metric: the kernel distance or the Frechet distance.
        most: candidates at most.
        rng: draws the random samples.
    """
    distances = subset_distances_to(real, bench.look.features, metric)
    return _beside_random("distance", distances.distance, bench, top, most, rng)


def by_nearest(bench: Bench, top: Tensor, real: Tensor, most: int, rng: torch.Generator) -> UnitScores:
    """Return how far each unit's top samples are from the real images nearest to them, each from its own; the mean.

    Args:
        bench: samples.
        top: (u, m) the samples that activate each unit most.
        real: (r, f) features of real images.
        most: candidates at most.
        rng: draws the random samples.
    """
    x, y = paired(real, bench.look.features)
    nearest = torch.cat([squared_distances(rows, x).amin(1).sqrt() for rows in torch.split(y, rows_at_once(len(x)))])
    return _beside_random("nearest", lambda samples: float(nearest[samples].mean()), bench, top, most, rng)


def by_discriminator(bench: Bench, top: Tensor, logits: Tensor, most: int, rng: torch.Generator) -> UnitScores:
    """Return how little each unit's top samples look real to the discriminator: minus its mean logit.

    Args:
        bench: samples.
        top: (u, m) the samples that activate each unit most.
        logits: (n,) of the samples, high for real ones.
        most: candidates at most.
        rng: draws the random samples.
    """
    return _beside_random("discriminator", lambda samples: -float(logits[samples].mean()), bench, top, most, rng)


def by_locality(bench: Bench, top: Tensor, most: int) -> UnitScores:
    """Return how much of each unit's activation lies in one small spot, in its top samples.

    Of each map, less what is "off" (the unit's 1 % quantile over all cells) and not below 0, it is the part within
    the 3x3 cells that hold most of it; the mean over the top samples. Artifacts are often small spots; so are doors
    and windows, and therefore no threshold makes candidates here: the `most` units of the highest score are.

    Args:
        bench: samples.
        top: (u, m) the samples that activate each unit most.
        most: candidates at most.
    """
    maps = bench.baseline.featuremaps.cpu()
    off = np.quantile(maps.transpose(0, 1).flatten(1).numpy(), LOW, axis=1)
    values = np.full(len(top), np.nan)
    for unit, samples in enumerate(top):
        above = (maps[samples, unit] - float(off[unit])).clamp(min=0)
        total = above.sum((1, 2))
        spots = F.avg_pool2d(above[:, None], SPOT, 1, SPOT // 2, divisor_override=1).amax((1, 2, 3))
        if (total > 0).any():
            values[unit] = float((spots / total)[total > 0].mean())
    values[_constant(bench)] = np.nan
    return UnitScores("local", values, None, None, _highest(values, most))


def _beside_random(
    method: Method,
    score: Callable[[Tensor], float],
    bench: Bench,
    top: Tensor,
    most: int,
    rng: torch.Generator,
) -> UnitScores:
    """Return scores of the top samples beside those of as many random ones."""
    draws = [score(torch.randperm(len(bench), generator=rng)[: top.shape[1]]) for _ in range(RANDOM_DRAWS)]
    random, deviation = float(np.mean(draws)), float(np.std(draws, ddof=1))
    values = np.array([score(samples) for samples in top])
    values[_constant(bench)] = np.nan
    stands_out = values > random + STANDS_OUT * deviation
    return UnitScores(method, values, random, deviation, _highest(np.where(stands_out, values, np.nan), most))


def _constant(bench: Bench) -> np.ndarray:
    """Return which units (u,) never change: no samples are their top ones."""
    maps = bench.baseline.featuremaps
    return (maps.amax((0, 2, 3)) == maps.amin((0, 2, 3))).cpu().numpy()


def _highest(values: Floats, most: int) -> tuple[int, ...]:
    """Return the units of the highest values, but for those without one."""
    order = np.argsort(-values, kind="stable")  # NaN is sorted last
    return tuple(int(unit) for unit in order[:most] if np.isfinite(values[unit]))
