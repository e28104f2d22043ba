"""What is exported is held against the original before it is put in place, on the same latents."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.config.export import Precision
from ganatomy.errors import ConfigError
from ganatomy.hooks import edit
from ganatomy.intervene.changes import Blend
from ganatomy.models.protocol import sample_latents
from ganatomy.runs.records.exports import CheckRow
from ganatomy.seeds import stream

BATCHES = (1, 2, 5)
"""Samples at a time: whatever is exported takes any number of them."""
EDIT_TOLERANCE = 1e-5
"""What a generator with an edit in it may differ from the edited one, in float32."""

Function = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Tolerance:
    """What exported images, in [-1, 1], may differ from the original's."""

    fp32: float
    fp16: float

    def of(self, precision: Precision) -> float:
        """Return that of a precision."""
        return self.fp32 if precision == "fp32" else self.fp16


def latents_of(generator: nn.Module, num_images: int = sum(BATCHES)) -> Tensor:
    """Return the latents (num_images, z_dim) that are compared; with classes (num_images, z_dim + 1)."""
    return sample_latents(generator, num_images, stream(0, "export"))


@torch.no_grad()
def images_of(generator: nn.Module, z: Tensor, blends: Mapping[str, Blend] | None = None) -> Tensor:
    """Return the images (n, 3, s, s) of latents, with an edit if there is one."""
    with edit(generator, blends or {}):
        images: Tensor = generator(z)
    return images


def in_batches(function: Function, z: Tensor) -> Tensor:
    """Return what a function gives for latents that it is given a few at a time, `BATCHES` one after another."""
    return torch.cat([function(batch) for batch in _batches(z)])


def check(of: str, given: Tensor, wanted: Tensor, tolerance: float, otherwise: str) -> CheckRow:
    """Return the largest difference between two tensors, if it is small enough.

    Where the largest number that is wanted exceeds 1 in size, as those of featuremaps may, it is the unit.

    Args:
        of: what is compared, such as `images`.
        given: what the export gives.
        wanted: what the original gives.
        tolerance: what they may differ by.
        otherwise: what to do if they differ by more.

    Raises:
        ConfigError: they differ by more, in shape, or one is NaN.
    """
    if given.shape != wanted.shape:
        raise ConfigError(
            f"exported {of} have shape {tuple(given.shape)} instead of {tuple(wanted.shape)}; {otherwise}"
        )
    unit = max(1.0, float(wanted.abs().max()))
    difference = float((given.float() - wanted).abs().max()) / unit
    if not difference <= tolerance:  # which NaN is not
        raise ConfigError(
            f"exported {of} differ from the original's by up to {difference:.2g}, and may by {tolerance:g}; {otherwise}"
        )
    return CheckRow(of, difference, tolerance, len(wanted))


def _batches(z: Tensor) -> Iterator[Tensor]:
    start = 0
    for size in BATCHES:
        if start < len(z):
            yield z[start : start + size]
        start += size
