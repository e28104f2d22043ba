"""What the upper half of a network needs of samples beside the layer's output."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor


@dataclass(frozen=True, eq=False)
class Kept:
    """What the upper half of a network needs of some samples beside the layer's output.

    >>> kept = Kept((torch.arange(3.0),), (torch.arange(6.0).view(3, 2),))[torch.tensor([2, 0])]
    >>> kept.inputs, kept.crossing
    ((tensor([2., 0.]),), (tensor([[4., 5.],
            [0., 1.]]),))
    """

    inputs: tuple[Any, ...]
    """What the network was called with: latents (n, z_dim), perhaps more. A tensor of another length than the first
    is of no samples."""
    crossing: tuple[Tensor, ...] | None = ()
    """What goes around the layer, (n, ...) each, such as featuremaps of layers before it; None where all that is below
    the layer has to run again."""

    def __len__(self) -> int:
        return count_of(self.inputs)

    def __getitem__(self, samples: Tensor) -> "Kept":
        """Return some of the samples, by their places (m,)."""
        crossing = None if self.crossing is None else tuple(tensor[samples] for tensor in self.crossing)
        return Kept(taken(self.inputs, samples), crossing)

    @staticmethod
    def cat(parts: Sequence["Kept"]) -> "Kept":
        """Return the samples of all parts, one or more."""
        of_samples = [_of_samples(value, len(parts[0])) for value in parts[0].inputs]
        columns = zip(*(part.inputs for part in parts), strict=True)
        inputs = tuple(
            torch.cat(values) if joined else values[0] for values, joined in zip(columns, of_samples, strict=True)
        )
        crossings = [part.crossing for part in parts if part.crossing is not None]
        if len(crossings) < len(parts):
            return Kept(inputs, None)
        return Kept(inputs, tuple(torch.cat(tensors) for tensors in zip(*crossings, strict=True)))


def inputs_of(beside: Sequence[Any]) -> tuple[Any, ...]:
    """Return the network's inputs, of what an upper half is given after the layer's output: these, or `Kept`."""
    return beside[0].inputs if beside and isinstance(beside[0], Kept) else tuple(beside)


def count_of(inputs: Sequence[Any]) -> int:
    """Return the number of samples of inputs; 0 where none is a tensor with samples."""
    return next((len(value) for value in inputs if isinstance(value, Tensor) and value.ndim), 0)


def taken(inputs: Sequence[Any], samples: Tensor) -> tuple[Any, ...]:
    """Return some of the samples of those inputs that have samples."""
    count = count_of(inputs)
    return tuple(value[samples] if _of_samples(value, count) else value for value in inputs)


def _of_samples(value: object, count: int) -> bool:
    return isinstance(value, Tensor) and value.shape[:1] == (count,)
