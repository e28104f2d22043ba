"""What every metric asks of the features it is given."""

import torch
from torch import Tensor

from ganatomy.errors import DataError


def paired(real: Tensor, generated: Tensor, at_least: int = 1) -> tuple[Tensor, Tensor]:
    """Return both sets of features in float64, on one device.

    Args:
        real: (r, f), any floating type.
        generated: (g, f).
        at_least: the fewest samples that the metric can do with, of either kind.

    Raises:
        DataError: the shapes do not fit, there are too few samples, or a feature is not finite.
    """
    for name, features in (("real", real), ("generated", generated)):
        if features.ndim != 2:
            raise DataError(f"{name} features are {tuple(features.shape)}; give (samples, features)")
        if len(features) < at_least:
            raise DataError(f"there are {len(features)} {name} samples; this metric needs {at_least} or more")
        if not torch.isfinite(features).all():
            raise DataError(f"{name} features hold NaN or infinity; look at the images and at the extractor's weights")
    if real.shape[1] != generated.shape[1]:
        raise DataError(
            f"real samples have {real.shape[1]} features, generated ones {generated.shape[1]}; "
            "give both from the same extractor"
        )
    real = real.double()
    return real, generated.to(real)


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Return |x_i - y_j|^2 of (n, f) and (m, f) float64 features, (n, m), never below 0.

    By the expanded square, so by one matrix product: exact to about 1e-16 of the squared norms.
    """
    products = x @ y.T
    return products.mul_(-2).add_(x.square().sum(1)[:, None]).add_(y.square().sum(1)).clamp_(min=0)


def rows_at_once(columns: int) -> int:
    """Return how many rows of a matrix of so many columns to hold at a time, for about 32 MB of float64."""
    return max(1, 4_000_000 // max(columns, 1))
