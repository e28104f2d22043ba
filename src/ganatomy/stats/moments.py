"""Mean and covariance of features, mergeable.

Source: Chan, Golub and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances", 1979.
"""

import torch
from torch import Tensor

from ganatomy.errors import DataError


class Moments:
    """Number, mean and sum of squared deviations of feature vectors, in float64.

    Any split of the samples and any order of merges give one pass's result, to rounding.

    Args:
        num_features: f, the length of a feature vector.
        device: where the sums are kept.
    """

    def __init__(self, num_features: int, device: torch.device | str = "cpu") -> None:
        self.n = 0
        """Samples taken in."""
        self.mean = torch.zeros(num_features, dtype=torch.float64, device=device)
        """(f,) float64."""
        self.m2 = torch.zeros(num_features, num_features, dtype=torch.float64, device=device)
        """(f, f) float64, the sum over samples of (x - mean)(x - mean)^T."""

    @classmethod
    def of(cls, features: Tensor) -> "Moments":
        """Return the moments of (n, f) features."""
        moments = cls(features.shape[1], features.device)
        moments.add(features)
        return moments

    def add(self, features: Tensor) -> None:
        """Take in a batch.

        Args:
            features: (n, f), any n.

        Raises:
            DataError: the features have another shape.
        """
        if features.ndim != 2 or features.shape[1] != len(self.mean):
            raise DataError(f"features are {tuple(features.shape)}; give (n, {len(self.mean)})")
        if len(features):
            samples = features.to(self.mean)
            mean = samples.mean(0)
            deviations = samples - mean
            self._join(len(samples), mean, deviations.T @ deviations)

    def merge(self, other: "Moments") -> None:
        """Take in what `other`, of as many features, took in."""
        if other.n:
            self._join(other.n, other.mean.to(self.mean), other.m2.to(self.mean))

    @property
    def covariance(self) -> Tensor:
        """Return the unbiased covariance, (f, f) float64.

        Raises:
            DataError: fewer than two samples.
        """
        if self.n < 2:
            raise DataError(f"a covariance needs 2 samples or more; there are {self.n}")
        return self.m2 / (self.n - 1)

    def state(self) -> dict[str, Tensor]:
        """Return number and sums, ready to be saved."""
        return {"n": torch.tensor(self.n), "mean": self.mean, "m2": self.m2}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "Moments":
        """Return the moments that `state()` was taken from."""
        moments = cls(len(state["mean"]), state["mean"].device)
        moments._join(int(state["n"]), state["mean"], state["m2"])
        return moments

    def _join(self, n: int, mean: Tensor, m2: Tensor) -> None:
        together = self.n + n
        if together:
            shift = mean - self.mean
            self.m2 = self.m2 + m2 + torch.outer(shift, shift) * (self.n * n / together)
            self.mean = self.mean + shift * (n / together)
            self.n = together
