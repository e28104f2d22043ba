"""Fidelity and diversity by nearest neighbours: precision, recall, density, coverage.

Sources: improved precision and recall, Kynkaanniemi, Karras, Laine, Lehtinen and Aila (arXiv 1904.06991), equation 1;
density and coverage, Naeem, Oh, Uh, Choi and Yoo (arXiv 2002.09797), equations 3 and 4. As in the authors' codes, a
point on the border of a ball is inside for precision and recall, and outside for density and coverage.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.metrics.features import paired, rows_at_once, squared_distances

PRECISION_NEIGHBOURS = 3
DENSITY_NEIGHBOURS = 5


class NeighbourTerms(NamedTuple):
    """What each sample contributes; the metrics are the means."""

    precision: Tensor
    """(g,) float64, 1 where a generated sample is inside the ball of a real one."""
    recall: Tensor
    """(r,) float64, 1 where a real sample is inside the ball of a generated one."""
    density: Tensor
    """(g,) float64, balls of real samples around a generated one, by the number expected, `density_neighbours`."""
    coverage: Tensor
    """(r,) float64, 1 where the ball of a real sample holds a generated one."""


def neighbour_terms(
    real: Tensor,
    generated: Tensor,
    precision_neighbours: int = PRECISION_NEIGHBOURS,
    density_neighbours: int = DENSITY_NEIGHBOURS,
) -> NeighbourTerms:
    """Return what each sample contributes to precision, recall, density and coverage.

    The ball of a sample reaches to its k-th nearest neighbour of its own kind, itself not counted. Distances are
    Euclidean, in float64, a block of rows at a time.

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        precision_neighbours: k of precision and recall.
        density_neighbours: k of density and coverage.

    Raises:
        ConfigError: a k is below 1.
        DataError: the features do not fit, or there are not more samples than k.
    """
    for k in (precision_neighbours, density_neighbours):
        if k < 1:
            raise ConfigError(f"neighbours is {k}; give 1 or more")
    x, y = paired(real, generated, at_least=max(precision_neighbours, density_neighbours) + 1)
    real_radii, real_density_radii = _radii(x, (precision_neighbours, density_neighbours))
    (generated_radii,) = _radii(y, (precision_neighbours,))
    precise, balls = [], []
    recalled = torch.zeros(len(x), dtype=torch.bool, device=x.device)
    nearest = torch.full((len(x),), torch.inf, dtype=x.dtype, device=x.device)
    rows = rows_at_once(len(x))
    for samples, radii in zip(torch.split(y, rows), torch.split(generated_radii, rows), strict=True):
        distances = squared_distances(samples, x)
        precise.append((distances <= real_radii).any(1))
        recalled |= (distances <= radii[:, None]).any(0)
        balls.append((distances < real_density_radii).sum(1))
        nearest = torch.minimum(nearest, distances.amin(0))
    covered = nearest < real_density_radii
    return NeighbourTerms(
        torch.cat(precise).double(), recalled.double(), torch.cat(balls).double() / density_neighbours, covered.double()
    )


def precision_recall(real: Tensor, generated: Tensor, k: int = PRECISION_NEIGHBOURS) -> tuple[float, float]:
    """Return improved precision and recall, each in [0, 1].

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        k: the neighbour that a ball reaches to.

    Raises:
        ConfigError: `k` is below 1.
        DataError: the features do not fit, or there are not more samples than k.
    """
    terms = neighbour_terms(real, generated, k, k)
    return float(terms.precision.mean()), float(terms.recall.mean())


def density_coverage(real: Tensor, generated: Tensor, k: int = DENSITY_NEIGHBOURS) -> tuple[float, float]:
    """Return density, 0 or more and about 1 for real samples, and coverage, in [0, 1].

    Args:
        real: (r, f) features.
        generated: (g, f) features.
        k: the neighbour that a ball reaches to.

    Raises:
        ConfigError: `k` is below 1.
        DataError: the features do not fit, or there are not more samples than k.
    """
    terms = neighbour_terms(real, generated, k, k)
    return float(terms.density.mean()), float(terms.coverage.mean())


def _radii(features: Tensor, neighbours: tuple[int, ...]) -> tuple[Tensor, ...]:
    """Return the squared distance of each sample to its k-th neighbour, for each k."""
    nearest = []
    for start in range(0, len(features), rows := rows_at_once(len(features))):
        distances = squared_distances(features[start : start + rows], features)
        distances.diagonal(start).fill_(0)  # rounding must not put a sample behind its twin
        nearest.append(distances.topk(max(neighbours) + 1, largest=False).values)
    together = torch.cat(nearest)
    return tuple(together[:, k] for k in neighbours)
