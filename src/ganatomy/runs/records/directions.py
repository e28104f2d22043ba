"""`directions.json`: which directions of a layer the units are that were dissected, and how they were found."""

from dataclasses import dataclass
from typing import ClassVar, Literal

from ganatomy.runs.schemas import DIRECTIONS


@dataclass(frozen=True)
class Found:
    """How directions were found."""

    kind: Literal["pca", "sefa", "given"]
    is_negative: bool = False
    """Whether each was turned around."""
    shares: tuple[float, ...] = ()
    """Of `pca` the part of the variance along each direction, of `sefa` that of the squared gain; in [0, 1]."""
    num_images: int | None = None
    """Of `pca`, the samples whose cells it is of."""
    seed: int | None = None
    """Of their latents."""
    source: str | None = None
    """Of those given, the name of the file they were read from, if any."""


@dataclass(frozen=True)
class DirectionsRecord:
    """Directions of a layer; the vectors are in `directions.npz` beside it."""

    SCHEMA: ClassVar[int] = DIRECTIONS
    AGAIN: ClassVar[str] = "dissect the layer again, with --directions"

    layer: str
    """The name that they have as a layer of their own."""
    base: str
    """The layer whose directions they are; `z` for the latents."""
    found: Found
    generator: str
    """Fingerprint of the generator."""
