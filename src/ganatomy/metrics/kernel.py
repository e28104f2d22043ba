"""Kernel distance of features: KID, under the real Inception.

Source: Binkowski, Sutherland, Arbel and Gretton, "Demystifying MMD GANs" (arXiv 1801.01401), section 4: the squared
maximum mean discrepancy with the kernel k(x, y) = (x^T y / f + 1)^3, unbiased, averaged over subsets.
"""

from collections.abc import Iterable
from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import ConfigError, DataError
from ganatomy.metrics.features import paired, rows_at_once

SUBSETS = 100
SUBSET_SIZE = 1000


class KernelDistance(NamedTuple):
    """Mean and standard deviation over subsets."""

    mean: float
    sd: float | None
    """None where all samples are in every subset, which is then only one."""


def kernel_distance(
    real: Tensor, generated: Tensor, rng: torch.Generator, subsets: int = SUBSETS, subset_size: int = SUBSET_SIZE
) -> KernelDistance:
    """Return the unbiased kernel distance, its mean and standard deviation over subsets drawn without replacement.

    The mean can be negative where the distributions are alike.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        rng: the stream that the subsets are drawn from, on the CPU.
        subsets: how many.
        subset_size: samples of either kind in each, at least 2.

    Raises:
        ConfigError: `subsets` is below 1, or `subset_size` below 2 or above the number of samples.
        DataError: the features do not fit.
    """
    x, y = paired(real, generated, at_least=2)
    fewest = min(len(x), len(y))
    if not 2 <= subset_size <= fewest:
        raise ConfigError(f"subset_size is {subset_size}; with {fewest} samples give 2 to {fewest}")
    if subsets < 1:
        raise ConfigError(f"subsets is {subsets}; give 1 or more")

    if subset_size == len(x) == len(y):
        return KernelDistance(float(_discrepancy(x, y)), None)

    def draw(n: int) -> Tensor:
        return torch.randperm(n, generator=rng)[:subset_size].to(x.device)

    distances = subset_distances(x, y, ((draw(len(x)), draw(len(y))) for _ in range(subsets)))
    return KernelDistance(float(distances.mean()), float(distances.std(correction=0)))


def subset_distances(real: Tensor, generated: Tensor, subsets: Iterable[tuple[Tensor, Tensor]]) -> Tensor:
    """Return the unbiased squared discrepancy of each pair of subsets, (subsets,) float64.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        subsets: the numbers of the real samples, and of the generated samples, in each.
    """
    x, y = paired(real, generated)
    return torch.stack([_discrepancy(x[i], y[j]) for i, j in subsets])


def kernel_terms(real: Tensor, generated: Tensor) -> Tensor:
    """Return by how much each generated sample moves the distance of all samples, to first order, (g,) float64.

    That is 2 (mean over other generated y' of k(y, y') - mean over real x of k(x, y)).

    Args:
        real: (r, f) features.
        generated: (g, f) features, at least 2.

    Raises:
        DataError: the features do not fit.
    """
    x, y = paired(real, generated, at_least=2)
    terms = []
    for rows in torch.split(y, rows_at_once(max(len(x), len(y)))):
        others = (kernel_values(rows, y).sum(1) - _kernel_with_itself(rows)) / (len(y) - 1)
        terms.append(2 * (others - kernel_values(rows, x).mean(1)))
    return torch.cat(terms)


def kernel_values(x: Tensor, y: Tensor) -> Tensor:
    """Return k(x_i, y_j) = (x_i^T y_j / f + 1)^3 of features (n, f) and (m, f), (n, m)."""
    base = (x @ y.T).div_(x.shape[1]).add_(1)
    return base.square().mul_(base)


def _kernel_with_itself(x: Tensor) -> Tensor:
    return (x.square().sum(1) / x.shape[1] + 1) ** 3


def _discrepancy(x: Tensor, y: Tensor) -> Tensor:
    if min(len(x), len(y)) < 2:
        raise DataError(f"subsets have {len(x)} and {len(y)} samples; give 2 or more of either kind")
    within = [(kernel_values(z, z).sum() - _kernel_with_itself(z).sum()) / (len(z) * (len(z) - 1)) for z in (x, y)]
    return within[0] + within[1] - 2 * kernel_values(x, y).mean()
