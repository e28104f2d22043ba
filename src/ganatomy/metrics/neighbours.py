"""Fidelity and diversity by nearest neighbours: precision, recall, density, coverage.

Sources: improved precision and recall, Kynkaanniemi, Karras, Laine, Lehtinen and Aila (arXiv 1904.06991), equation 1;
density and coverage, Naeem, Oh, Uh, Choi and Yoo (arXiv 2002.09797), equations 3 and 4. As in the authors' codes, a
point on the border of a ball is inside for precision and recall, and outside for density and coverage.

Recall and coverage are shares of real samples. How much they hang on the generated ones is told by leaving out each of
these in turn: exact here, and, as a jackknife, an estimate of the standard error that is rather too large than too
small (Efron and Stein, "The jackknife estimate of variance", Annals of Statistics 9(3), 1981).
"""

from collections.abc import Iterator
from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import ConfigError
from ganatomy.metrics.features import paired, rows_at_once, squared_distances

PRECISION_NEIGHBOURS = 3
DENSITY_NEIGHBOURS = 5


class NeighbourTerms(NamedTuple):
    """What each sample contributes; the metrics are the means of the first four."""

    precision: Tensor
    """(g,) float64, 1 where a generated sample is inside the ball of a real one."""
    recall: Tensor
    """(r,) float64, 1 where a real sample is inside the ball of a generated one."""
    density: Tensor
    """(g,) float64, balls of real samples around a generated one, by the number expected, `density_neighbours`."""
    coverage: Tensor
    """(r,) float64, 1 where the ball of a real sample holds a generated one."""
    recall_influence: Tensor
    """(g,) float64, g - 1 times what recall loses without a generated sample, whose neighbours' balls then grow."""
    coverage_influence: Tensor
    """(g,) float64, g - 1 times what coverage loses without a generated sample."""


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
    real_radii, real_density_radii = _others(x, (precision_neighbours, density_neighbours)).radii
    others = _others(y, (precision_neighbours, precision_neighbours + 1))
    precise, density = [], []
    recalled, covered = _Holders(len(x)), _Holders(len(x))
    for rows, start in _blocks(y, len(x)):
        distances = squared_distances(rows, x)
        precise.append((distances <= real_radii).any(1))
        recalled.add(distances <= others.radii[0][start : start + len(rows), None], start)
        inside = distances < real_density_radii
        covered.add(inside, start)
        density.append(inside.sum(1))
    share = (len(y) - 1) / len(x)
    regained = _regained(x, y, others, precision_neighbours, recalled)
    return NeighbourTerms(
        precision=torch.cat(precise).double(),
        recall=(recalled.number > 0).double(),
        density=torch.cat(density).double() / density_neighbours,
        coverage=(covered.number > 0).double(),
        recall_influence=share * (recalled.alone(len(y)) - regained),
        coverage_influence=share * covered.alone(len(y)),
    )


class _Holders:
    """How many generated samples hold each real one, and which one does where that is only one."""

    def __init__(self, num_real: int) -> None:
        self.number = torch.zeros(num_real, dtype=torch.int64)
        self.last = torch.full((num_real,), -1)

    def add(self, holds: Tensor, start: int) -> None:
        """Count a block of rows (b, r), whether a generated sample holds a real one; the first is number `start`."""
        holds = holds.cpu()
        self.number += holds.sum(0)
        self.last = torch.where(holds.any(0), start + holds.int().argmax(0), self.last)

    def alone(self, num_generated: int) -> Tensor:
        """Return how many real samples each generated one holds that no other does, (g,) float64."""
        return self.last[self.number == 1].bincount(minlength=num_generated).double()


class _Others(NamedTuple):
    """The nearest other samples of the same kind."""

    radii: tuple[Tensor, ...]
    """Squared distance of each sample to its k-th neighbour, for each k asked for; infinite where there is none."""
    nearest: Tensor
    """(n, the largest k or fewer) numbers of the neighbours, the nearest first."""


def _others(features: Tensor, neighbours: tuple[int, ...]) -> _Others:
    most = max(neighbours)
    found = []
    for rows, start in _blocks(features, len(features)):
        distances = squared_distances(rows, features)
        distances.diagonal(start).fill_(torch.inf)  # whatever rounding makes of it, no sample is its own neighbour
        found.append(distances.topk(min(most, len(features) - 1), largest=False))
    away, nearest = (torch.cat(parts) for parts in zip(*found, strict=True))
    away = torch.nn.functional.pad(away, (0, most - away.shape[1]), value=torch.inf)
    return _Others(tuple(away[:, k - 1] for k in neighbours), nearest)


def _regained(x: Tensor, y: Tensor, others: _Others, k: int, recalled: _Holders) -> Tensor:
    """Return how many real samples the balls that grow hold, where each generated sample is left out, (g,) float64.

    Only those count that nothing else holds: held by none, or by the one that is left out alone.
    """
    few = (recalled.number <= 1).nonzero()[:, 0]
    pairs = []
    for rows, start in _blocks(y, max(len(few), 1)):
        distances = squared_distances(rows, x[few.to(x.device)])
        radii, wider = (radius[start : start + len(rows), None] for radius in others.radii)
        row, column = ((distances > radii) & (distances <= wider)).nonzero(as_tuple=True)
        left_out = others.nearest[start + row, :k].cpu()
        held = few[column.cpu()][:, None]
        counts = (recalled.number[held] == 0) | (recalled.last[held] == left_out)
        pairs.append((left_out * len(x) + held)[counts])
    once: Tensor = torch.unique(torch.cat(pairs))
    return (once // len(x)).bincount(minlength=len(y)).double()


def _blocks(features: Tensor, columns: int) -> Iterator[tuple[Tensor, int]]:
    """Yield as many rows at a time as there is room for with so many columns, and the number of the first."""
    rows = rows_at_once(columns)
    for start in range(0, len(features), rows):
        yield features[start : start + rows], start


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
