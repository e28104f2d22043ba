"""MIND, the Monge Inception Distance: the sliced Wasserstein distance of features.

Source: Berthet, Wu, Crepy, Elie, Greff and Sander, "MIND: Monge Inception Distance for Generative Models Evaluation"
(arXiv 2605.06797). For M directions u_i, uniform on the sphere, and n samples of either kind in f dimensions:

    MIND = 3 f / (n M) * sum_i sum_j (sort(u_i^T x)_j - sort(u_i^T y)_j)^2

Differs: the formula and its scale 3 f are taken from the paper's abstract and from public implementations of it that
agree with one another (torch-fidelity among them), not from the paper's text; how many directions its tables use is
not known here. With unequal numbers of samples, which the formula does not cover, the larger set is thinned at random.
"""

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.metrics.features import paired
from ganatomy.stats.resampling import Estimate

PROJECTIONS = 1000
_AT_ONCE = 50


def monge_inception_distance(
    real: Tensor, generated: Tensor, rng: torch.Generator, projections: int = PROJECTIONS
) -> Estimate:
    """Return MIND, 0 or more: a squared distance, 3 f times the mean squared Wasserstein-2 distance of projections.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        rng: the stream that directions, and the samples of the larger set, are drawn from, on the CPU.
        projections: M, how many directions.

    Raises:
        ConfigError: `projections` is below 1.
        DataError: the features do not fit.
    """
    if projections < 1:
        raise ConfigError(f"projections is {projections}; give 1 or more")
    x, y = paired(real, generated)
    n = min(len(x), len(y))
    x, y = _thinned(x, n, rng), _thinned(y, n, rng)
    directions = torch.randn(projections, x.shape[1], generator=rng, dtype=torch.float64).to(x.device)
    return sliced_distance(x, y, directions / directions.norm(dim=1, keepdim=True), 3 * x.shape[1])


def sliced_distance(x: Tensor, y: Tensor, directions: Tensor, scale: float) -> Estimate:
    """Return `scale` times the mean squared Wasserstein-2 distance of the projections of x and y.

    The influence of a sample y is the mean over directions of its Kantorovich potential, whose derivative along the
    line is 2 (y - T(y)), where T carries y to x; it is summed up from one sample to the next by trapezia.

    Args:
        x: (n, f) float64.
        y: (n, f) float64.
        directions: (M, f) float64 unit vectors.
        scale: what the mean is multiplied by.
    """
    total = torch.zeros((), dtype=torch.float64, device=x.device)
    terms = torch.zeros(len(y), dtype=torch.float64, device=x.device)
    for some in torch.split(directions, _AT_ONCE):
        targets = (some @ x.T).sort(dim=1).values
        places, order = (some @ y.T).sort(dim=1)
        ways = places - targets
        total += ways.square().mean(1).sum()
        rises = places.diff(dim=1) * (ways[:, 1:] + ways[:, :-1])
        potentials = torch.nn.functional.pad(rises.cumsum(1), (1, 0))
        potentials -= potentials.mean(1, keepdim=True)
        terms.index_add_(0, order.flatten(), potentials.flatten())
    factor = scale / len(directions)
    return Estimate(float(total * factor), terms * factor)


def _thinned(features: Tensor, n: int, rng: torch.Generator) -> Tensor:
    if len(features) == n:
        return features
    return features[torch.randperm(len(features), generator=rng)[:n].to(features.device)]
