"""`export.json`: what an exported generator is, and how exactly it gives what the original gives."""

from dataclasses import dataclass
from typing import ClassVar

from ganatomy.runs.schemas import EXPORT


@dataclass(frozen=True)
class FileRow:
    """A file of the export."""

    name: str
    """Its path in the folder."""
    bytes: int
    sha256: str


@dataclass(frozen=True)
class CheckRow:
    """One comparison with what the original generator gives."""

    of: str
    """What was compared."""
    difference: float
    """The largest of any number; of featuremaps as a part of the largest of them, where that exceeds 1."""
    tolerance: float
    num_images: int


@dataclass(frozen=True)
class EditRow:
    """The edit that is part of the exported generator."""

    name: str
    """Its folder in the run."""
    title: str
    """The steps in words."""
    way: str
    """`weights` where ordinary weights hold it, `graph` where it is made at each pass."""


@dataclass(frozen=True)
class ExportRecord:
    """An exported generator."""

    SCHEMA: ClassVar[int] = EXPORT
    AGAIN: ClassVar[str] = "export the run again"

    ganatomy: str
    """Version that wrote it."""
    run: str
    """Name of the run directory."""
    weights: str
    """Which of its weights."""
    generator: str
    """Fingerprint of the run's generator, without the edit."""
    format: str
    precision: str
    edit: EditRow | None
    split_at: str | None
    """The layer between `lower.onnx` and `upper.onnx`."""
    z_dim: int
    """Length of a latent; where there are classes, a latent has the number of its class behind."""
    latent: str
    """Distribution of its entries: `normal`, N(0, 1), or `uniform`, U(-1, 1)."""
    class_names: tuple[str, ...] | None
    image_size: int
    """Pixels a side of the images (n, 3, s, s), RGB in [-1, 1]."""
    files: tuple[FileRow, ...]
    checks: tuple[CheckRow, ...]
