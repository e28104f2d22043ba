"""Curves over a ranking: what is kept as ever more units are ablated, and what comes as ever more are inserted.

Source: GAN Dissection (Bau et al., arXiv 1811.10597), figure 4: the area left after ablating up to 30 units, ranked by
agreement and by causal effect.

Differs: with an interval at every size; the insertion counterpart is read at the cell where the units were set.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.intervene.baseline import Advance, Baseline, measure
from ganatomy.intervene.changes import Change
from ganatomy.seeds import stream_seed
from ganatomy.stats.resampling import Floats, Interval, divided, percentile_intervals, resampled_means

SIZES = (1, 2, 3, 5, 8, 12, 20, 30)
"""How many units are ablated or inserted at each point of a curve."""


@dataclass(frozen=True)
class Curve:
    """A figure by the number of units, with 95 % intervals."""

    sizes: tuple[int, ...]
    """How many of the first units of the ranking, ascending."""
    values: tuple[float, ...]
    intervals: tuple[Interval, ...]


def sizes_up_to(most: int, sizes: Sequence[int] = SIZES) -> tuple[int, ...]:
    """Return the sizes that a ranking of `most` units allows; all of its units stand for the sizes above."""
    largest = min(most, max(sizes))
    return (*(size for size in sizes if size < largest), largest)


def ablation_curve(
    baseline: Baseline,
    ranking: Sequence[int],
    sizes: Sequence[int] = SIZES,
    value: float = 0.0,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Floats:
    """Return the part (sizes, n, k) of each image's pixels that shows each concept after the first units are ablated.

    Args:
        baseline: samples unedited.
        ranking: units of its layer, the first to be ablated first.
        sizes: how many of them at each point.
        value: what they are set to, on the whole map.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: a size is below 1 or above the number of ranked units, or the layer has no such unit.
    """
    _check_sizes(sizes, ranking)
    layer = baseline.halves.layer
    arms = [Change(layer, tuple(ranking[:size]), value) for size in sizes]
    return np.stack([measure(baseline, [arm], batch_size=batch_size, advance=advance).areas for arm in arms])


def insertion_curve(
    baseline: Baseline,
    ranking: Sequence[int],
    value: Tensor,
    cells: Tensor,
    sizes: Sequence[int] = SIZES,
    batch_size: int = 32,
    advance: Advance = lambda _: None,
) -> Floats:
    """Return the part (sizes, n, k) of a cell's pixels that shows each concept once units are set there.

    Args:
        baseline: samples unedited.
        ranking: units of its layer, the first to be inserted first.
        value: (u,) what each unit of the layer is set to, such as `mean_where`.
        cells: (n, h, w) bool, the cell of each sample.
        sizes: how many of the ranked units at each point.
        batch_size: samples at a time; the figures do not depend on it.
        advance: told of every image.

    Raises:
        ConfigError: a size is below 1 or above the number of ranked units, or the layer has no such unit.
    """
    _check_sizes(sizes, ranking)
    layer, pixels = baseline.halves.layer, pixels_of(cells, baseline)
    parts = pixels.double().mean((1, 2)).cpu().numpy()[:, None]
    shown = []
    for size in sizes:
        units = tuple(ranking[:size])
        change = Change(layer, units, value[list(units)], region=cells)
        shown.append(measure(baseline, [change], pixels, batch_size, advance).inside / parts)
    return np.stack(shown)


def pixels_of(cells: Tensor, baseline: Baseline) -> Tensor:
    """Return the pixels (n, s, s) bool whose middle lies in cells (n, h, w) bool."""
    height, width = baseline.images.shape[1:3]
    rows, columns = (_nearest(size, count) for size, count in zip((height, width), cells.shape[1:], strict=True))
    return cells[:, rows][:, :, columns].bool()


def kept(before: Floats, after: Floats, sizes: Sequence[int], seed: int = 0) -> Curve:
    """Return what is kept of an area, area after / area before.

    Args:
        before: (n,) area of a concept in each sample.
        after: (sizes, n) after each ablation.
        sizes: how many units were ablated.
        seed: of the resampling of the samples.
    """
    rng = np.random.default_rng(stream_seed(seed, "curves/bootstrap"))
    shown, *left = resampled_means([before[:, None], *after[:, :, None]], rng)
    intervals = percentile_intervals(np.concatenate([divided(one, shown) for one in left], axis=1))
    values = divided(after.mean(1), np.full(len(after), before.mean()))
    return Curve(tuple(sizes), tuple(values.tolist()), tuple(intervals))


def mean_curve(values: Floats, sizes: Sequence[int], seed: int = 0) -> Curve:
    """Return the mean over the samples.

    Args:
        values: (sizes, n).
        sizes: how many units were inserted.
        seed: of the resampling of the samples.
    """
    rng = np.random.default_rng(stream_seed(seed, "curves/bootstrap"))
    (means,) = resampled_means([values.T], rng)
    return Curve(tuple(sizes), tuple(values.mean(1).tolist()), tuple(percentile_intervals(means)))


def _nearest(pixels: int, cells: int) -> list[int]:
    """Return the cell in which the middle of each pixel lies."""
    return [(2 * pixel + 1) * cells // (2 * pixels) for pixel in range(pixels)]


def _check_sizes(sizes: Sequence[int], ranking: Sequence[int]) -> None:
    if not sizes or min(sizes) < 1 or max(sizes) > len(ranking):
        raise ConfigError(f"sizes are {list(sizes)}, and {len(ranking)} units are ranked; give 1 to {len(ranking)}")
