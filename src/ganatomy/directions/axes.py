"""Directions of a layer as units: what reads them in its output, and what puts a change of them back.

Of a layer's output r (n, u, ...) at each cell the units are c = W (r - m), with W (d, u) the directions and m a centre.
A change c' of them goes on as r' = r + W^+ (c' - c), W^+ (u, d) the pseudo-inverse: the least change of r that makes
W (r' - m) = c'. So other directions stay as they are, what no direction reads goes around them untouched, and an
output whose units nobody changes goes on as it was, to the last bit.
"""

import hashlib
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor, nn

from ganatomy.errors import DataError, LayerError
from ganatomy.runs.records.directions import Found


@dataclass(frozen=True, eq=False)
class Directions:
    """Directions of a layer, which are the units of a layer of their own.

    Raises:
        DataError: the directions are no table (d, u), not finite, or depend on one another.
    """

    layer: str
    """The name of that layer."""
    base: str
    """The layer whose directions they are, by its dotted module name; `z` for the latents."""
    vectors: Tensor
    """(d, u) float64, W: one direction a row."""
    center: Tensor
    """(u,) float64, m: the output at which every unit is 0."""
    found: Found
    """How they were found."""

    def __post_init__(self) -> None:
        shape = tuple(self.vectors.shape)
        if len(shape) != 2 or 0 in shape:
            raise DataError(f"directions of layer '{self.base}' have shape {shape}; give (d, u), one direction a row")
        if not (self.vectors.isfinite().all() and self.center.isfinite().all()):
            raise DataError(f"directions of layer '{self.base}' hold NaN or infinite numbers; give finite ones")
        rank = int(torch.linalg.matrix_rank(self.vectors))
        if rank < shape[0]:
            raise DataError(
                f"{shape[0]} directions of layer '{self.base}' span {rank} dimensions; leave out zeros "
                "and those that are sums of others"
            )

    @classmethod
    def given(cls, layer: str, base: str, vectors: Tensor, source: str | None = None) -> "Directions":
        """Return read-outs of a layer: each is 0 where all that it reads is.

        Args:
            layer: their name.
            base: the layer that they are of; `z` for the latents.
            vectors: (d, u) numbers, one read-out a row.
            source: the name of the file that holds them.

        Raises:
            DataError: they are no table (d, u), not finite, or depend on one another.
        """
        rows = vectors.detach().cpu().double()
        return cls(layer, base, rows, torch.zeros(rows.shape[-1:], dtype=torch.float64), Found("given", source=source))

    @property
    def digest(self) -> str:
        """16 hexadecimal digits that change with any direction, with the centre and with the layer they are of."""
        digest = hashlib.sha256(self.base.encode())
        for part in (self.vectors, self.center):
            digest.update(part.contiguous().numpy().tobytes())
        return digest.hexdigest()[:16]

    def turned(self) -> "Directions":
        """Return each direction turned around."""
        return replace(self, vectors=-self.vectors, found=replace(self.found, is_negative=not self.found.is_negative))

    def named(self, layer: str) -> "Directions":
        """Return the same under another name."""
        return replace(self, layer=layer)

    def read(self, output: Tensor) -> Tensor:
        """Return the units (n, d, ...) of the layer's output (n, u, ...): c = W (r - m).

        Raises:
            LayerError: the output has another number of units, or is no (n, u, h, w) or (n, u).
        """
        width = self.vectors.shape[1]
        if output.ndim not in (2, 4) or output.shape[1] != width:
            raise LayerError(
                f"layer '{self.base}' returns shape {tuple(output.shape)}, and its directions '{self.layer}' are of "
                f"{width} units; give directions of an output (n, {width}, h, w) or (n, {width})"
            )
        center = self.center.to(output).view(-1, *(1,) * (output.ndim - 2))
        units: Tensor = torch.einsum("du,nu...->nd...", self.vectors.to(output), output - center)
        return units

    def put(self, output: Tensor, units: Tensor, changed: Tensor) -> Tensor:
        """Return the layer's output with its `units` `changed`: r' = r + W^+ (c' - c)."""
        return output + torch.einsum("ud,nd...->nu...", self._inverse.to(output), changed - units)

    @cached_property
    def _inverse(self) -> Tensor:
        inverse: Tensor = torch.linalg.pinv(self.vectors)
        return inverse


class Units(nn.Module):
    """The layer that directions are: it hands on the units it is given, and what takes their place is put back."""

    def __init__(self, directions: Directions) -> None:
        super().__init__()
        self.directions = directions

    def forward(self, units: Tensor) -> Tensor:
        """Return the units (n, d, ...)."""
        return units

    def through(self, output: Tensor) -> Tensor:
        """Return what the base's output (n, u, ...) becomes by the edits of this layer: itself without any."""
        units = self.directions.read(output)
        changed: Tensor = self(units)
        return output if changed is units else self.directions.put(output, units, changed)
