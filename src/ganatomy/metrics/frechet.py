"""Frechet distance of two Gaussians fitted to features: FID, under the real Inception.

Source: Heusel, Ramsauer, Unterthiner, Nessler and Hochreiter (arXiv 1706.08500), equation 6; Dowson and Landau, 1982.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from ganatomy.errors import DataError
from ganatomy.stats.moments import Moments


def frechet_distance(a: Moments, b: Moments) -> float:
    """Return |m_a - m_b|^2 + tr(C_a) + tr(C_b) - 2 tr((C_a C_b)^(1/2)), with unbiased covariances C.

    The trace of the root is the sum of the roots of the eigenvalues of R^T C_b R, where C_a = R R^T: a symmetric
    matrix with the non-zero eigenvalues of C_a C_b, so that all of it stays real, in float64, and right where there
    are fewer samples than features.

    Args:
        a: moments of the real samples.
        b: moments of the generated samples, of as many features.

    Raises:
        DataError: they have different numbers of features, or fewer than two samples.
    """
    return _distance(a, b, _decompose(a, b))


def frechet_terms(a: Moments, generated: Tensor) -> Tensor:
    """Return by how much each generated sample moves the distance, to first order, (n,) float64.

    With y a sample, d = y - m_b, and M = R^T C_b R, the derivative of the distance in the direction of y is
    2 (m_b - m_a)^T d + |d|^2 - d^T R M^(-1/2) R^T d, less its mean. Directions in which M vanishes are left out.

    Args:
        a: moments of the real samples.
        generated: (n, f) features.

    Raises:
        DataError: the numbers of features differ, or there are fewer than two samples.
    """
    b = Moments.of(generated)
    roots = _decompose(a, b)
    deviations = generated.to(b.mean) - b.mean
    along = deviations @ (roots.factor @ roots.vectors)
    shift = 2 * deviations @ (b.mean - a.mean)
    return shift + deviations.square().sum(1) - (along.square() / roots.values.sqrt()).sum(1)


class _Roots(NamedTuple):
    """C_a = R R^T by its factor R, (f, rank); the positive eigenvalues of R^T C_b R and their vectors."""

    factor: Tensor
    values: Tensor
    vectors: Tensor


def _decompose(a: Moments, b: Moments) -> _Roots:
    if len(a.mean) != len(b.mean):
        raise DataError(f"moments are of {len(a.mean)} and {len(b.mean)} features; give both from the same extractor")
    values, vectors = _positive(a.covariance)
    factor = vectors * values.sqrt()
    return _Roots(factor, *_positive(factor.T @ b.covariance @ factor))


def _positive(matrix: Tensor) -> tuple[Tensor, Tensor]:
    """Return the eigenvalues above rounding, and their vectors: the root of rounding itself would be 1e-8."""
    values, vectors = torch.linalg.eigh(matrix)
    if not len(values):
        return values, vectors
    kept = values > values[-1].clamp(min=0) * len(values) * torch.finfo(values.dtype).eps
    return values[kept], vectors[:, kept]


def _distance(a: Moments, b: Moments, roots: _Roots) -> float:
    traces = a.covariance.trace() + b.covariance.trace()
    return float((a.mean - b.mean).square().sum() + traces - 2 * roots.values.sqrt().sum())
