"""An ablation written into ordinary weights, which then need no edit.

Whatever way is found is checked: on many latents the baked generator gives what the edited one gives, or it is
refused.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from ganatomy.errors import LayerError
from ganatomy.hooks import edit
from ganatomy.intervene.changes import Change, edits_of
from ganatomy.intervene.repair.chains import calls_after, leading_to
from ganatomy.intervene.repair.holding import Held, Inexact, absorb, hold
from ganatomy.models.protocol import device_of

TOLERANCE = 1e-5
"""What baked and edited images, in [-1, 1], may differ by."""


@dataclass(frozen=True, eq=False)
class Baked:
    """A generator whose weights hold an edit."""

    generator: nn.Module
    """A copy; that which was edited stays as it is."""
    way: str
    """Where the edit went: `before` into what makes the units, or `after` into what reads them."""
    difference: float
    """The largest from the edited images."""
    num_images: int
    """Images compared."""


def bake(generator: nn.Module, change: Change, z: Tensor, batch_size: int = 32) -> Baked:
    """Return a copy of a generator whose weights hold an ablation.

    Args:
        generator: (n, z_dim) latents to (n, 3, s, s) images in [-1, 1], in evaluation mode.
        change: of one value for each unit, at full strength and in all cells.
        z: (n, z_dim) latents to compare the two on.
        batch_size: samples at a time.

    Raises:
        LayerNotFound: there is no such layer.
        LayerError: the edit is not a constant one, or no weights give exactly what it gives.
    """
    held = _held(generator, change)
    reasons = []
    for way, write in _WAYS.items():
        baked = copy.deepcopy(generator)
        try:
            write(baked, change.layer, z[:1], held)
        except Inexact as error:
            reasons.append(str(error))
            continue
        difference = largest_difference(generator, change, baked, z, batch_size)
        if difference <= TOLERANCE:
            return Baked(baked, way, difference, len(z))
        reasons.append(f"written {way} it the edit gives images that differ by up to {difference:.2g}")
    raise LayerError(
        f"the edit of layer '{change.layer}' cannot be written into weights: {', and '.join(reasons)}; choose another "
        "layer, or the value zero"
    )


@torch.no_grad()
def largest_difference(
    generator: nn.Module, change: Change, baked: nn.Module, z: Tensor, batch_size: int = 32
) -> float:
    """Return by how much any colour of any pixel differs between edited and baked images; infinity where one is NaN.

    Args:
        generator: the one that is edited.
        change: the edit.
        baked: the one that needs none.
        z: (n, z_dim) latents.
        batch_size: samples at a time.
    """
    largest = 0.0
    for batch in torch.split(z, batch_size):
        with edit(generator, edits_of([change])):
            edited = generator(batch)
        difference = float((edited - baked(batch)).abs().max())
        largest = max(largest, difference if difference == difference else float("inf"))
    return largest


def _held(generator: nn.Module, change: Change) -> Held:
    """Return the units as the constants that the edit makes of them."""
    values, strength = (torch.as_tensor(amount).float() for amount in (change.value, change.strength))
    if change.region is not None or not (strength == 1).all() or values.ndim > 1:
        raise LayerError(
            "only an ablation in all cells of all samples, at strength 1, can be written into weights; leave out "
            "region and strength, and give one value for each unit"
        )
    device = device_of(generator)
    units = torch.tensor(change.units, device=device)
    return Held(units, values.to(device).expand(len(change.units)))


def _before(generator: nn.Module, layer: str, _: Tensor, held: Held) -> None:
    hold(leading_to(generator, layer), held)


def _after(generator: nn.Module, layer: str, z: Tensor, held: Held) -> None:
    absorb(calls_after(generator, layer, z), held)


_WAYS: dict[str, Callable[[nn.Module, str, Tensor, Held], None]] = {"before": _before, "after": _after}
