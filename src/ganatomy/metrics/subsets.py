"""How far any subset of the samples lies from the real ones: matrices of all samples once, a look-up for each subset.

The figures are those of `frechet_distance` (Heusel et al., arXiv 1706.08500) and `kernel_distance` (Binkowski et al.,
arXiv 1801.01401). Of a few samples the first is far too high, the more so the fewer they are; the second is unbiased.
"""

from typing import Literal, Protocol

import torch
from torch import Tensor

from ganatomy.metrics.features import paired
from ganatomy.metrics.kernel import kernel_values
from ganatomy.stats.moments import Moments

SubsetMetric = Literal["kd", "fd"]


class SubsetDistances(Protocol):
    """Tells the distance of some of the samples from all real ones."""

    def distance(self, samples: Tensor) -> float:
        """Return the distance of the samples of the places (m,) int64, m at least 2."""


def subset_distances_to(real: Tensor, generated: Tensor, metric: SubsetMetric) -> SubsetDistances:
    """Return what tells the distance of any subset of `generated` from `real`.

    Args:
        real: (r, f) features, at least 2.
        generated: (g, f) features, at least 2.
        metric: the kernel distance, or the Frechet distance.

    Raises:
        DataError: the features do not fit.
    """
    return KernelSubsets(real, generated) if metric == "kd" else FrechetSubsets(real, generated)


class KernelSubsets:
    """Kernel distances of subsets, by the kernels of all pairs.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
    """

    def __init__(self, real: Tensor, generated: Tensor) -> None:
        x, y = paired(real, generated, at_least=2)
        self._within, self._across = kernel_values(y, y), kernel_values(y, x).mean(1)
        among = kernel_values(x, x)
        self._real = float((among.sum() - among.trace()) / (len(x) * (len(x) - 1)))

    def distance(self, samples: Tensor) -> float:
        """Return the unbiased squared discrepancy, which can be negative."""
        m, within = len(samples), self._within[samples][:, samples]
        pairs = (within.sum() - within.trace()) / (m * (m - 1))
        return float(pairs - 2 * self._across[samples].mean()) + self._real


class FrechetSubsets:
    """Frechet distances of subsets, by the products of all pairs, as they are and through the real covariance.

    With rows Y of a subset less its mean, the trace of (C_a C_b)^(1/2) is the sum of the roots of the eigenvalues of
    Y C_a Y^T / (m - 1), m by m instead of f by f.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
    """

    def __init__(self, real: Tensor, generated: Tensor) -> None:
        x, y = paired(real, generated, at_least=2)
        moments = Moments.of(x)
        shifted = y - moments.mean
        self._products = shifted @ shifted.T
        self._through = shifted @ moments.covariance @ shifted.T
        self._trace = float(moments.covariance.trace())

    def distance(self, samples: Tensor) -> float:
        """Return the distance, of unbiased covariances."""
        m = len(samples)
        products, through = (of_all[samples][:, samples] for of_all in (self._products, self._through))
        shift = products.mean()
        spread = (products.trace() - m * shift) / (m - 1)
        centred = through - through.mean(0) - through.mean(1, keepdim=True) + through.mean()
        roots = torch.linalg.eigvalsh(centred / (m - 1)).clamp(min=0).sqrt().sum()
        return float(shift + spread - 2 * roots) + self._trace
