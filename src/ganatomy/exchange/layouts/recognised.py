"""What the weights in a file were taken for."""

from dataclasses import dataclass
from typing import Any

from torch import Tensor


@dataclass(frozen=True)
class Recognised:
    """What a state dict was taken for."""

    layout: str
    """In words, such as "Progressive GAN, in the names of its authors' current release"."""
    kind: str
    """Kind of the network, of `ganatomy.models.kinds.KINDS`."""
    shape: Any
    """Its architecture, the frozen dataclass that the network takes."""
    weights: dict[str, Tensor]
    """float32, under the names of that network."""
    evidence: tuple[str, ...]
    """What in the file says so, in short sentences."""
    warnings: tuple[str, ...] = ()
    """What was left out, or cannot be known from a file."""
