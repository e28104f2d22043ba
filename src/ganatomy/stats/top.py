"""The samples that activate each unit most."""

import torch
from torch import Tensor


class TopSamples:
    """Keeps, for each unit, the `size` samples of the highest value; equal values go to the lower sample.

    Any split of the samples and any order of merges give the same result.

    Args:
        units: number of units.
        size: samples kept per unit.
        device: where they are kept.
    """

    def __init__(self, units: int, size: int, device: torch.device | str = "cpu") -> None:
        self._size = size
        self.values = torch.empty(units, 0, device=device)
        """(u, up to size) float32, highest first."""
        self.samples = torch.empty(units, 0, dtype=torch.int64, device=device)
        """(u, up to size) int64, the samples of those values."""

    def add(self, values: Tensor, samples: Tensor) -> None:
        """Take in a batch.

        Args:
            values: (n, u) float32.
            samples: (n,) int64, the number of each sample, none of them seen before.
        """
        self._join(values.T, samples.to(values.device).expand(values.shape[1], -1))

    def merge(self, other: "TopSamples") -> None:
        """Take in what `other` kept of its samples."""
        self._join(other.values, other.samples)

    def state(self) -> dict[str, Tensor]:
        """Return what is kept, ready to be saved."""
        return {"values": self.values, "samples": self.samples, "size": torch.tensor(self._size)}

    @classmethod
    def from_state(cls, state: dict[str, Tensor]) -> "TopSamples":
        """Return the statistic that `state()` was taken from."""
        top = cls(len(state["values"]), int(state["size"]), device=state["values"].device)
        top._join(state["values"], state["samples"])
        return top

    def _join(self, values: Tensor, samples: Tensor) -> None:
        values, samples = torch.cat([self.values, values], 1), torch.cat([self.samples, samples], 1)
        by_sample = samples.argsort(dim=1)
        by_value = values.gather(1, by_sample).argsort(dim=1, descending=True, stable=True)
        best = by_sample.gather(1, by_value)[:, : self._size]
        self.values, self.samples = values.gather(1, best), samples.gather(1, best)
