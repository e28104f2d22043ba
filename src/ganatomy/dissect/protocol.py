"""What a dissection is measured on."""

from dataclasses import asdict, dataclass

from ganatomy.config.bounds import Count, WholeNumber, require_bounds
from ganatomy.dissect.counting.grid import Upsampling
from ganatomy.errors import ConfigError


@dataclass(frozen=True)
class DissectionProtocol:
    """What a dissection is measured on."""

    num_images: Count = 1000
    """Samples to score on; as many others choose the thresholds, where the profile does not fix them."""
    seed: WholeNumber = 0
    """Seed of both sets of latents."""
    grid: tuple[int, int] | None = None
    """Rows and columns on which units and masks are compared; None takes the image's own pixels."""
    batch_size: Count = 32
    """Samples generated and segmented at a time, at most: fewer of large images, see `PIXELS_AT_ONCE`. Scores do not
    depend on it."""
    top: Count = 6
    """Samples of highest activation kept per unit."""
    blocks: Count = 20
    """Blocks of test samples that intervals and nulls are resampled by; an interrupted pass goes on from the last."""
    misaligned: bool = False
    """Reproduces a published fault: masks shifted near borders, see `ganatomy.dissect.counting.grid.Upsampling`."""

    def __post_init__(self) -> None:
        require_bounds(self)
        if self.grid is not None and min(self.grid) < 1:
            raise ConfigError(f"grid is {self.grid}; give rows and columns, 1 or more of each")

    def content(self) -> dict[str, object]:
        """Return, as JSON, everything that a count depends on."""
        return {name: value for name, value in asdict(self).items() if name != "batch_size"}


@dataclass(frozen=True)
class CountingRules:
    """What a profile asks of the counting: profiles of the same counting share their counts."""

    fraction: float | None = None
    """One threshold for each unit, which this top fraction of its activations in the scored samples exceeds; None
    counts at all of `ganatomy.dissect.counting.levels.FRACTIONS`, measured on validation samples, which choose."""
    of_cells: bool = False
    """The fraction is of the activations of the cells, before they are upsampled."""
    zeros: bool = False
    """Upsampling reads zeros beyond the border."""
    covariance: bool = False
    """The correlation of units and masks over pixels is measured too."""

    def upsampling(self, protocol: DissectionProtocol) -> Upsampling:
        """Return what upsampling reads between the cells and beyond them."""
        return Upsampling(protocol.misaligned, self.zeros)
