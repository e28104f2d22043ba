"""Maximum mean discrepancy under five Gaussian kernels, for points in the plane.

Source: Gretton, Borgwardt, Rasch, Schoelkopf and Smola, "A Kernel Two-Sample Test", 2012, equation 5; the kernels of
IE-GAN's toy experiments (Li, Li, Zhou and Lu, arXiv 2109.11078), written with the help of E-GAN's first author.
"""

import torch
from torch import Tensor

from ganatomy.metrics.features import paired, rows_at_once, squared_distances
from ganatomy.stats.resampling import Estimate

KERNELS = 5


def maximum_mean_discrepancy(real: Tensor, generated: Tensor) -> Estimate:
    """Return the biased squared discrepancy under sum_i exp(-|x - y|^2 / b_i), b_i = 2^(i - 2) b for i = 0 ... 4.

    b is the mean squared distance of two different samples of both kinds together. From 0 to 10. The bandwidths are
    those of this pair of sets: two discrepancies compare only to the extent that their bandwidths agree.

    Args:
        real: (r, f) features or points.
        generated: (g, f), like them.

    Raises:
        DataError: the samples do not fit.
    """
    x, y = paired(real, generated)
    bandwidth = _mean_squared_distance(torch.cat([x, y]))
    with_real, with_generated = _kernel_means(y, x, bandwidth), _kernel_means(y, y, bandwidth)
    value = _kernel_means(x, x, bandwidth).mean() + with_generated.mean() - 2 * with_real.mean()
    return Estimate(float(value), 2 * (with_generated - with_real))


def _mean_squared_distance(samples: Tensor) -> Tensor:
    """Return the mean over pairs of different samples: twice the trace of the unbiased covariance."""
    return 2 * samples.var(0).sum()


def _kernel_means(x: Tensor, y: Tensor, bandwidth: Tensor) -> Tensor:
    """Return the mean over y of the kernel with each x, (n,) float64."""
    means = []
    for rows in torch.split(x, rows_at_once(len(y))):
        scaled = torch.nan_to_num(squared_distances(rows, y) / bandwidth)  # all samples alike: 0 / 0
        means.append(sum((-scaled * 2.0 ** (2 - i)).exp().mean(1) for i in range(KERNELS)))
    return torch.cat(means)  # type: ignore[arg-type]
