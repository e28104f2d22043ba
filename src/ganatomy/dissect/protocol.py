"""What a dissection is measured on."""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class DissectionProtocol:
    """What a dissection is measured on."""

    num_images: int = 1000
    """Samples to score on; as many others choose the thresholds."""
    seed: int = 0
    """Seed of both sets of latents."""
    grid: tuple[int, int] | None = None
    """Rows and columns on which units and masks are compared; None takes the image's own pixels."""
    batch_size: int = 32
    """Samples generated and segmented at a time, at most: fewer of large images, see `PIXELS_AT_ONCE`. Scores do not
    depend on it."""
    top: int = 6
    """Samples of highest activation kept per unit."""
    blocks: int = 20
    """Blocks of test samples that intervals and nulls are resampled by; an interrupted pass goes on from the last."""
    misaligned: bool = False
    """Reproduces a published fault: masks shifted near borders, see `ganatomy.dissect.counting.grid.axis`."""

    def content(self) -> dict[str, object]:
        """Return, as JSON, everything that a count depends on."""
        return {name: value for name, value in asdict(self).items() if name != "batch_size"}
